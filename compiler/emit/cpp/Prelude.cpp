// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/Prelude.h"
#include "compiler/emit/cpp/Integers.h"
#include "compiler/emit/cpp/ReducedPrecision.h"

#include <fmt/format.h>

using namespace mncc;

static bool isX86(mn::TargetAttr target) { return target.getString("arch") == "x86_64"; }

/// The level of x86-64 whose instructions our vectors need: compilers know it longer than they know the row's CPU.
static std::string getX86Level(mn::TargetAttr target) {
  if (target.getLanes() == 16)
    return "x86-64-v4";
  if (target.hasFma())
    return "x86-64-v3";
  return "x86-64";
}

std::string mncc::getCompilerFlags(mn::TargetAttr target, const std::string &precision) {
  if (isX86(target)) {
    bool isBare = target.getString("triple").ends_with("-none-elf");
    return "-march=" + getX86Level(target) + (precision == "bf16" ? " -mavx512bf16" : "") +
           (precision == "i8" ? getIntegerFlags(target) : "") + (isBare ? " -mno-red-zone" : "");
  }
  llvm::StringRef cpu = target.getString("llvm_cpu");
  return cpu.empty() || cpu == "generic" ? "-march=armv8-a" : "-mcpu=" + cpu.str();
}

static std::string getGuardMacro(mn::TargetAttr target) {
  if (!isX86(target))
    return "defined(__aarch64__) && defined(__ARM_NEON)";
  if (target.getLanes() == 16)
    return "defined(__AVX512F__)";
  return target.hasFma() ? "defined(__AVX2__) && defined(__FMA__)" : "defined(__x86_64__)";
}

/// The macro of the instructions that reduced precision needs beside the target's others.
static std::string getPrecisionMacro(mn::TargetAttr target, const std::string &precision) {
  if (precision == "f32")
    return "";
  if (precision == "i8")
    return getIntegerMacros(target);
  if (isX86(target))
    return " && defined(__AVX512BF16__)";
  return precision == "f16" ? " && defined(__ARM_FEATURE_FP16_VECTOR_ARITHMETIC)"
                            : " && defined(__ARM_FEATURE_BF16_VECTOR_ARITHMETIC)";
}

std::string mncc::printTargetGuard(mn::TargetAttr target, const std::string &precision, const std::string &file) {
  return fmt::format(R"(#if !({0})
#error "{1} is for {2}: compile it with {3}"
#endif
#if defined(__FAST_MATH__)
#error "{1} promises its bits: compile it without -ffast-math"
#endif
#include <{4}>

// A multiplication and an addition round twice, a fused one once: the results say which, not the compiler. Loops that
// copy stay loops: there is no memcpy.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off", "no-tree-loop-distribute-patterns")
#endif
)",
                     getGuardMacro(target) + getPrecisionMacro(target, precision), file, target.getCpu().str(),
                     getCompilerFlags(target, precision), isX86(target) ? "immintrin.h" : "arm_neon.h");
}

namespace {
/// How one instruction set spells the functions on its vectors; `{}` stands for the operands.
struct Vectors {
  int64_t lanes;
  const char *type, *load, *store, *splat, *fma, *max, *min;
};
} // namespace

// `max` and `min` are `a > b ? a : b` and `a < b ? a : b`, which MAXPS and MINPS compute to the bit (Intel SDM 2B). GCC
// 12 warns of its own header in _mm512_max_ps.
static constexpr Vectors kX86Vectors[] = {
    {4, "__m128", "_mm_loadu_ps(from + at)", "_mm_storeu_ps(to + at, v)", "_mm_set1_ps(v)", "_mm_fmadd_ps(a, b, c)",
     "_mm_max_ps(a, b)", "_mm_min_ps(a, b)"},
    {8, "__m256", "_mm256_loadu_ps(from + at)", "_mm256_storeu_ps(to + at, v)", "_mm256_set1_ps(v)",
     "_mm256_fmadd_ps(a, b, c)", "_mm256_max_ps(a, b)", "_mm256_min_ps(a, b)"},
    {16, "__m512", "_mm512_loadu_ps(from + at)", "_mm512_storeu_ps(to + at, v)", "_mm512_set1_ps(v)",
     "_mm512_fmadd_ps(a, b, c)", "a > b ? a : b", "a < b ? a : b"}};

static constexpr Vectors kNeonVectors = {4,
                                         "float32x4_t",
                                         "vld1q_f32(from + at)",
                                         "vst1q_f32(to + at, v)",
                                         "vdupq_n_f32(v)",
                                         "vfmaq_f32(c, a, b)",
                                         "vbslq_f32(vcgtq_f32(a, b), a, b)",
                                         "vbslq_f32(vcltq_f32(a, b), a, b)"};

/// Of integers the words are printed before.
static std::string printVectors(const Vectors &v, bool hasFma, bool hasWords) {
  std::string type = fmt::format("f32x{}", v.lanes), words = fmt::format("u32x{}", v.lanes), text;
  text += fmt::format("using {} = {};\n", type, v.type);
  if (!hasWords)
    text += fmt::format("typedef uint32_t {} __attribute__((vector_size({})));\n", words, v.lanes * 4);
  text += fmt::format("MNCC_INLINE {0} {0}_load(const float *from, size_t at) {{ return {1}; }}\n", type, v.load);
  text += fmt::format("MNCC_INLINE void store(float *to, size_t at, {} v) {{ {}; }}\n", type, v.store);
  text += fmt::format("MNCC_INLINE {0} {0}_splat(float v) {{ return {1}; }}\n", type, v.splat);
  if (!hasWords)
    text += fmt::format("MNCC_INLINE {0} {0}_splat(uint32_t v) {{ return {0}{{}} + v; }}\n", words);
  if (hasFma)
    text += fmt::format("MNCC_INLINE {0} fma({0} a, {0} b, {0} c) {{ return {1}; }}\n", type, v.fma);
  text += fmt::format("MNCC_INLINE {0} max({0} a, {0} b) {{ return {1}; }}\n", type, v.max);
  text += fmt::format("MNCC_INLINE {0} min({0} a, {0} b) {{ return {1}; }}\n", type, v.min);
  text += fmt::format("MNCC_INLINE {1} bits({0} v) {{ return ({1})v; }}\n", type, words);
  text += fmt::format("MNCC_INLINE {0} number({1} v) {{ return ({0})v; }}\n\n", type, words);
  return text;
}

