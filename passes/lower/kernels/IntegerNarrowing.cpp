// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/IntegerNarrowing.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// Two vectors side by side in each 128 bits, with half as many bits a value; what does not fit is the nearest that
/// does.
static Value packPair(KernelBuilder &b, Value low, Value high, bool toBytes) {
  auto from = cast<VectorType>(low.getType());
  int64_t bits = from.getNumElements() * from.getElementTypeBitWidth();
  StringRef name = toBytes ? "packuswb" : "packssdw";
  std::string intrinsic = bits == 512   ? ("llvm.x86.avx512." + name + ".512").str()
                          : bits == 256 ? ("llvm.x86.avx2." + name).str()
                                        : ("llvm.x86.sse2." + name + ".128").str();
  return callIntrinsic(b, getIntegerVector(b, 2 * from.getNumElements(), toBytes ? 8 : 16), intrinsic, {low, high});
}

/// The products of two vectors of i16, each less 15 bits, halves upwards.
static Value multiplyWords(KernelBuilder &b, Value words, Value multipliers) {
  StringRef name = countLanes(words) == 32   ? "llvm.x86.avx512.pmul.hr.sw.512"
                   : countLanes(words) == 16 ? "llvm.x86.avx2.pmul.hr.sw"
                                             : "llvm.x86.ssse3.pmul.hr.sw.128";
  return callIntrinsic(b, words.getType(), name, {words, multipliers});
}

/// `value` + `zeroPoint` within `range`, but for the limits of a byte without a sign.
static Value shiftToRange(KernelBuilder &b, Value value, int64_t zeroPoint, mn::IntegerRange range) {
  auto type = cast<VectorType>(value.getType());
  if (zeroPoint != 0)
    value = arith::AddIOp::create(b, value, splatInteger(b, zeroPoint, type));
  if (range.least > 0)
    value = arith::MaxSIOp::create(b, value, splatInteger(b, range.least, type));
  if (range.most < 255)
    value = arith::MinSIOp::create(b, value, splatInteger(b, range.most, type));
  return value;
}

// The packs saturate to a byte.
Value lower::packQuarters(KernelBuilder &b, ArrayRef<Value> quarters, int64_t zeroPoint, mn::IntegerRange range) {
  auto finish = [&](Value value) { return shiftToRange(b, value, zeroPoint, range); };
  Value low = packPair(b, finish(quarters[0]), finish(quarters[1]), false);
  Value high = packPair(b, finish(quarters[2]), finish(quarters[3]), false);
  return packPair(b, low, high, true);
}

/// As packQuarters(), of shifted sums that are multiplied as words.
static Value packWords(KernelBuilder &b, const Narrowing &narrowing, ArrayRef<Value> quarters,
                       ArrayRef<RequantizationVectors> factors) {
  auto finish = [&](int64_t first) {
    Value words = packPair(b, quarters[first], quarters[first + 1], false);
    Value multipliers =
        packPair(b, factors[first % factors.size()].factor, factors[(first + 1) % factors.size()].factor, false);
    return shiftToRange(b, multiplyWords(b, words, multipliers), narrowing.zeroPoint, narrowing.range);
  };
  return packPair(b, finish(0), finish(2), true);
}

Narrowing lower::getNarrowing(mn::WeightedOpInterface op, const IntegerPackedShape &packed) {
  Value result = op->getResult(0);
  // Dense kernels have their channels in an order that lines put right; that of inputs is given.
  bool ordersResults = packed.requantization.isLine() && isa<mn::DepthwiseConv2DOp>(op.getOperation());
  return {getRounding(op),
          packed.requantization.addedZero,
          mn::getActivationRange(op.getActivation(), result.getType()),
          isUnsigned(result),
          fitsWords(op),
          ordersResults};
}

/// True where NEON narrows `vector`.
static bool narrowsOnArm(KernelBuilder &b, const Narrowing &narrowing, Value vector) {
  return isArm(b) && !narrowing.isUnsigned && countLanes(vector) == kQuadRows;
}

