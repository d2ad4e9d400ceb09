// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/Integers.h"

#include <fmt/format.h>

using namespace mncc;

std::string mncc::getIntegerFlags(mn::TargetAttr target) {
  if (target.getString("int8_product") != "vpdpbusd")
    return "";
  return target.getLanes() == 16 ? " -mavx512vnni" : " -mavxvnni";
}

std::string mncc::getIntegerMacros(mn::TargetAttr target) {
  llvm::StringRef product = target.getString("int8_product");
  std::string macros = target.getLanes() == 16 ? " && defined(__AVX512BW__)" : "";
  if (product == "vpdpbusd")
    macros += target.getLanes() == 16 ? " && defined(__AVX512VNNI__)" : " && defined(__AVXVNNI__)";
  if (product == "sdot" || product == "smmla")
    macros += " && defined(__ARM_FEATURE_DOTPROD)";
  if (product == "smmla")
    macros += " && defined(__ARM_FEATURE_MATMUL_INT8)";
  return macros;
}

// Memory holds vectors at any address and by any name. Compilers warn of shifts of sums; GCC also of vectors wider than
// the registers as results of functions, all of which are inlined here.
static constexpr const char *kTypes = R"(#pragma GCC diagnostic ignored "-Wparentheses"
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi"
#endif
#define MNCC_INTEGERS(B, L) \
  typedef uint##B##_t u##B##x##L __attribute__((vector_size(B / 8 * L))); \
  typedef int##B##_t s##B##x##L __attribute__((vector_size(B / 8 * L))); \
  typedef uint##B##_t u##B##x##L##_memory __attribute__((vector_size(B / 8 * L), aligned(1), may_alias)); \
  MNCC_INLINE u##B##x##L u##B##x##L##_load(const uint##B##_t *from, size_t at) { \
    return *(const u##B##x##L##_memory *)(from + at); \
  } \
  MNCC_INLINE u##B##x##L u##B##x##L##_at(size_t address) { return *(const u##B##x##L##_memory *)address; } \
  MNCC_INLINE void store(uint##B##_t *to, size_t at, u##B##x##L v) { *(u##B##x##L##_memory *)(to + at) = v; } \
  MNCC_INLINE u##B##x##L u##B##x##L##_splat(uint##B##_t v) { return u##B##x##L{} + v; } \
  MNCC_INLINE s##B##x##L as_signed(u##B##x##L v) { return (s##B##x##L)v; }
)";

std::string mncc::printIntegerTypes(const VectorNames &names) {
  std::string text = kTypes;
  for (auto [bits, lanes] : names.integers)
    text += fmt::format("MNCC_INTEGERS({}, {})\n", bits, lanes);
  return text + "#undef MNCC_INTEGERS\n\n";
}

std::string mncc::printPlainFloats(int64_t lanes) {
  return fmt::format(R"(typedef float f32x{0} __attribute__((vector_size({1})));
typedef float f32x{0}_memory __attribute__((vector_size({1}), aligned(4), may_alias));
MNCC_INLINE f32x{0} f32x{0}_load(const float *from, size_t at) {{ return *(const f32x{0}_memory *)(from + at); }}
MNCC_INLINE void store(float *to, size_t at, f32x{0} v) {{ *(f32x{0}_memory *)(to + at) = v; }}
MNCC_INLINE f32x{0} f32x{0}_splat(float v) {{ return f32x{0}{{}} + v; }}
MNCC_INLINE f32x{0} max(f32x{0} a, f32x{0} b) {{ return a > b ? a : b; }}
MNCC_INLINE f32x{0} min(f32x{0} a, f32x{0} b) {{ return a < b ? a : b; }}
MNCC_INLINE u32x{0} bits(f32x{0} v) {{ return (u32x{0})v; }}

)",
                     lanes, 4 * lanes);
}

// GCC loads the lanes of a vector one by one where __builtin_convertvector alone widens it, and takes them out one by
// one where it narrows eight; these are the instructions for that. C++ for x86-64 and x86-64-v2 is built for SSE2,
// which has none of them.

