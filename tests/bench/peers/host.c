/* SPDX-License-Identifier: Apache-2.0 */
/* A program around an emitted model `net`: with its memory and, where it is cut for threads, the runtime's pool. */
#include "host.h"

#include "net.h"
#include "threads.h"

#ifndef NET_THREADS
#define RUN(input, output) net_run(input, output, arena)
#else
#define RUN(input, output) net_run(input, output, arena, parallel)
static const net_parallel *parallel;
#endif

static _Alignas(NET_ARENA_ALIGN) uint8_t arena[NET_ARENA_BYTES];

int32_t bench_output_elements(void) { return NET_OUTPUT_ELEMENTS; }

int32_t bench_start(void) {
  if (!net_cpu_supported())
    return NET_UNSUPPORTED_CPU;
#ifdef NET_THREADS
  mncc_pool *pool = mncc_pool_start(NET_THREADS);
  if (!pool)
    return -1;
  parallel = (const net_parallel *)mncc_pool_parallel(pool);
#endif
  return 0;
}

int32_t bench_run(const void *input, void *output) { return RUN(input, output); }