/// True where a float is rounded by the addition of one so large that its last bit is worth 1, and the zero point with
/// it. The halves go to even where the zero point is even.
static bool roundsByAddition(KernelBuilder &b, const Narrowing &narrowing, Value vector) {
  return narrowsOnArm(b, narrowing, vector) && narrowing.rounding == Rounding::Float && narrowing.hasWords &&
         narrowing.zeroPoint % 2 == 0;
}

Value lower::requantize(KernelBuilder &b, const Narrowing &narrowing, Value sum, const RequantizationVectors &factors) {
  if (factors.form == RequantizationForm::Words)
    return arith::ShRSIOp::create(b, sum, factors.rightShift);
  if (factors.form == RequantizationForm::Line)
    return takeLine(b, sum, factors);
  if (!roundsByAddition(b, narrowing, sum))
    return requantize(b, narrowing.rounding, sum, factors);
  // Its lower 16 bits are 0.
  constexpr double kLarge = 0x1.8p+23;
  Value product = multiplyFactor(b, sum, factors.factor);
  Value large = b.constant(kLarge + static_cast<double>(narrowing.zeroPoint), product.getType());
  return vector::BitCastOp::create(b, sum.getType(), arith::AddFOp::create(b, product, large));
}

/// Four vectors on NEON, whose narrowing saturates: to 16 bits, where the zero point is added, then to 8.
/// What has 16 bits only is halved by one instruction.
static Value narrowOnArm(KernelBuilder &b, const Narrowing &narrowing, ArrayRef<Value> quarters) {
  mn::IntegerRange range = narrowing.range;
  int64_t zeroPoint = roundsByAddition(b, narrowing, quarters.front()) ? 0 : narrowing.zeroPoint;
  auto narrow = [&](Value value, int64_t lanes, unsigned bits) -> Value {
    std::string name = ("llvm.aarch64.neon.sqxtn.v" + Twine(lanes) + "i" + Twine(bits)).str();
    return callIntrinsic(b, getIntegerVector(b, lanes, bits), name, {value});
  };
  auto join = [&](Value low, Value high, int64_t lanes) {
    SmallVector<int64_t> all(2 * lanes);
    std::iota(all.begin(), all.end(), 0);
    return b.shuffle(low, high, all);
  };
  auto lowerHalves = [&](Value low, Value high) {
    auto halves = getIntegerVector(b, 8, 16);
    return b.shuffle(vector::BitCastOp::create(b, halves, low), vector::BitCastOp::create(b, halves, high),
                     {0, 2, 4, 6, 8, 10, 12, 14});
  };
  auto toBytes = [&](Value low, Value high) {
    Value words = narrowing.hasWords ? lowerHalves(low, high) : join(narrow(low, 4, 16), narrow(high, 4, 16), 4);
    if (auto type = cast<VectorType>(words.getType()); zeroPoint != 0)
      words = callIntrinsic(b, type, "llvm.aarch64.neon.sqadd.v8i16", {words, splatInteger(b, zeroPoint, type)});
    return narrow(words, 8, 8);
  };
  Value bytes = join(toBytes(quarters[0], quarters[1]), toBytes(quarters[2], quarters[3]), 8);
  auto type = cast<VectorType>(bytes.getType());
  if (range.least > -128)
    bytes = arith::MaxSIOp::create(b, bytes, splatInteger(b, range.least, type));
  if (range.most < 127)
    bytes = arith::MinSIOp::create(b, bytes, splatInteger(b, range.most, type));
  return bytes;
}

