// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/ReducedPrecision.h"

#include <fmt/format.h>

using namespace mncc;

// Scalars are promoted to float in C++, which is exact for one operation; its rounding back is ours. A vector of eight
// f32 is only passed through: GCC's own type, whatever the instruction set has.
static constexpr const char *kHalfScalars = R"(#include <arm_fp16.h>
using f16 = __fp16;
MNCC_INLINE float widen(f16 v) { return v; }
MNCC_INLINE f16 f16_round(float v) { return f16(v); }
MNCC_INLINE f16 add(f16 a, f16 b) { return f16(a + b); }
MNCC_INLINE f16 sub(f16 a, f16 b) { return f16(a - b); }
MNCC_INLINE f16 mul(f16 a, f16 b) { return f16(a * b); }
MNCC_INLINE f16 div(f16 a, f16 b) { return f16(a / b); }
MNCC_INLINE f16 fma(f16 a, f16 b, f16 c) { return vfmah_f16(c, a, b); }
MNCC_INLINE f16 max(f16 a, f16 b) { return a > b ? a : b; }
MNCC_INLINE f16 min(f16 a, f16 b) { return a < b ? a : b; }

)";

static constexpr const char *kPairOfVectors = R"(struct f32x8 { float32x4_t low, high; };
MNCC_INLINE f32x8 f32x8_load(const float *from, size_t at) { return {vld1q_f32(from + at), vld1q_f32(from + at + 4)}; }
MNCC_INLINE f16x8 f16x8_round(f32x8 v) { return vcombine_f16(vcvt_f16_f32(v.low), vcvt_f16_f32(v.high)); }

)";

/// `q` is the letter of NEON's intrinsics of 128 bits.
static std::string printHalfVectors(int64_t lanes, const char *q) {
  std::string text = fmt::format("using f16x{0} = float16x{0}_t;\n", lanes);
  auto line = [&](fmt::string_view format) { text += fmt::format(fmt::runtime(format), lanes, q) + "\n"; };
  line("MNCC_INLINE f16x{0} f16x{0}_load(const f16 *from, size_t at) {{ return vld1{1}_f16(from + at); }}");
  line("MNCC_INLINE void store(f16 *to, size_t at, f16x{0} v) {{ vst1{1}_f16(to + at, v); }}");
  line("MNCC_INLINE f16x{0} f16x{0}_splat(f16 v) {{ return vdup{1}_n_f16(v); }}");
  line("MNCC_INLINE f16x{0} fma(f16x{0} a, f16x{0} b, f16x{0} c) {{ return vfma{1}_f16(c, a, b); }}");
  line("MNCC_INLINE f16x{0} max(f16x{0} a, f16x{0} b) {{ return vbsl{1}_f16(vcgt{1}_f16(a, b), a, b); }}");
  line("MNCC_INLINE f16x{0} min(f16x{0} a, f16x{0} b) {{ return vbsl{1}_f16(vclt{1}_f16(a, b), a, b); }}");
  return text + "\n";
}

static std::string printHalves(const VectorNames &names) {
  std::string text = kHalfScalars;
  if (names.narrowLanes.count(4)) {
    text += printHalfVectors(4, "");
    text += "MNCC_INLINE float32x4_t widen(f16x4 v) { return vcvt_f32_f16(v); }\n";
    text += "MNCC_INLINE f16x4 f16x4_round(float32x4_t v) { return vcvt_f16_f32(v); }\n\n";
  }
  if (names.narrowLanes.count(8))
    text += printHalfVectors(8, "q") + kPairOfVectors;
  return text;
}

// Rounding to nearest even in integers: the same on every instruction set, subnormal values included.
static constexpr const char *kBf16Scalars = R"(struct __attribute__((may_alias)) bf16 { uint16_t raw; };
MNCC_INLINE float widen(bf16 v) { return number((uint32_t)v.raw << 16); }
MNCC_INLINE bf16 bf16_round(float v) { return {(uint16_t)((bits(v) + 0x7fff + ((bits(v) >> 16) & 1)) >> 16)}; }

)";

