// SPDX-License-Identifier: Apache-2.0
#include "runtime/threads.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace {

/// What the program asked of the C library's heap.
std::atomic<int> allocations;

} // namespace

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define HAS_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define HAS_ADDRESS_SANITIZER
#endif

#ifndef HAS_ADDRESS_SANITIZER
// The C library's own functions, counted: these definitions take their place in the whole program. AddressSanitizer's
// do so too.
extern "C" {
void *__libc_malloc(size_t bytes);
void *__libc_calloc(size_t count, size_t bytes);
void *__libc_realloc(void *old, size_t bytes);
void *__libc_memalign(size_t alignment, size_t bytes);

void *malloc(size_t bytes) { return ++allocations, __libc_malloc(bytes); }
void *calloc(size_t count, size_t bytes) { return ++allocations, __libc_calloc(count, bytes); }
void *realloc(void *old, size_t bytes) { return ++allocations, __libc_realloc(old, bytes); }
void *aligned_alloc(size_t alignment, size_t bytes) { return ++allocations, __libc_memalign(alignment, bytes); }
void *memalign(size_t alignment, size_t bytes) { return ++allocations, __libc_memalign(alignment, bytes); }
int posix_memalign(void **result, size_t alignment, size_t bytes) {
  *result = aligned_alloc(alignment, bytes);
  return *result ? 0 : ENOMEM;
}
}
#endif

namespace {

struct Stop {
  void operator()(mncc_pool *pool) const { mncc_pool_stop(pool); }
};
using Pool = std::unique_ptr<mncc_pool, Stop>;

/// How often each part of one round was done.
struct Counts {
  std::array<std::atomic<int>, 200> done{};
  static void count(void *counts, uint32_t part) { ++static_cast<Counts *>(counts)->done[part]; }
};

/// One round of `parts` parts: each of them, and no other, is done once when it returns.
void expectOnce(const Pool &pool, uint32_t parts) {
  Counts counts;
  const mncc_parallel *parallel = mncc_pool_parallel(pool.get());
  parallel->run(parallel->context, Counts::count, &counts, parts);
  for (uint32_t part = 0; part < counts.done.size(); ++part)
    ASSERT_EQ(counts.done[part], part < parts ? 1 : 0) << "part " << part << " of " << parts;
}

TEST(Threads, NothingIsAllocatedAfterTheStart) {
#ifdef HAS_ADDRESS_SANITIZER
  GTEST_SKIP() << "AddressSanitizer has allocation functions of its own";
#endif
  int before = allocations;
  Pool pool(mncc_pool_start(3));
  ASSERT_TRUE(pool);
  EXPECT_GT(allocations, before) << "the pool itself is counted";
  before = allocations;
  // Some rounds find the threads asleep.
  for (int round = 0; round < 20; ++round) {
    expectOnce(pool, 7);
    std::this_thread::sleep_for(std::chrono::milliseconds(round % 4));
  }
  EXPECT_EQ(allocations, before);
}

TEST(Threads, EachPartIsDoneOnce) {
  for (uint32_t threads : {1, 2, 3, 8, 64}) {
    Pool pool(mncc_pool_start(threads));
    ASSERT_TRUE(pool);
    for (uint32_t parts : {0, 1, 2, 3, 7, 64, 200})
      expectOnce(pool, parts);
  }
}

TEST(Threads, RoundsFollowEachOther) {
  Pool pool(mncc_pool_start(2));
  ASSERT_TRUE(pool);
  for (int round = 0; round < 20000; ++round)
    expectOnce(pool, 2);
}

TEST(Threads, SleepersWake) {
  Pool pool(mncc_pool_start(3));
  ASSERT_TRUE(pool);
  for (int round = 0; round < 20; ++round) {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    expectOnce(pool, 3);
  }
}

TEST(Threads, TheCallerSleepsThroughALongPart) {
  Pool pool(mncc_pool_start(2));
  ASSERT_TRUE(pool);
  std::atomic<int> done = 0;
  auto task = [](void *argument, uint32_t part) {
    std::this_thread::sleep_for(std::chrono::milliseconds(part == 1 ? 5 : 0));
    ++*static_cast<std::atomic<int> *>(argument);
  };
  const mncc_parallel *parallel = mncc_pool_parallel(pool.get());
  for (int round = 1; round <= 10; ++round) {
    parallel->run(parallel->context, task, &done, 2);
    ASSERT_EQ(done, 2 * round);
  }
}

TEST(Threads, CallersTakeTurns) {
  Pool pool(mncc_pool_start(2));
  ASSERT_TRUE(pool);
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 4; ++caller)
    callers.emplace_back([&] {
      for (int round = 0; round < 500; ++round)
        expectOnce(pool, 3);
    });
  for (std::thread &caller : callers)
    caller.join();
}

TEST(Threads, CountsOutsideTheRangeStartNothing) {
  EXPECT_EQ(mncc_pool_start(0), nullptr);
  EXPECT_EQ(mncc_pool_start(65), nullptr);
  mncc_pool_stop(nullptr);
}

} // namespace
