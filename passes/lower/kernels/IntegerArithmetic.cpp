// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/IntegerArithmetic.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <cmath>
#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

int64_t lower::countLanes(Value vector) { return cast<VectorType>(vector.getType()).getNumElements(); }

bool lower::isArm(KernelBuilder &b) { return b.getTarget().getString("arch") == "aarch64"; }

Value lower::callIntrinsic(KernelBuilder &b, Type type, const Twine &name, ValueRange operands) {
  return LLVM::CallIntrinsicOp::create(b, type, b.getStringAttr(name), operands).getResults();
}

VectorType lower::getIntegerVector(KernelBuilder &b, int64_t lanes, unsigned bits) {
  return VectorType::get({lanes}, b.getIntegerType(bits));
}

Value lower::splatInteger(KernelBuilder &b, int64_t value, VectorType type) {
  Attribute scalar = b.getIntegerAttr(type.getElementType(), value);
  return arith::ConstantOp::create(b, DenseElementsAttr::get(type, scalar));
}

/// `value`, of an assembler that leaves it in a register of `constraint`.
static Value passThrough(KernelBuilder &b, Value value, StringRef constraint, bool hasSideEffects) {
  auto passed = LLVM::InlineAsmOp::create(b, value.getType(), value, "", ("=" + constraint + ",0").str(),
                                          hasSideEffects, /*is_align_stack=*/false, LLVM::TailCallKind::None,
                                          LLVM::AsmDialectAttr(), ArrayAttr());
  return passed.getRes();
}

Value lower::hide(KernelBuilder &b, Value index) {
  Value word = arith::IndexCastOp::create(b, b.getI64Type(), index);
  return arith::IndexCastOp::create(b, b.getIndexType(), passThrough(b, word, "r", /*hasSideEffects=*/true));
}

Value lower::separate(KernelBuilder &b, Value vector) {
  constexpr int64_t kWidest = 64;
  return passThrough(b, vector, countLanes(vector) == kWidest ? "v" : "x", /*hasSideEffects=*/false);
}

static Type getElement(const Buffer &buffer) { return cast<MemRefType>(buffer.memref.getType()).getElementType(); }

static int64_t countElementBytes(const Buffer &buffer) {
  constexpr unsigned kBits = 8;
  return getElement(buffer).getIntOrFloatBitWidth() / kBits;
}

Value lower::addressInMemory(KernelBuilder &b, const Buffer &buffer, Value address) {
  Value start = memref::ExtractAlignedPointerAsIndexOp::create(b, buffer.memref);
  return b.add(start, b.mul(address, countElementBytes(buffer)));
}

Value lower::loadFromMemory(KernelBuilder &b, Value place, VectorType type) {
  constexpr unsigned kBits = 8;
  Value word = arith::IndexCastOp::create(b, b.getI64Type(), place);
  Value pointer = LLVM::IntToPtrOp::create(b, LLVM::LLVMPointerType::get(b.getContext()), word);
  return LLVM::LoadOp::create(b, type, pointer, type.getElementTypeBitWidth() / kBits);
}

Value lower::loadFromMemory(KernelBuilder &b, const Buffer &buffer, Value place, int64_t first, int64_t lanes) {
  return loadFromMemory(b, b.add(place, first * countElementBytes(buffer)),
                        VectorType::get({lanes}, getElement(buffer)));
}

Value lower::loadIntegers(KernelBuilder &b, const Buffer &buffer, Value address, int64_t lanes) {
  return vector::LoadOp::create(b, VectorType::get({lanes}, getElement(buffer)), buffer.memref, ValueRange(address));
}

Value lower::widen(KernelBuilder &b, Value integers, bool isUnsigned) {
  VectorType type = getIntegerVector(b, countLanes(integers));
  if (isUnsigned)
    return arith::ExtUIOp::create(b, type, integers);
  return arith::ExtSIOp::create(b, type, integers);
}

Value lower::extendToWords(KernelBuilder &b, Value integers) {
  VectorType type = getIntegerVector(b, countLanes(integers), 16);
  return integers.getType() == type ? integers : arith::ExtSIOp::create(b, type, integers).getResult();
}

bool lower::isUnsigned(Value value) { return getElementTypeOrSelf(value).isUnsignedInteger(); }

