/* SPDX-License-Identifier: Apache-2.0 */
#include "threads.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

/* Looks at the shared counter before a thread sleeps: about a millisecond, longer than the layers between two that are
 * shared. Bytes of a line of the caches. */
enum { SPINS = 20000, MOST_THREADS = 64, LINE = 64 };

typedef struct {
  /* The last round that it has finished: a line of its own, written by it alone. */
  _Alignas(LINE) atomic_uint finished;
  /* Part of its own: 1 to threads - 1; part 0 is the caller's. */
  uint32_t index;
  struct mncc_pool *pool;
  pthread_t thread;
} worker;

struct mncc_pool {
  /* How often work was handed out, and what is to be done: written before `round` moves on, read after. One line, which
   * travels once to each worker. */
  _Alignas(LINE) atomic_uint round;
  uint32_t parts;
  void (*task)(void *argument, uint32_t part);
  void *argument;
  int is_ending;
  /* Workers that sleep for a new round; whether the caller sleeps for a worker. Seldom written. */
  _Alignas(LINE) atomic_uint sleepers;
  atomic_uint is_caller_asleep;
  uint32_t threads;
  mncc_parallel parallel;
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

/* Until `counter` is `value`. Who changes it looks at `sleepers` afterwards, so that either it sees the sleeper or the
 * sleeper sees the change: both are sequentially consistent. */
static void wait_for(mncc_pool *pool, atomic_uint *counter, unsigned value, atomic_uint *sleepers,
                     pthread_cond_t *condition) {
  for (int spin = 0; spin < SPINS; ++spin) {
    if (atomic_load_explicit(counter, memory_order_acquire) == value)
      return;
    pause_a_moment();
  }
  pthread_mutex_lock(&pool->sleep);
  atomic_fetch_add(sleepers, 1);
  while (atomic_load(counter) != value)
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
  for (unsigned round = 1;; ++round) {
    wait_for(pool, &pool->round, round, &pool->sleepers, &pool->wake);
    if (pool->is_ending)
      return NULL;
    do_parts(pool, self->index);
    atomic_store(&self->finished, round);
    wake_all(pool, &pool->is_caller_asleep, &pool->finished);
  }
}

static void start_round(mncc_pool *pool) {
  atomic_store(&pool->round, atomic_load_explicit(&pool->round, memory_order_relaxed) + 1);
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
  unsigned round = atomic_load_explicit(&pool->round, memory_order_relaxed);
  for (uint32_t index = 1; index < pool->threads; ++index)
    wait_for(pool, &pool->workers[index].finished, round, &pool->is_caller_asleep, &pool->finished);
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
  pool->is_ending = 1;
  start_round(pool);
  for (uint32_t index = 1; index < pool->threads; ++index)
    pthread_join(pool->workers[index].thread, NULL);
  pthread_mutex_destroy(&pool->sleep);
  pthread_mutex_destroy(&pool->turn);
  pthread_cond_destroy(&pool->wake);
  pthread_cond_destroy(&pool->finished);
  free(pool);
}