static std::string printScalars(bool hasFma) {
  std::string text;
  if (hasFma)
    text += "MNCC_INLINE float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }\n";
  return text +
         R"(template <typename T> MNCC_INLINE void prefetch(const T *from, size_t at) { __builtin_prefetch(from + at, 0, 2); }
MNCC_INLINE float max(float a, float b) { return a > b ? a : b; }
MNCC_INLINE float min(float a, float b) { return a < b ? a : b; }
MNCC_INLINE uint32_t bits(float v) {
  uint32_t word;
  __builtin_memcpy(&word, &v, sizeof(word));
  return word;
}
MNCC_INLINE float number(uint32_t word) {
  float v;
  __builtin_memcpy(&v, &word, sizeof(v));
  return v;
}

)";
}

/// f16 `v` widened by one instruction. GCC 12 warns of its own header in _mm512_cvtph_ps.
static const char *widenF16(mn::TargetAttr target, int64_t lanes) {
  if (!isX86(target))
    return lanes == 1 ? "vgetq_lane_f32(vcvt_f32_f16(vreinterpret_f16_u16(vdup_n_u16(v.raw))), 0)"
                      : "vcvt_f32_f16((float16x4_t)v.raw)";
  switch (lanes) {
  case 1:
    return "_cvtsh_ss(v.raw)";
  case 4:
    return "_mm_cvtph_ps(_mm_cvtsi64_si128((long long)v.raw))";
  case 8:
    return "_mm256_cvtph_ps((__m128i)v.raw)";
  default:
    return "_mm512_maskz_cvtph_ps(0xffff, (__m256i)v.raw)";
  }
}

static std::string printNarrowScalar(mn::TargetAttr target, const std::string &type) {
  return fmt::format("struct __attribute__((may_alias)) {0} {{ uint16_t raw; }};\n"
                     "MNCC_INLINE float widen({0} v) {{ return {1}; }}\n\n",
                     type, type == "f16" ? widenF16(target, 1) : "number((uint32_t)v.raw << 16)");
}

static std::string printNarrowVector(mn::TargetAttr target, const std::string &type, int64_t lanes) {
  std::string widen = fmt::format("number(__builtin_convertvector(v.raw, u32x{}) << 16)", lanes);
  return fmt::format(
      "typedef uint16_t u16x{1} __attribute__((vector_size({2}), aligned(2), may_alias));\n"
      "struct {0}x{1} {{ u16x{1} raw; }};\n"
      "MNCC_INLINE {0}x{1} {0}x{1}_load(const {0} *from, size_t at) {{ return {{*(const u16x{1} *)(from + at)}}; }}\n"
      "MNCC_INLINE f32x{1} widen({0}x{1} v) {{ return {3}; }}\n\n",
      type, lanes, lanes * 2, type == "f16" ? widenF16(target, lanes) : widen);
}

static std::string printNarrowVectors(mn::TargetAttr target, const VectorNames &names) {
  if (names.narrow.empty())
    return "";
  std::string text = printNarrowScalar(target, names.narrow);
  for (int64_t lanes : names.lanes)
    if (lanes > 1)
      text += printNarrowVector(target, names.narrow, lanes);
  return text;
}

/// Null where the target has no registers of `lanes` floats.
static const Vectors *findVectors(mn::TargetAttr target, int64_t lanes) {
  if (!isX86(target))
    return lanes == kNeonVectors.lanes ? &kNeonVectors : nullptr;
  auto row = llvm::find_if(kX86Vectors, [&](const Vectors &vectors) { return vectors.lanes == lanes; });
  return row != std::end(kX86Vectors) && lanes <= target.getLanes() ? row : nullptr;
}

static constexpr const char *kPlace = R"(// Where a tensor or a constant lies: of what type, the kernel says.
struct place {
  void *at;
  template <typename T> operator T *() const { return static_cast<T *>(at); }
};
struct const_place {
  const void *at;
  template <typename T> operator const T *() const { return static_cast<const T *>(at); }
};
)";

static std::string printFloats(mn::TargetAttr target, const VectorNames &names) {
  std::string text;
  for (int64_t lanes : names.lanes) {
    const Vectors *vectors = findVectors(target, lanes);
    if (vectors)
      text += printVectors(*vectors, target.hasFma(), names.isQuantized);
    else if (names.isQuantized)
      text += printPlainFloats(lanes);
  }
  return text;
}

std::string mncc::printPrelude(mn::TargetAttr target, const VectorNames &names) {
  std::string text = "#define MNCC_INLINE [[maybe_unused]] static inline __attribute__((always_inline))\n";
  text += printScalars(target.hasFma());
  if (names.isQuantized)
    text += printIntegerTypes(names);
  text += printFloats(target, names);
  if (names.isQuantized)
    text += printIntegerFunctions(target, names);
  text += names.computes ? printReducedPrecision(target, names) : printNarrowVectors(target, names);
  if (names.computes || names.isQuantized)
    text += kPlace;
  return text + "#undef MNCC_INLINE\n";
}