/// `to_lanes` from lanes of `from` bits to lanes of `to` bits by x86's instruction for results of 128 bits or more. Of
/// the functions for 512 bits, GCC warns of those that have no mask.
static std::string printWideningX86(unsigned from, unsigned to, int64_t lanes) {
  int64_t bits = to * lanes;
  std::string start = bits == 512 ? "_mm512_maskz" : bits == 256 ? "_mm256" : "_mm";
  std::string narrow = from * lanes == 32   ? "_mm_cvtsi32_si128((int)v)"
                       : from * lanes == 64 ? "_mm_cvtsi64_si128((long long)v)"
                                            : fmt::format("(__m{}i)v", from * lanes);
  std::string arguments = bits == 512 ? fmt::format("(__mmask{})-1, {}", lanes, narrow) : narrow;
  std::string text;
  for (auto [lane, sign] : {std::pair{'u', 'u'}, std::pair{'s', 'i'}})
    text += fmt::format("MNCC_INLINE u{0}x{1} to_lanes({2}{3}x{1} v, u{0}x{1}) {{\n"
                        "  return (u{0}x{1}){4}_cvtep{5}{3}_epi{0}({6});\n}}\n",
                        to, lanes, lane, from, start, sign, arguments);
  return text;
}

static constexpr const char *kNarrowEightX86 = R"(MNCC_INLINE u8x8 to_lanes(u32x8 v, u8x8) {
  __m256i bytes = (__m256i)(v & 255u);
  __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(bytes), _mm256_extracti128_si256(bytes, 1));
  return (u8x8)_mm_cvtsi128_si64(_mm_packus_epi16(words, words));
}
)";

static std::string printLaneChangesX86(int64_t registerBits, const VectorNames &names) {
  std::string text;
  for (auto [from, lanes] : names.integers)
    for (auto [to, sameLanes] : names.integers)
      if (lanes == sameLanes && from < to && from * lanes >= 32 && to * lanes >= 128 && to * lanes <= registerBits)
        text += printWideningX86(from, to, lanes);
  bool narrowsEight = names.integers.count({32, 8}) && names.integers.count({8, 8}) && registerBits >= 256;
  return text + (narrowsEight ? kNarrowEightX86 : "");
}

static std::string printLaneChangesArm(const VectorNames &names) {
  std::string text;
  if (names.integers.count({8, 4}) && names.integers.count({32, 4}))
    text += R"(MNCC_INLINE u32x4 to_lanes(u8x4 v, u32x4) {
  return (u32x4)vmovl_u16(vget_low_u16(vmovl_u8(vcreate_u8((uint32_t)v))));
}
MNCC_INLINE u32x4 to_lanes(s8x4 v, u32x4) {
  return (u32x4)vmovl_s16(vget_low_s16(vmovl_s8(vcreate_s8((uint32_t)v))));
}
)";
  if (names.integers.count({16, 4}) && names.integers.count({32, 4}))
    text += R"(MNCC_INLINE u32x4 to_lanes(s16x4 v, u32x4) { return (u32x4)vmovl_s16((int16x4_t)v); }
)";
  return text;
}