Value lower::unpackBytes(KernelBuilder &b, Value low, Value high, bool upper, int64_t bytes) {
  int64_t width = cast<VectorType>(low.getType()).getNumElements(), part = std::min<int64_t>(width, 16);
  SmallVector<int64_t> mask;
  for (int64_t start = 0; start < width; start += part)
    for (int64_t unit = 0; unit < 8; unit += bytes)
      for (int64_t side : {int64_t(0), width})
        for (int64_t byte = 0; byte < bytes; ++byte)
          mask.push_back(side + start + (upper ? part / 2 : 0) + unit + byte);
  return b.shuffle(low, high, mask);
}

void lower::storeBytes(KernelBuilder &b, Value bytes, const Buffer &buffer, Value address, int64_t count) {
  if (count == 0 || count == countLanes(bytes)) {
    vector::StoreOp::create(b, bytes, buffer.memref, ValueRange(address));
    return;
  }
  for (int64_t lane = 0; lane < count; ++lane)
    memref::StoreOp::create(b, vector::ExtractOp::create(b, bytes, lane), buffer.memref,
                            ValueRange(b.add(address, lane)));
}

/// The x86 instruction `name` in the form for vectors of 16, 8 or 4 words.
static std::string nameByWidth(int64_t lanes, StringRef widest, StringRef middle, StringRef narrow) {
  return (lanes == 16 ? widest : lanes == 8 ? middle : narrow).str();
}

Value lower::multiplyPairs(KernelBuilder &b, Value values, Value weights) {
  int64_t lanes = countLanes(values) / 2;
  std::string name =
      nameByWidth(lanes, "llvm.x86.avx512.pmaddw.d.512", "llvm.x86.avx2.pmadd.wd", "llvm.x86.sse2.pmadd.wd");
  return callIntrinsic(b, getIntegerVector(b, lanes), name, {values, weights});
}

Value lower::multiplyAdd(KernelBuilder &b, Value value, Value weight, Value sum, bool isUnsigned) {
  int64_t lanes = countLanes(sum);
  // The upper half of an unsigned value is 0, whatever that of the weight is.
  if (bool hasPairs = lanes == 4 || lanes == 8 || lanes == 16; hasPairs && isUnsigned && !isArm(b)) {
    auto pairs = getIntegerVector(b, 2 * lanes, 16);
    Value product =
        multiplyPairs(b, vector::BitCastOp::create(b, pairs, value), vector::BitCastOp::create(b, pairs, weight));
    return arith::AddIOp::create(b, sum, product);
  }
  return arith::AddIOp::create(b, sum, arith::MulIOp::create(b, value, weight));
}

/// Four bytes a lane, and four weights, as two pairs of words of 16 bits, the even ones and the odd ones.
static Value multiplyWidened(KernelBuilder &b, Value values, Value weights, Value sum) {
  int64_t width = 2 * countLanes(sum);
  VectorType type = getIntegerVector(b, width, 16);
  Value words = vector::BitCastOp::create(b, type, values);
  Value even = arith::AndIOp::create(b, words, splatInteger(b, 0xff, type));
  Value odd = arith::ShRUIOp::create(b, words, splatInteger(b, 8, type));
  auto half = [&](int64_t first) {
    SmallVector<int64_t> lanes(width);
    std::iota(lanes.begin(), lanes.end(), first);
    return extendToWords(b, b.shuffle(weights, Value(), lanes));
  };
  sum = arith::AddIOp::create(b, sum, multiplyPairs(b, even, half(0)));
  return arith::AddIOp::create(b, sum, multiplyPairs(b, odd, half(width)));
}

Value lower::multiplyGroups(KernelBuilder &b, const IntegerForm &form, Value values, Value weights, Value sum) {
  int64_t lanes = countLanes(sum);
  using Product = IntegerForm::Product;
  switch (form.product) {
  case Product::Widened:
    return multiplyAdd(b, widen(b, values, form.isUnsigned), widen(b, weights, false), sum, form.isUnsigned);
  case Product::Pairs:
    return multiplyWidened(b, values, weights, sum);
  case Product::UnsignedQuads:
    return callIntrinsic(b, sum.getType(), "llvm.x86.avx512.vpdpbusd." + Twine(32 * lanes), {sum, values, weights});
  case Product::SignedQuads:
    return callIntrinsic(b, sum.getType(), "llvm.aarch64.neon.sdot.v4i32.v16i8", {sum, weights, values});
  case Product::Matrices:
  case Product::Sixteens:
    break;
  }
  llvm_unreachable("sums are partial (PartialSums.h)");
}