static std::string printBf16Vectors(int64_t lanes, bool hasFloats) {
  std::string text = fmt::format("typedef uint16_t u16x{0} __attribute__((vector_size({1}), aligned(2), may_alias));\n"
                                 "struct bf16x{0} {{ u16x{0} raw; }};\n"
                                 "MNCC_INLINE bf16x{0} bf16x{0}_load(const bf16 *from, size_t at) {{ return {{*(const "
                                 "u16x{0} *)(from + at)}}; }}\n",
                                 lanes, 2 * lanes);
  if (hasFloats)
    text += fmt::format(
        "MNCC_INLINE void store(bf16 *to, size_t at, bf16x{0} v) {{ *(u16x{0} *)(to + at) = v.raw; }}\n"
        "MNCC_INLINE f32x{0} widen(bf16x{0} v) {{ return number(__builtin_convertvector(v.raw, u32x{0}) << 16); }}\n"
        "MNCC_INLINE bf16x{0} bf16x{0}_round(f32x{0} v) {{\n"
        "  return {{__builtin_convertvector((bits(v) + 0x7fff + ((bits(v) >> 16) & 1)) >> 16, u16x{0})}};\n}}\n",
        lanes);
  return text + "\n";
}

static constexpr const char *kX86Pairs =
    R"(MNCC_INLINE bf16x32 bf16x32_splat_pair(const bf16 *from, size_t at) {
  uint32_t pair;
  __builtin_memcpy(&pair, from + at, sizeof(pair));
  return {(u16x32)_mm512_set1_epi32((int)pair)};
}
MNCC_INLINE f32x16 dot(f32x16 sum, bf16x32 a, bf16x32 b) {
  return _mm512_dpbf16_ps(sum, (__m512bh)a.raw, (__m512bh)b.raw);
}

)";

static constexpr const char *kNeonPairs =
    R"(MNCC_INLINE bf16x8 bf16x8_splat_pair(const bf16 *from, size_t at) {
  uint32_t pair;
  __builtin_memcpy(&pair, from + at, sizeof(pair));
  return {(u16x8)vdupq_n_u32(pair)};
}
MNCC_INLINE f32x4 dot(f32x4 sum, bf16x8 a, bf16x8 b) {
  return vbfdotq_f32(sum, (bfloat16x8_t)a.raw, (bfloat16x8_t)b.raw);
}
MNCC_INLINE f32x4 multiply_matrices(f32x4 sum, bf16x8 a, bf16x8 b) {
  return vbfmmlaq_f32(sum, (bfloat16x8_t)a.raw, (bfloat16x8_t)b.raw);
}
MNCC_INLINE f32x4 shuffle_0_1_0_1(f32x4 v) { return vcombine_f32(vget_low_f32(v), vget_low_f32(v)); }
MNCC_INLINE f32x4 shuffle_2_3_2_3(f32x4 v) { return vcombine_f32(vget_high_f32(v), vget_high_f32(v)); }
MNCC_INLINE f32x4 shuffle_0_1_4_5(f32x4 a, f32x4 b) { return vcombine_f32(vget_low_f32(a), vget_low_f32(b)); }
MNCC_INLINE f32x4 shuffle_2_3_6_7(f32x4 a, f32x4 b) { return vcombine_f32(vget_high_f32(a), vget_high_f32(b)); }
)";

static constexpr const char *kNeonHalfPair =
    R"(MNCC_INLINE bf16x8 shuffle_0_1_2_3_0_1_2_3(bf16x4 v) {
  return {(u16x8)vcombine_u16((uint16x4_t)v.raw, (uint16x4_t)v.raw)};
}
)";

static std::string printBf16(mn::TargetAttr target, const VectorNames &names) {
  std::string text = kBf16Scalars;
  int64_t pairs = 2 * target.getLanes();
  for (int64_t lanes : names.narrowLanes)
    // Two are half of a pair's word, which has a function of its own.
    if (lanes > 2)
      text += printBf16Vectors(lanes, names.lanes.count(lanes));
  if (!names.narrowLanes.count(pairs))
    return text;
  bool isX86 = target.getString("arch") == "x86_64";
  text += isX86 ? kX86Pairs : kNeonPairs;
  return text + (isX86 || !names.narrowLanes.count(4) ? "" : kNeonHalfPair);
}

std::string mncc::printReducedPrecision(mn::TargetAttr target, const VectorNames &names) {
  return names.narrow == "f16" ? printHalves(names) : printBf16(target, names);
}