// Lanes have no sign; `…_signed` takes them as if they had.
static constexpr const char *kFunctions = R"(MNCC_INLINE int64_t as_signed(uint64_t v) { return (int64_t)v; }
template <typename T> MNCC_INLINE size_t address_of(const T *start) { return (size_t)start; }
template <typename To, typename V> MNCC_INLINE To as(const V &v) { return (To)v; }
template <typename To, typename V> MNCC_INLINE To to_lanes(const V &v, To) { return __builtin_convertvector(v, To); }
template <typename To, typename V> MNCC_INLINE To convert(const V &v) { return to_lanes(v, To{}); }
template <typename To, typename V> MNCC_INLINE To convert_signed(const V &v) { return to_lanes(as_signed(v), To{}); }
template <typename To, typename V> MNCC_INLINE To convert_to_signed(const V &v) {
  return (To)__builtin_convertvector(v, decltype(as_signed(To{})));
}
template <typename To, typename... Lanes> MNCC_INLINE To of(Lanes... lanes) {
  To v{};
  int lane = 0;
  ((v[lane++] = lanes), ...);
  return v;
}
template <typename V> MNCC_INLINE V max_signed(const V &a, const V &b) { return as_signed(a) > as_signed(b) ? a : b; }
template <typename V> MNCC_INLINE V min_signed(const V &a, const V &b) { return as_signed(a) < as_signed(b) ? a : b; }
template <typename V> MNCC_INLINE V shift_right_signed(const V &a, const V &b) {
  return (V)(as_signed(a) >> as_signed(b));
}
template <typename V> MNCC_INLINE V divide_signed(const V &a, const V &b) { return (V)(as_signed(a) / as_signed(b)); }
template <typename V> MNCC_INLINE V is_less_signed(const V &a, const V &b) { return (V)(as_signed(a) < as_signed(b)); }
template <typename V> MNCC_INLINE V is_unequal(const V &a, const V &b) { return (V)(a != b); }
template <typename V> MNCC_INLINE auto is_less(const V &a, const V &b) { return (decltype(bits(a)))(a < b); }
template <typename V> MNCC_INLINE auto is_more(const V &a, const V &b) { return (decltype(bits(a)))(a > b); }
template <typename V> MNCC_INLINE auto is_at_most(const V &a, const V &b) { return (decltype(bits(a)))(a <= b); }
template <typename V> MNCC_INLINE auto is_at_least(const V &a, const V &b) { return (decltype(bits(a)))(a >= b); }
template <typename M, typename V> MNCC_INLINE V select(const M &mask, const V &a, const V &b) { return mask ? a : b; }
MNCC_INLINE uint32_t count_leading_zeros(uint32_t v) { return v ? (uint32_t)__builtin_clz(v) : 32; }

)";

namespace {
/// An intrinsic function of LLVM as compilers spell it.
struct Instruction {
  const char *intrinsic, *function;
};
} // namespace