/// The products of all lanes with those of `factors`, doubled, rounded and cut to their upper halves, from products of
/// the even and of the odd lanes.
static Value multiplyHigh(KernelBuilder &b, Value sum, Value factors) {
  int64_t lanes = countLanes(sum);
  auto wide = VectorType::get({lanes / 2}, b.getI64Type());
  Value word = splatInteger(b, 32, wide);
  auto odd = [&](Value value) -> Value { return arith::ShRSIOp::create(b, value, word); };
  auto even = [&](Value value) -> Value { return odd(arith::ShLIOp::create(b, value, word)); };
  Value pairs = vector::BitCastOp::create(b, wide, sum), multipliers = vector::BitCastOp::create(b, wide, factors);
  auto product = [&](Value lhs, Value rhs) -> Value {
    return arith::AddIOp::create(b, arith::MulIOp::create(b, lhs, rhs), splatInteger(b, int64_t(1) << 30, wide));
  };
  Value low = arith::ShRUIOp::create(b, product(even(pairs), even(multipliers)), splatInteger(b, 31, wide));
  Value high = arith::ShLIOp::create(b, product(odd(pairs), odd(multipliers)), splatInteger(b, 1, wide));
  SmallVector<int64_t> mask;
  for (int64_t lane = 0; lane < lanes; ++lane)
    mask.push_back(lane % 2 == 0 ? lane : lanes + lane);
  Type words = sum.getType();
  return b.shuffle(vector::BitCastOp::create(b, words, low), vector::BitCastOp::create(b, words, high), mask);
}

/// `value` shifted right, halves away from zero.
static Value shiftRounding(KernelBuilder &b, Value value, Value shift) {
  auto type = cast<VectorType>(value.getType());
  Value zero = splatInteger(b, 0, type), one = splatInteger(b, 1, type);
  Value half = arith::ShRUIOp::create(b, arith::ShLIOp::create(b, one, shift), one);
  Value isShifted = arith::CmpIOp::create(b, arith::CmpIPredicate::ne, shift, zero);
  Value sign = arith::ShRSIOp::create(b, value, splatInteger(b, 31, type));
  Value nudge = arith::AddIOp::create(b, half, arith::SelectOp::create(b, isShifted, sign, zero));
  return arith::ShRSIOp::create(b, arith::AddIOp::create(b, value, nudge), shift);
}

/// NEON has both steps as instructions; its rounding shift takes halves upwards, so negative values go one down first.
static Value requantizeOnArm(KernelBuilder &b, Value sum, const RequantizationVectors &factors) {
  auto type = cast<VectorType>(sum.getType());
  Value product = callIntrinsic(b, type, "llvm.aarch64.neon.sqrdmulh.v4i32", {sum, factors.factor});
  Value left = arith::SubIOp::create(b, splatInteger(b, 0, type), factors.rightShift);
  Value nudge = arith::ShRSIOp::create(b, arith::AndIOp::create(b, product, left), splatInteger(b, 31, type));
  return callIntrinsic(b, type, "llvm.aarch64.neon.srshl.v4i32", {arith::AddIOp::create(b, product, nudge), left});
}

/// The whole product, shifted once: (sum * factor + 2^(30 + right)) >> (31 + right).
static Value requantizeOnce(KernelBuilder &b, Value sum, const RequantizationVectors &factors) {
  auto wide = VectorType::get({countLanes(sum)}, b.getI64Type());
  auto extend = [&](Value value) -> Value { return arith::ExtSIOp::create(b, wide, value); };
  Value shift = arith::AddIOp::create(b, extend(factors.rightShift), splatInteger(b, 30, wide));
  if (factors.leftShift)
    shift = arith::SubIOp::create(b, shift, extend(factors.leftShift));
  Value one = splatInteger(b, 1, wide), half = arith::ShLIOp::create(b, one, shift);
  Value product = arith::MulIOp::create(b, extend(sum), extend(factors.factor));
  Value shifted =
      arith::ShRSIOp::create(b, arith::AddIOp::create(b, product, half), arith::AddIOp::create(b, shift, one));
  return arith::TruncIOp::create(b, sum.getType(), shifted);
}

