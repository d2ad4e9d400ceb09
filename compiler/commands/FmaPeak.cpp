// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/FmaPeak.h"

#include <algorithm>
#include <chrono>

#if defined(__x86_64__)
#define MNCC_TARGET(features) __attribute__((target(features)))
#else
#define MNCC_TARGET(features)
#endif

static constexpr int kTurns = 2000000;

/// Of 16, 8 and 4 lanes: as a template, GCC would make scalars of them.
using Vector16 = float __attribute__((vector_size(64)));
using Vector8 = float __attribute__((vector_size(32)));
using Vector4 = float __attribute__((vector_size(16)));

/// Twelve sums cover any latency times throughput of today, and sixteen registers hold them with their factor and term;
/// AVX-512 has registers for twice as many. `step` must become an fma, or a product and a sum where the instruction set
/// has none.
static constexpr int sumsOf(int64_t lanes) { return lanes == 16 ? 24 : 12; }

#define MNCC_LOOP(LANES, STEP)                                                                                         \
  constexpr int kSums = sumsOf(LANES);                                                                                 \
  Vector##LANES sums[kSums] = {}, factor = {}, term = {};                                                              \
  asm volatile("" : "+m"(factor), "+m"(term));                                                                         \
  for (int turn = 0; turn < kTurns; ++turn)                                                                            \
    _Pragma("GCC unroll 24") for (int i = 0; i < kSums; ++i) sums[i] = STEP;                                           \
  asm volatile("" : : "m"(sums));

// clang-format off
MNCC_TARGET("avx512f") static void loop16() {
#pragma STDC FP_CONTRACT ON
  MNCC_LOOP(16, sums[i] * factor + term)
}
MNCC_TARGET("avx2,fma") static void loop8() {
#pragma STDC FP_CONTRACT ON
  MNCC_LOOP(8, sums[i] * factor + term)
}
static void loop4() {
#if defined(__aarch64__)
#pragma STDC FP_CONTRACT ON
#endif
  MNCC_LOOP(4, sums[i] * factor + term)
}
// clang-format on

double mncc::measurePeak(int64_t lanes) {
  double best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    auto start = std::chrono::steady_clock::now();
    lanes == 16 ? loop16() : lanes == 8 ? loop8() : loop4();
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2.0 * sumsOf(lanes) * kTurns * static_cast<double>(lanes) / elapsed.count() * 1e-9);
  }
  return best;
}
