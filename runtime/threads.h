/* SPDX-License-Identifier: Apache-2.0 */
/* A pool of threads for hosted programs whose models were compiled with --threads: what NAME_run's argument `parallel`
 * can be. Needs POSIX threads; link with -pthread. */
#ifndef MNCC_RUNTIME_THREADS_H
#define MNCC_RUNTIME_THREADS_H

#include "mncc.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Its threads, and the work at hand. */
typedef struct mncc_pool mncc_pool;

/* Starts `threads` - 1 threads; the caller of mncc_pool_parallel's run is the last one. `threads` is 1 to 64, best the
 * number that the model was compiled for and no more than the machine has cores. Returns null where memory or threads
 * are lacking. The pool is yours: end it with mncc_pool_stop. Nothing is allocated after this call. */
mncc_pool *mncc_pool_start(uint32_t threads);

/* What NAME_run takes, as `(const NAME_parallel *)mncc_pool_parallel(pool)`; lives as long as `pool`, which must not be
 * null. Calls from several threads at once take turns. Waiting threads spin for about a millisecond, then sleep.
 */
const mncc_parallel *mncc_pool_parallel(const mncc_pool *pool);

/* Ends the threads and frees the pool, which nobody may be using; null is allowed. */
void mncc_pool_stop(mncc_pool *pool);

#ifdef __cplusplus
}
#endif

#endif