Value lower::roundToEven(KernelBuilder &b, Value value) {
  int64_t lanes = countLanes(value);
  VectorType type = getIntegerVector(b, lanes);
  if (isArm(b) && lanes == 4)
    return callIntrinsic(b, type, "llvm.aarch64.neon.fcvtns.v4i32.v4f32", {value});
  Twine count(lanes);
  return callIntrinsic(b, type, "llvm.lrint.v" + count + "i32.v" + count + "f32", {value});
}

Value lower::multiplyFactor(KernelBuilder &b, Value sum, Value factor) {
  auto type = VectorType::get({countLanes(sum)}, b.getF32Type());
  Value number = arith::SIToFPOp::create(b, type, sum);
  return arith::MulFOp::create(b, number, vector::BitCastOp::create(b, type, factor));
}

RequantizationVectors lower::loadFactors(KernelBuilder &b, const Buffer &words, const IntegerPackedShape &shape,
                                         Value channel, int64_t lanes) {
  const Requantization &requantization = shape.requantization;
  auto load = [&](int64_t row) {
    return row < requantization.rows
               ? loadIntegers(b, words, b.add(channel, shape.biasWords + row * shape.biasRow), lanes)
               : Value();
  };
  Value shift = load(1);
  if (!requantization.isLine())
    return {load(0), shift, load(2), requantization.form};
  // A product takes even lanes, which are the odd ones of what is loaded from the next word on.
  Value odd = loadIntegers(b, words, b.add(channel, shape.biasWords + 1), lanes);
  return {load(0), shift, Value(), requantization.form, odd, load(2), requantization.headroom};
}

// Products of the even and of the odd lanes.
Value lower::takeLine(KernelBuilder &b, Value sum, const RequantizationVectors &factors) {
  int64_t lanes = countLanes(sum);
  auto type = cast<VectorType>(sum.getType()), wide = VectorType::get({lanes / 2}, b.getI64Type());
  auto splat = [&](int64_t value) { return splatInteger(b, value, type); };
  SmallVector<int64_t> odd, upper;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    odd.push_back(lane | 1);
    // Of the lanes of a quarter the upper halves of its two even products, then those of the odd ones.
    upper.push_back((lane % 4 < 2 ? 0 : lanes) + lane / 4 * 4 + lane % 2 * 2 + 1);
  }
  auto extend = [&](Value value) -> Value {
    Value word = splatInteger(b, 32, wide);
    return arith::ShRSIOp::create(b, arith::ShLIOp::create(b, vector::BitCastOp::create(b, wide, value), word), word);
  };
  auto multiply = [&](Value lhs, Value rhs) -> Value {
    return vector::BitCastOp::create(b, type, arith::MulIOp::create(b, extend(lhs), extend(rhs)));
  };
  if (factors.headroom > 0)
    sum = arith::ShLIOp::create(b, sum, splat(factors.headroom));
  Value even = multiply(sum, factors.factor), rest = multiply(b.shuffle(sum, Value(), odd), factors.oddFactor);
  Value high = b.shuffle(even, rest, upper);
  if (factors.headroom > 0) {
    Value sign = arith::ShRSIOp::create(b, high, splat(31)), half = splat(int64_t(1) << (factors.headroom - 1));
    high = arith::SubIOp::create(b, high, arith::AndIOp::create(b, sign, half));
  }
  return arith::ShRSIOp::create(b, arith::AddIOp::create(b, high, factors.addend), factors.rightShift);
}

Value lower::orderLanes(KernelBuilder &b, Value value) {
  SmallVector<int64_t> mask;
  for (int64_t lane = 0; lane < countLanes(value); ++lane)
    mask.push_back(findLineLane(lane));
  return b.shuffle(value, Value(), mask);
}

/// What x86 computes of RequantizationForm::Words in lanes of 16 bits, in lanes of 32.
static Value requantizeWord(KernelBuilder &b, Value sum, const RequantizationVectors &factors) {
  constexpr int64_t kFractionBits = 15;
  auto type = cast<VectorType>(sum.getType());
  auto splat = [&](int64_t value) { return splatInteger(b, value, type); };
  Value word = arith::ShRSIOp::create(b, sum, factors.rightShift);
  word = arith::MaxSIOp::create(b, arith::MinSIOp::create(b, word, splat(INT16_MAX)), splat(INT16_MIN));
  Value product = arith::MulIOp::create(b, word, factors.factor);
  Value half = splat(int64_t(1) << (kFractionBits - 1));
  return arith::ShRSIOp::create(b, arith::AddIOp::create(b, product, half), splat(kFractionBits));
}

