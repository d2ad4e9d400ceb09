/* SPDX-License-Identifier: Apache-2.0 */
/* From the start of a process to its first result. usage: cold INPUT.raw OUTPUT.raw; prints the monotonic clock in
 * nanoseconds after the first inference, the resident kilobytes when main began and the most of them in the end. */
#include "host.h"

#include "net.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static ELEMENT input[NET_INPUT_ELEMENTS], output[NET_OUTPUT_ELEMENTS];

static long kilobytes(const char *field) {
  char line[128];
  long value = -1;
  FILE *status = fopen("/proc/self/status", "r");
  while (status && fgets(line, sizeof line, status))
    if (strncmp(line, field, strlen(field)) == 0)
      sscanf(line + strlen(field), ": %ld", &value);
  if (status)
    fclose(status);
  return value;
}

int main(int count, char **arguments) {
  long idle = kilobytes("VmRSS");
  struct timespec end;
  FILE *file = count == 3 ? fopen(arguments[1], "rb") : NULL;
  if (!file || fread(input, sizeof input, 1, file) != 1 || bench_start() != 0 || bench_run(input, output) != 0)
    return 1;
  clock_gettime(CLOCK_MONOTONIC, &end);
  fclose(file);
  for (int more = 0; more < 3; ++more)
    bench_run(input, output);
  printf("%lld %ld %ld\n", end.tv_sec * 1000000000LL + end.tv_nsec, idle, kilobytes("VmHWM"));
  file = fopen(arguments[2], "wb");
  return !file || fwrite(output, sizeof output, 1, file) != 1 || fclose(file) != 0;
}
