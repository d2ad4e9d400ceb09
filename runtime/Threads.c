/* SPDX-License-Identifier: Apache-2.0 */
#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Looks at the shared counter before a thread sleeps: tens of microseconds, the time between two layers. */
enum { SPINS = 2000, MOST_THREADS = 64 };

typedef struct {
  struct mncc_pool *pool;
  /* Part of its own: 1 to threads - 1; part 0 is the caller's. */
  uint32_t index;
  pthread_t thread;
} worker;

struct mncc_pool {
  mncc_parallel parallel;
  uint32_t threads;
  /* What is to be done; written before `round` moves on, read after. */
  void (*task)(void *argument, uint32_t part);
  void *argument;
  uint32_t parts;
  atomic_bool is_ending;
  /* How often work was handed out, and how many workers have not finished theirs. */
  _Alignas(64) atomic_uint round;
  _Alignas(64) atomic_uint unfinished;
  /* Workers that sleep for a new round; whether the caller sleeps for the last worker. */
  _Alignas(64) atomic_uint sleepers;
  atomic_uint is_caller_asleep;
  pthread_mutex_t sleep, turn;
  pthread_cond_t wake, finished;
  worker workers[MOST_THREADS];
};

static void pause_a_moment(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static void do_parts(const mncc_pool *pool, uint32_t first) {
  for (uint32_t part = first; part < pool->parts; part += pool->threads)
    pool->task(pool->argument, part);
}

/* Until `counter` is not (`until_equal`: is) `value`. Who changes it looks at `sleepers` afterwards, so that either it
 * sees the sleeper or the sleeper sees the change: both are sequentially consistent. */
static void wait_for(mncc_pool *pool, atomic_uint *counter, unsigned value, int until_equal, atomic_uint *sleepers,
                     pthread_cond_t *condition) {
  for (int spin = 0; spin < SPINS; ++spin) {
    if ((atomic_load_explicit(counter, memory_order_acquire) == value) == until_equal)
      return;
    pause_a_moment();
  }
  pthread_mutex_lock(&pool->sleep);
  atomic_fetch_add(sleepers, 1);
  while ((atomic_load(counter) == value) != until_equal)
    pthread_cond_wait(condition, &pool->sleep);
  atomic_fetch_sub(sleepers, 1);
  pthread_mutex_unlock(&pool->sleep);
}

static void wake_all(mncc_pool *pool, atomic_uint *sleepers, pthread_cond_t *condition) {
  if (atomic_load(sleepers) == 0)
    return;
  pthread_mutex_lock(&pool->sleep);
  pthread_cond_broadcast(condition);
  pthread_mutex_unlock(&pool->sleep);
}

static void *work(void *argument) {
  worker *self = argument;
  mncc_pool *pool = self->pool;
  for (unsigned round = 0;; ++round) {
    wait_for(pool, &pool->round, round, 0, &pool->sleepers, &pool->wake);
    if (atomic_load(&pool->is_ending))
      return NULL;
    do_parts(pool, self->index);
    if (atomic_fetch_sub(&pool->unfinished, 1) == 1)
      wake_all(pool, &pool->is_caller_asleep, &pool->finished);
  }
}

static void start_round(mncc_pool *pool) {
  atomic_store(&pool->unfinished, pool->threads - 1);
  atomic_fetch_add(&pool->round, 1);
  wake_all(pool, &pool->sleepers, &pool->wake);
}

static void run(void *context, void (*task)(void *argument, uint32_t part), void *argument, uint32_t parts) {
  mncc_pool *pool = context;
  pthread_mutex_lock(&pool->turn);
  pool->task = task;
  pool->argument = argument;
  pool->parts = parts;
  start_round(pool);
  do_parts(pool, 0);
  wait_for(pool, &pool->unfinished, 0, 1, &pool->is_caller_asleep, &pool->finished);
  pthread_mutex_unlock(&pool->turn);
}

mncc_pool *mncc_pool_start(uint32_t threads) {
  if (threads == 0 || threads > MOST_THREADS)
    return NULL;
  mncc_pool *pool = aligned_alloc(_Alignof(mncc_pool), sizeof(mncc_pool));
  if (!pool)
    return NULL;
  *pool = (mncc_pool){.parallel = {pool, run}, .threads = threads};
  pthread_mutex_init(&pool->sleep, NULL);
  pthread_mutex_init(&pool->turn, NULL);
  pthread_cond_init(&pool->wake, NULL);
  pthread_cond_init(&pool->finished, NULL);
  for (uint32_t index = 1; index < threads; ++index) {
    worker *next = &pool->workers[index];
    next->pool = pool;
    next->index = index;
    if (pthread_create(&next->thread, NULL, work, next) == 0)
      continue;
    pool->threads = index;
    mncc_pool_stop(pool);
    return NULL;
  }
  return pool;
}

const mncc_parallel *mncc_pool_parallel(const mncc_pool *pool) { return &pool->parallel; }

void mncc_pool_stop(mncc_pool *pool) {
  if (!pool)
    return;
  atomic_store(&pool->is_ending, 1);
  start_round(pool);
  for (uint32_t index = 1; index < pool->threads; ++index)
    pthread_join(pool->workers[index].thread, NULL);
  pthread_mutex_destroy(&pool->sleep);
  pthread_mutex_destroy(&pool->turn);
  pthread_cond_destroy(&pool->wake);
  pthread_cond_destroy(&pool->finished);
  free(pool);
}