Value lower::requantize(KernelBuilder &b, Rounding rounding, Value sum, const RequantizationVectors &factors) {
  if (factors.form == RequantizationForm::Words)
    return requantizeWord(b, sum, factors);
  if (factors.form == RequantizationForm::Line)
    return orderLanes(b, takeLine(b, sum, factors));
  if (rounding == Rounding::Float)
    return roundToEven(b, multiplyFactor(b, sum, factors.factor));
  if (rounding == Rounding::Single)
    return requantizeOnce(b, sum, factors);
  if (factors.leftShift)
    sum = arith::ShLIOp::create(b, sum, factors.leftShift);
  if (isArm(b) && countLanes(sum) == 4)
    return requantizeOnArm(b, sum, factors);
  if (countLanes(sum) > 1)
    return shiftRounding(b, multiplyHigh(b, sum, factors.factor), factors.rightShift);
  Value zero = splatInteger(b, 0, cast<VectorType>(sum.getType()));
  return shiftRounding(b, requantizeOnce(b, sum, {factors.factor, zero, Value()}), factors.rightShift);
}

/// Beyond any byte, whatever its zero point, and inside 32 bits. A factor that is larger takes all but zero there, as
/// this does.
static constexpr float kFarthest = 0x1p+30F;

static RequantizationVectors splatMultiplier(KernelBuilder &b, mn::QuantizedMultiplier multiplier, VectorType type) {
  RequantizationVectors factors{splatInteger(b, multiplier.value, type),
                                splatInteger(b, std::max(-multiplier.shift, 0), type), Value()};
  if (multiplier.shift > 0)
    factors.leftShift = splatInteger(b, multiplier.shift, type);
  return factors;
}

/// `sum` as far as `factor` times it is at most kFarthest.
static Value limitSum(KernelBuilder &b, Value sum, double factor) {
  if (factor <= 1)
    return sum;
  auto type = cast<VectorType>(sum.getType());
  auto bound = static_cast<int64_t>(kFarthest / factor);
  sum = arith::MaxSIOp::create(b, sum, splatInteger(b, -bound, type));
  return arith::MinSIOp::create(b, sum, splatInteger(b, bound, type));
}

/// `sum` / 2, halves upwards.
static Value halve(KernelBuilder &b, Value sum) {
  Value one = splatInteger(b, 1, cast<VectorType>(sum.getType()));
  return arith::AddIOp::create(b, arith::ShRSIOp::create(b, sum, one), arith::AndIOp::create(b, sum, one));
}

static Value multiply(KernelBuilder &b, Rounding rounding, Value sum, mn::QuantizedMultiplier multiplier) {
  // As the larger scale of an addition is half of what both are divided by.
  bool isHalf = multiplier.value == int32_t(1) << 30 && multiplier.shift == 0;
  if (isHalf && rounding == Rounding::Double && !isArm(b))
    return halve(b, sum);
  sum = limitSum(b, sum, std::ldexp(1.0, multiplier.shift));
  return requantize(b, rounding, sum, splatMultiplier(b, multiplier, cast<VectorType>(sum.getType())));
}

Value lower::requantizeTwice(KernelBuilder &b, Value sum, mn::QuantizedMultiplier multiplier) {
  return multiply(b, Rounding::Double, sum, multiplier);
}

Value lower::requantize(KernelBuilder &b, Rounding rounding, Value sum, const ScaleQuotient &quotient) {
  if (rounding != Rounding::Float)
    return multiply(b, rounding, sum, mn::quantizeMultiplier(quotient.real));
  float factor = std::min(quotient.single, kFarthest);
  Value bits = splatInteger(b, llvm::bit_cast<int32_t>(factor), cast<VectorType>(sum.getType()));
  return requantize(b, rounding, limitSum(b, sum, factor), {bits, {}, {}});
}

Value lower::narrow(KernelBuilder &b, Value value, int64_t zeroPoint, mn::IntegerRange range) {
  auto type = cast<VectorType>(value.getType());
  if (zeroPoint != 0)
    value = arith::AddIOp::create(b, value, splatInteger(b, zeroPoint, type));
  value = arith::MaxSIOp::create(b, value, splatInteger(b, range.least, type));
  value = arith::MinSIOp::create(b, value, splatInteger(b, range.most, type));
  return arith::TruncIOp::create(b, getIntegerVector(b, type.getNumElements(), 8), value);
}
