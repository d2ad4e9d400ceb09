// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/IntegerPeak.h"

#include <algorithm>
#include <chrono>

#if defined(__x86_64__)
#include <immintrin.h>

static constexpr int kTurns = 2000000, kSums = 12;

/// `step` makes a new sum of `sums[i]`. Its factors are unknown each time, or it would be taken out of the loop.
#define MNCC_LOOP(TYPE, STEP)                                                                                          \
  TYPE sums[kSums] = {}, values = {}, weights = {};                                                                    \
  asm volatile("" : "+x"(values), "+x"(weights));                                                                      \
  for (int turn = 0; turn < kTurns; ++turn)                                                                            \
    _Pragma("GCC unroll 12") for (int i = 0; i < kSums; ++i) {                                                         \
      asm volatile("" : "+x"(values));                                                                                 \
      sums[i] = STEP;                                                                                                  \
    }                                                                                                                  \
  asm volatile("" : : "m"(sums));

// clang-format off
__attribute__((target("avx512f,avx512vnni"))) static void dots16() {
  MNCC_LOOP(__m512i, _mm512_dpbusd_epi32(sums[i], values, weights))
}
__attribute__((target("avx2,avxvnni"))) static void dots8() {
  MNCC_LOOP(__m256i, _mm256_dpbusd_avx_epi32(sums[i], values, weights))
}
__attribute__((target("avx512f,avx512bw"))) static void pairs16() {
  MNCC_LOOP(__m512i, _mm512_add_epi32(sums[i], _mm512_madd_epi16(values, weights)))
}
__attribute__((target("avx2"))) static void pairs8() {
  MNCC_LOOP(__m256i, _mm256_add_epi32(sums[i], _mm256_madd_epi16(values, weights)))
}
static void pairs4() {
  MNCC_LOOP(__m128i, _mm_add_epi32(sums[i], _mm_madd_epi16(values, weights)))
}
// clang-format on

namespace {
struct Loop {
  llvm::StringRef product;
  int64_t lanes;
  bool runsHere;
  void (*run)();
};
} // namespace

double mncc::measureIntegerPeak(int64_t lanes, llvm::StringRef product) {
  bool hasDots = product == "vpdpbusd";
  const Loop loops[] = {{"vpdpbusd", 16, __builtin_cpu_supports("avx512vnni") != 0, dots16},
                        {"vpdpbusd", 8, __builtin_cpu_supports("avxvnni") != 0, dots8},
                        {"pmaddwd", 16, __builtin_cpu_supports("avx512bw") != 0, pairs16},
                        {"pmaddwd", 8, __builtin_cpu_supports("avx2") != 0, pairs8},
                        {"pmaddwd", 4, true, pairs4}};
  const Loop *loop = std::find_if(std::begin(loops), std::end(loops), [&](const Loop &loop) {
    return loop.product == product && loop.lanes == lanes && loop.runsHere;
  });
  if (loop == std::end(loops))
    return 0;
  double products = static_cast<double>(lanes) * (hasDots ? 4 : 2) * kSums * kTurns, best = 0;
  for (int repeat = 0; repeat < 5; ++repeat) {
    auto start = std::chrono::steady_clock::now();
    loop->run();
    std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
    best = std::max(best, 2 * products / elapsed.count() * 1e-9);
  }
  return best;
}
#else
double mncc::measureIntegerPeak(int64_t, llvm::StringRef) { return 0; }
#endif