/// `bytes`, of which each 16 have a quarter of four vectors, so that what belongs to `vectors` of them is together.
static Value joinRegisters(KernelBuilder &b, Value bytes, int64_t vectors) {
  constexpr int64_t kRegister = 16, kQuarter = 4;
  if (vectors == kQuarter || countLanes(bytes) == kRegister)
    return bytes;
  SmallVector<int64_t> mask;
  for (int64_t first = 0; first < kRegister; first += vectors * kQuarter)
    for (int64_t start = 0; start < countLanes(bytes); start += kRegister)
      for (int64_t byte = 0; byte < vectors * kQuarter; ++byte)
        mask.push_back(start + first + byte);
  // As one permutation; LLVM would narrow each part for itself.
  return separate(b, b.shuffle(separate(b, bytes), Value(), mask));
}

/// What `vectors` vectors after the first `done` left in `bytes`, from joinRegisters().
static Value takeQuarters(KernelBuilder &b, Value bytes, int64_t done, int64_t vectors) {
  constexpr int64_t kRegister = 16, kQuarter = 4;
  if (vectors == kQuarter)
    return bytes;
  // One word of a register is what a store takes from it.
  if (vectors == 1 && countLanes(bytes) == kRegister) {
    Value word = vector::ExtractOp::create(b, vector::BitCastOp::create(b, getIntegerVector(b, kQuarter), bytes), done);
    Value alone = vector::FromElementsOp::create(b, getIntegerVector(b, 1), word);
    return vector::BitCastOp::create(b, getIntegerVector(b, kQuarter, 8), alone);
  }
  int64_t count = countLanes(bytes) * vectors / kQuarter;
  SmallVector<int64_t> mask(count);
  std::iota(mask.begin(), mask.end(), done / vectors * count);
  return b.shuffle(bytes, Value(), mask);
}

/// `low` and `high`, vectors of which each four values of the one are followed by four of the other.
static Value joinQuarters(KernelBuilder &b, Value low, Value high, int64_t run) {
  SmallVector<int64_t> mask;
  for (int64_t start = 0; start < countLanes(low); start += run)
    for (int64_t side : {int64_t(0), countLanes(low)})
      for (int64_t lane = 0; lane < run; ++lane)
        mask.push_back(side + start + lane);
  return b.shuffle(low, high, mask);
}

/// Four vectors as one of bytes, where the target has instructions for it, else null.
static Value narrowAll(KernelBuilder &b, const Narrowing &narrowing, ArrayRef<Value> sums,
                       ArrayRef<RequantizationVectors> factors) {
  if (factors.front().form == RequantizationForm::Words)
    return packWords(b, narrowing, sums, factors);
  if (narrowsOnArm(b, narrowing, sums.front()))
    return narrowOnArm(b, narrowing, sums);
  if (!narrowing.isUnsigned || isArm(b))
    return Value();
  Value bytes = packQuarters(b, sums, narrowing.zeroPoint, narrowing.range);
  return narrowing.ordersResults ? orderLanes(b, bytes) : bytes;
}

SmallVector<Value> lower::narrowTogether(KernelBuilder &b, const Narrowing &narrowing, ArrayRef<Value> sums,
                                         ArrayRef<RequantizationVectors> factors) {
  constexpr int64_t kQuarter = 4;
  SmallVector<Value> result;
  auto vectors = static_cast<int64_t>(factors.size());
  Value all = narrowAll(b, narrowing, sums, factors);
  if (all)
    all = joinRegisters(b, all, vectors);
  for (int64_t first = 0; first < static_cast<int64_t>(sums.size()); first += vectors) {
    if (all) {
      result.push_back(takeQuarters(b, all, first, vectors));
      continue;
    }
    SmallVector<Value> joined(sums.slice(first, vectors));
    if (narrowing.ordersResults)
      for (Value &sum : joined)
        sum = orderLanes(b, sum);
    for (int64_t run = kQuarter; joined.size() > 1; run *= 2) {
      for (size_t index = 0; index < joined.size() / 2; ++index)
        joined[index] = joinQuarters(b, joined[2 * index], joined[2 * index + 1], run);
      joined.resize(joined.size() / 2);
    }
    result.push_back(narrow(b, joined.front(), narrowing.zeroPoint, narrowing.range));
  }
  return result;
}
