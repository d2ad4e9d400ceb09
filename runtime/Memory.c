/* SPDX-License-Identifier: Apache-2.0 */
/* Built with -fno-builtin and without loop idioms: a compiler that turned these loops into calls would call itself. */
#include "runtime/mncc.h"

typedef uintptr_t __attribute__((may_alias)) Word;

static int isAligned(const void *a, const void *b) { return (((uintptr_t)a | (uintptr_t)b) & (sizeof(Word) - 1)) == 0; }

void *memcpy(void *to, const void *from, size_t bytes) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if (isAligned(target, source))
    for (; bytes >= sizeof(Word); bytes -= sizeof(Word), target += sizeof(Word), source += sizeof(Word))
      *(Word *)target = *(const Word *)source;
  for (; bytes > 0; --bytes)
    *target++ = *source++;
  return to;
}

void *memmove(void *to, const void *from, size_t bytes) {
  unsigned char *target = to;
  const unsigned char *source = from;
  if ((uintptr_t)target - (uintptr_t)source >= bytes)
    return memcpy(to, from, bytes);
  while (bytes > 0) {
    --bytes;
    target[bytes] = source[bytes];
  }
  return to;
}

void *memset(void *to, int value, size_t bytes) {
  unsigned char *target = to;
  Word word = (Word)-1 / 255 * (unsigned char)value;
  for (; bytes > 0 && ((uintptr_t)target & (sizeof(Word) - 1)) != 0; --bytes)
    *target++ = (unsigned char)value;
  for (; bytes >= sizeof(Word); bytes -= sizeof(Word), target += sizeof(Word))
    *(Word *)target = word;
  for (; bytes > 0; --bytes)
    *target++ = (unsigned char)value;
  return to;
}
