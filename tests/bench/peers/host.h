/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MNCC_TESTS_BENCH_PEERS_HOST_H
#define MNCC_TESTS_BENCH_PEERS_HOST_H

#include <stdint.h>

/* Values of the result. */
int32_t bench_output_elements(void);

/* Starts the threads that the model was cut for; 0 when all is well. */
int32_t bench_start(void);

/* One inference; 0 when all is well. */
int32_t bench_run(const void *input, void *output);

#endif
