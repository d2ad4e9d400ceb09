/* SPDX-License-Identifier: Apache-2.0 */
/* What firmware may link beside an emitted model. No emitted model needs any of it: the compiler that builds the rest
 * of a firmware may ask for memcpy, memset and memmove, and mncc_crc32 checks blobs of weights. Freestanding C11. */
#ifndef MNCC_RUNTIME_MNCC_H
#define MNCC_RUNTIME_MNCC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Emitted headers define it too: this one and they refuse to be compiled beside another version. */
#if defined(MNCC_ABI_VERSION) && MNCC_ABI_VERSION != 1
#error "mncc.h is of ABI version 1, but the header of a model is of another"
#endif
#define MNCC_ABI_VERSION 1

/* What NAME_run of every model returns; each header repeats the values under the model's own prefix. They never change.
 */
enum {
  MNCC_OK = 0,
  MNCC_AGAIN = 1,
  MNCC_NULL_ARGUMENT = -1,
  MNCC_MISALIGNED = -2,
  MNCC_BAD_WEIGHTS = -3,
  MNCC_UNSUPPORTED_CPU = -4
};

/* The layout of every NAME_parallel: run calls task(argument, part) once for each part, 0 to parts - 1, in any order
 * and on any threads, and returns when all are done. */
typedef struct mncc_parallel {
  void *context;
  void (*run)(void *context, void (*task)(void *argument, uint32_t part), void *argument, uint32_t parts);
} mncc_parallel;

/* The layout of every NAME_hooks: after_layer is called with `context`, the layer's number and its result. */
typedef struct mncc_hooks {
  void *context;
  void (*after_layer)(void *context, uint32_t layer, const void *output);
} mncc_hooks;

/* Where C++ has a C library, that declares them. */
#if !defined(__cplusplus) || !__STDC_HOSTED__
/* As in the C library, but memcpy takes overlapping ranges whose `to` is below `from`; only aligned words and bytes are
 * accessed. */
void *memcpy(void *to, const void *from, size_t bytes);
void *memmove(void *to, const void *from, size_t bytes);
void *memset(void *to, int value, size_t bytes);
#endif

/* CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320, as in zlib) of `bytes` bytes; start with `crc` 0 and pass the
 * result on to continue. */
uint32_t mncc_crc32(uint32_t crc, const void *data, size_t bytes);

#ifdef __cplusplus
}
#endif

#endif /* MNCC_RUNTIME_MNCC_H */