static constexpr Instruction kInstructions[] = {
    {"llvm.x86.sse2.pmadd.wd",
     "u32x4 pmadd(u16x8 a, u16x8 b) { return (u32x4)_mm_madd_epi16((__m128i)a, (__m128i)b); }"},
    {"llvm.x86.avx2.pmadd.wd",
     "u32x8 pmadd(u16x16 a, u16x16 b) { return (u32x8)_mm256_madd_epi16((__m256i)a, (__m256i)b); }"},
    {"llvm.x86.avx512.pmaddw.d.512",
     "u32x16 pmaddw(u16x32 a, u16x32 b) { return (u32x16)_mm512_madd_epi16((__m512i)a, (__m512i)b); }"},
    {"llvm.x86.sse2.packssdw.128",
     "u16x8 packssdw(u32x4 a, u32x4 b) { return (u16x8)_mm_packs_epi32((__m128i)a, (__m128i)b); }"},
    {"llvm.x86.avx2.packssdw",
     "u16x16 packssdw(u32x8 a, u32x8 b) { return (u16x16)_mm256_packs_epi32((__m256i)a, (__m256i)b); }"},
    {"llvm.x86.avx512.packssdw.512",
     "u16x32 packssdw(u32x16 a, u32x16 b) { return (u16x32)_mm512_packs_epi32((__m512i)a, (__m512i)b); }"},
    {"llvm.x86.sse2.packuswb.128",
     "u8x16 packuswb(u16x8 a, u16x8 b) { return (u8x16)_mm_packus_epi16((__m128i)a, (__m128i)b); }"},
    {"llvm.x86.avx2.packuswb",
     "u8x32 packuswb(u16x16 a, u16x16 b) { return (u8x32)_mm256_packus_epi16((__m256i)a, (__m256i)b); }"},
    {"llvm.x86.avx512.packuswb.512",
     "u8x64 packuswb(u16x32 a, u16x32 b) { return (u8x64)_mm512_packus_epi16((__m512i)a, (__m512i)b); }"},
    {"llvm.x86.ssse3.pmul.hr.sw.128",
     "u16x8 pmul(u16x8 a, u16x8 b) { return (u16x8)_mm_mulhrs_epi16((__m128i)a, (__m128i)b); }"},
    {"llvm.x86.avx2.pmul.hr.sw",
     "u16x16 pmul(u16x16 a, u16x16 b) { return (u16x16)_mm256_mulhrs_epi16((__m256i)a, (__m256i)b); }"},
    {"llvm.x86.avx512.pmul.hr.sw.512",
     "u16x32 pmul(u16x32 a, u16x32 b) { return (u16x32)_mm512_mulhrs_epi16((__m512i)a, (__m512i)b); }"},
    {"llvm.x86.avx512.vpdpbusd.128", "u32x4 vpdpbusd(u32x4 sum, u8x16 a, u8x16 b) {\n"
                                     "  return (u32x4)_mm_dpbusd_epi32((__m128i)sum, (__m128i)a, (__m128i)b);\n}"},
    {"llvm.x86.avx512.vpdpbusd.256", "u32x8 vpdpbusd(u32x8 sum, u8x32 a, u8x32 b) {\n"
                                     "  return (u32x8)_mm256_dpbusd_epi32((__m256i)sum, (__m256i)a, (__m256i)b);\n}"},
    {"llvm.x86.avx512.vpdpbusd.512", "u32x16 vpdpbusd(u32x16 sum, u8x64 a, u8x64 b) {\n"
                                     "  return (u32x16)_mm512_dpbusd_epi32((__m512i)sum, (__m512i)a, (__m512i)b);\n}"},
    {"llvm.lrint.v16i32.v16f32",
     "u32x16 lrint(f32x16 v) { return (u32x16)_mm512_maskz_cvtps_epi32(0xffff, (__m512)v); }"},
    {"llvm.lrint.v8i32.v8f32", "u32x8 lrint(f32x8 v) { return (u32x8)_mm256_cvtps_epi32((__m256)v); }"},
    {"llvm.aarch64.neon.fcvtns.v4i32.v4f32", "u32x4 fcvtns(f32x4 v) { return (u32x4)vcvtnq_s32_f32(v); }"},
    {"llvm.aarch64.neon.addp.v4i32",
     "u32x4 addp(u32x4 a, u32x4 b) { return (u32x4)vpaddq_s32((int32x4_t)a, (int32x4_t)b); }"},
    {"llvm.aarch64.neon.saddlp.v4i32.v8i16", "u32x4 saddlp(u16x8 v) { return (u32x4)vpaddlq_s16((int16x8_t)v); }"},
    {"llvm.aarch64.neon.smull.v8i16",
     "u16x8 smull(u8x8 a, u8x8 b) { return (u16x8)vmull_s8((int8x8_t)a, (int8x8_t)b); }"},
    {"llvm.aarch64.neon.sdot.v4i32.v16i8", "u32x4 sdot(u32x4 sum, u8x16 a, u8x16 b) {\n"
                                           "  return (u32x4)vdotq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)b);\n}"},
    {"llvm.aarch64.neon.smmla.v4i32.v16i8",
     "u32x4 smmla(u32x4 sum, u8x16 a, u8x16 b) {\n"
     "  return (u32x4)vmmlaq_s32((int32x4_t)sum, (int8x16_t)a, (int8x16_t)b);\n}"},
    {"llvm.aarch64.neon.sqadd.v8i16",
     "u16x8 sqadd(u16x8 a, u16x8 b) { return (u16x8)vqaddq_s16((int16x8_t)a, (int16x8_t)b); }"},
    {"llvm.aarch64.neon.sqxtn.v4i16", "u16x4 sqxtn(u32x4 v) { return (u16x4)vqmovn_s32((int32x4_t)v); }"},
    {"llvm.aarch64.neon.sqxtn.v8i8", "u8x8 sqxtn(u16x8 v) { return (u8x8)vqmovn_s16((int16x8_t)v); }"},
    {"llvm.aarch64.neon.sqrdmulh.v4i32",
     "u32x4 sqrdmulh(u32x4 a, u32x4 b) { return (u32x4)vqrdmulhq_s32((int32x4_t)a, (int32x4_t)b); }"},
    {"llvm.aarch64.neon.srshl.v4i32",
     "u32x4 srshl(u32x4 v, u32x4 by) { return (u32x4)vrshlq_s32((int32x4_t)v, (int32x4_t)by); }"},
};

