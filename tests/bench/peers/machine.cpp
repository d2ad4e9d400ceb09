// SPDX-License-Identifier: Apache-2.0
// What the machine can do at the moment, as a library: the yardsticks of the engines.
#include "compiler/commands/FmaPeak.h"

#include <atomic>
#include <chrono>
#include <sched.h>
#include <thread>

static constexpr unsigned kTrips = 20000;

static void pinTo(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  CPU_SET(cpu, &set);
  sched_setaffinity(0, sizeof set, &set);
}

/// Billions of fp32 operations a second of one thread with vectors of `lanes` values.
extern "C" double bench_peak(int64_t lanes) { return mncc::measurePeak(lanes); }

/// Nanoseconds in which a cache line goes from processor `first` to `second` and back: what a barrier between threads
/// is made of. Virtual processors may lie on one die or on two, and move.
extern "C" double bench_round_trip(int first, int second) {
  alignas(64) std::atomic<unsigned> there = 0;
  alignas(64) std::atomic<unsigned> back = 0;
  std::chrono::duration<double> elapsed{};
  std::thread answering([&] {
    pinTo(second);
    for (unsigned trip = 1; trip <= kTrips; back.store(trip++))
      while (there.load() != trip) {
      }
  });
  std::thread asking([&] {
    pinTo(first);
    auto start = std::chrono::steady_clock::now();
    for (unsigned trip = 1; trip <= kTrips; ++trip) {
      there.store(trip);
      while (back.load() != trip) {
      }
    }
    elapsed = std::chrono::steady_clock::now() - start;
  });
  asking.join();
  answering.join();
  return elapsed.count() * 1e9 / kTrips;
}