// Lanes that are rounded on their own.
static constexpr const char *kRoundOnX86 = "_mm_cvtss_si32(_mm_set_ss(v[{0}]))";
static constexpr const char *kRoundOnArm = "vcvtns_s32_f32(v[{0}])";

/// Of widths that no table row has.
static std::string printRounding(llvm::StringRef intrinsic, bool isX86) {
  int64_t lanes = 0;
  intrinsic.consume_front("llvm.lrint.v");
  intrinsic.consumeInteger(10, lanes);
  if (isX86 && lanes == 4)
    return "u32x4 lrint(f32x4 v) { return (u32x4)_mm_cvtps_epi32(v); }";
  std::string each;
  for (int64_t lane = 0; lane < lanes; ++lane)
    each += fmt::format("{}(uint32_t){}", lane == 0 ? "" : ", ",
                        fmt::format(fmt::runtime(isX86 ? kRoundOnX86 : kRoundOnArm), lane));
  return fmt::format("u32x{0} lrint(f32x{0} v) {{ return u32x{0}{{{1}}}; }}", lanes, each);
}

// What AVX-VNNI has, where there is no AVX-512.
static constexpr Instruction kNarrowProducts[] = {
    {"llvm.x86.avx512.vpdpbusd.128", "u32x4 vpdpbusd(u32x4 sum, u8x16 a, u8x16 b) {\n"
                                     "  return (u32x4)_mm_dpbusd_avx_epi32((__m128i)sum, (__m128i)a, (__m128i)b);\n}"},
    {"llvm.x86.avx512.vpdpbusd.256",
     "u32x8 vpdpbusd(u32x8 sum, u8x32 a, u8x32 b) {\n"
     "  return (u32x8)_mm256_dpbusd_avx_epi32((__m256i)sum, (__m256i)a, (__m256i)b);\n}"},
};

static std::string printInstruction(mn::TargetAttr target, const std::string &intrinsic) {
  bool isX86 = target.getString("arch") == "x86_64";
  if (target.getLanes() < 16)
    for (const Instruction &instruction : kNarrowProducts)
      if (intrinsic == instruction.intrinsic)
        return instruction.function;
  for (const Instruction &instruction : kInstructions)
    if (intrinsic == instruction.intrinsic && (isX86 || !llvm::StringRef(intrinsic).starts_with("llvm.lrint")))
      return instruction.function;
  return llvm::StringRef(intrinsic).starts_with("llvm.lrint") ? printRounding(intrinsic, isX86) : "";
}

std::string mncc::printIntegerFunctions(mn::TargetAttr target, const VectorNames &names) {
  bool isX86 = target.getString("arch") == "x86_64";
  std::string changes = isX86 ? printLaneChangesX86(32 * target.getLanes(), names) : printLaneChangesArm(names);
  std::string text =
      changes.empty()
          ? ""
          : fmt::format("// GCC takes vectors apart lane by lane without these.\n#if !defined(__clang__){}\n{}#endif\n",
                        isX86 ? " && defined(__SSE4_1__)" : "", changes);
  text += kFunctions;
  for (const std::string &intrinsic : names.instructions)
    text += "MNCC_INLINE " + printInstruction(target, intrinsic) + "\n";
  return text + "\n";
}
