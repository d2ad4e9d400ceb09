// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/kernels/KernelBuilder.h"

#include "dialects/mn/Strips.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

BufferShape lower::getBufferShape(Type type, StringAttr layout) {
  mn::ImageShape image = mn::getImageShape(cast<ShapedType>(type));
  StringRef name = layout ? layout.getValue() : "nhwc";
  int64_t block = image.channels;
  if (name.consume_front("nchw"))
    name.drop_back().getAsInteger(10, block);
  return {image, block};
}

BufferShape lower::getBufferShape(Value value) {
  if (auto argument = dyn_cast<BlockArgument>(value))
    if (auto fused = dyn_cast<mn::FusedOp>(argument.getOwner()->getParentOp()))
      return getBufferShape(fused.getOutside(argument));
  auto layer = value.getDefiningOp<mn::LayerOpInterface>();
  BufferShape shape = getBufferShape(value.getType(), layer ? layer.getLayoutAttr() : StringAttr());
  if (layer)
    shape.plane = mn::getRingRows(layer) * shape.image.width;
  return shape;
}

static mn::Activation getActivation(Operation *op) {
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(op))
    return weighted.getActivation();
  return llvm::TypeSwitch<Operation *, mn::Activation>(op)
      .Case<mn::AddOp, mn::MulOp>([](auto binary) { return binary.getActivation(); })
      .Case<mn::SigmoidOp>([](auto) { return mn::Activation::Sigmoid; })
      .Default([](Operation *) { return mn::Activation::None; });
}

/// Means and shares between pixels are small differences of sums; an exponential is built from the bits of f32.
static bool needsF32(Operation *op) {
  return isa<mn::AveragePoolOp, mn::GlobalAveragePoolOp, mn::ResizeOp, mn::SoftmaxOp>(op) ||
         getActivation(op) == mn::Activation::Sigmoid;
}

FloatType lower::getArithmeticType(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  auto target = module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
  SmallVector<Value> tensors(op->getOperands());
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(op)) {
    tensors = {weighted.getInput(), weighted.getFilter()};
    if (weighted.getSkip())
      tensors.push_back(weighted.getSkip());
  }
  tensors.push_back(op->getResult(0));
  bool isHalf = target && target.hasF16Fma() && !needsF32(op) &&
                llvm::all_of(tensors, [](Value tensor) { return getElementTypeOrSelf(tensor).isF16(); });
  return isHalf ? FloatType(Float16Type::get(op->getContext())) : FloatType(Float32Type::get(op->getContext()));
}

KernelBuilder::KernelBuilder(func::FuncOp function, mn::TargetAttr target, mn::ScheduleAttr schedule,
                             FloatType arithmetic)
    : ImplicitLocOpBuilder(function.getLoc(), function.getContext()), target(target), schedule(schedule),
      arithmetic(arithmetic) {
  setInsertionPointToStart(&function.getBody().front());
  if (schedule.getParts() > 1)
    part = function.getArguments().back();
}

Value KernelBuilder::index(int64_t value) { return arith::ConstantIndexOp::create(*this, value); }

Value KernelBuilder::add(Value lhs, Value rhs) { return createOrFold<arith::AddIOp>(lhs, rhs); }

Value KernelBuilder::sub(Value lhs, Value rhs) { return createOrFold<arith::SubIOp>(lhs, rhs); }

Value KernelBuilder::mul(Value lhs, int64_t rhs) { return createOrFold<arith::MulIOp>(lhs, index(rhs)); }

Value KernelBuilder::div(Value lhs, int64_t rhs) { return createOrFold<arith::DivUIOp>(lhs, index(rhs)); }

Value KernelBuilder::rem(Value lhs, int64_t rhs) { return createOrFold<arith::RemUIOp>(lhs, index(rhs)); }

Value KernelBuilder::isLess(Value lhs, Value rhs) {
  return arith::CmpIOp::create(*this, arith::CmpIPredicate::ult, lhs, rhs);
}

Value KernelBuilder::select(Value condition, Value yes, Value no) {
  return arith::SelectOp::create(*this, condition, yes, no);
}

Value KernelBuilder::max(Value lhs, Value rhs) { return select(isLess(lhs, rhs), rhs, lhs); }

Value KernelBuilder::min(Value lhs, Value rhs) {
  return matchPattern(rhs, m_Zero()) ? rhs : select(isLess(lhs, rhs), lhs, rhs);
}

void KernelBuilder::when(Value condition, llvm::function_ref<void()> body) {
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  body();
}

void KernelBuilder::loop(int64_t count, Body body, Unroll unroll) {
  if (count <= 0)
    return;
  if (count == 1)
    return body(index(0));
  auto loop = scf::ForOp::create(*this, index(0), index(count), index(1));
  if (unroll == Unroll::Full)
    loop->setAttr("mn.unroll", getUnitAttr());
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void KernelBuilder::loopUnrolledBy(int64_t count, int64_t factor, Body body) {
  if (count <= 1 || factor <= 1)
    return loop(count, body);
  if (factor >= count)
    return loop(count, body, Unroll::Full);
  auto loop = scf::ForOp::create(*this, index(0), index(count), index(1));
  loop->setAttr("mn.unroll", getI64IntegerAttr(factor));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void KernelBuilder::loopBetween(Value begin, Value end, Body body, int64_t factor) {
  auto loop = scf::ForOp::create(*this, begin, end, index(1));
  if (factor > 1)
    loop->setAttr("mn.unroll", getI64IntegerAttr(factor));
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

void KernelBuilder::loopOverPart(mn::Split split, int64_t first, int64_t count, int64_t total, Body body,
                                 int64_t factor) {
  if (!part || split != schedule.getSplit())
    return loopUnrolledBy(count, factor, body);
  if (count <= 0)
    return;
  int64_t parts = schedule.getParts();
  auto bound = [&](Value index) {
    Value turn = div(mul(index, total), parts);
    if (first > 0)
      turn = max(turn, this->index(first));
    if (first + count < total)
      turn = min(turn, this->index(first + count));
    return first > 0 ? sub(turn, this->index(first)) : turn;
  };
  loopBetween(bound(part), bound(add(part, 1)), body, factor);
}

Type KernelBuilder::getVectorType(int64_t lanes) {
  return lanes == 1 ? Type(arithmetic) : Type(VectorType::get({lanes}, arithmetic));
}

Value KernelBuilder::constant(double value, Type type) {
  TypedAttr scalar = getFloatAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    return arith::ConstantOp::create(*this, DenseElementsAttr::get(vector, Attribute(scalar)));
  return arith::ConstantOp::create(*this, scalar);
}

Value KernelBuilder::load(const Buffer &buffer, Value address, int64_t lanes) {
  if (lanes == 1)
    return loadScalar(buffer, address);
  auto type = VectorType::get({lanes}, cast<MemRefType>(buffer.memref.getType()).getElementType());
  return convert(vector::LoadOp::create(*this, type, buffer.memref, ValueRange(address)), arithmetic);
}

Value KernelBuilder::convert(Value value, Type element) {
  Type from = getElementTypeOrSelf(value.getType()), type = element;
  if (from == element || !isa<FloatType>(from))
    return value;
  if (auto vector = dyn_cast<VectorType>(value.getType()))
    type = vector.clone(element);
  if (from.getIntOrFloatBitWidth() < element.getIntOrFloatBitWidth())
    return arith::ExtFOp::create(*this, type, value);
  return arith::TruncFOp::create(*this, type, value);
}

Value KernelBuilder::loadScalar(const Buffer &buffer, Value address) {
  Value value = memref::LoadOp::create(*this, buffer.memref, ValueRange(address));
  if (isa<FloatType>(value.getType()))
    return convert(value, arithmetic);
  Value word = arith::ExtUIOp::create(*this, getI32Type(), value);
  return convert(arith::SIToFPOp::create(*this, getF32Type(), word), arithmetic);
}

void KernelBuilder::store(Value value, const Buffer &buffer, Value address, int64_t lanes) {
  value = convert(value, cast<MemRefType>(buffer.memref.getType()).getElementType());
  auto vector = dyn_cast<VectorType>(value.getType());
  if (!vector) {
    memref::StoreOp::create(*this, value, buffer.memref, ValueRange(address));
    return;
  }
  if (lanes == 0 || lanes == vector.getNumElements()) {
    vector::StoreOp::create(*this, value, buffer.memref, ValueRange(address));
    return;
  }
  for (int64_t lane = 0; lane < lanes; ++lane)
    memref::StoreOp::create(*this, vector::ExtractOp::create(*this, value, lane), buffer.memref,
                            ValueRange(add(address, lane)));
}

void KernelBuilder::prefetch(const Buffer &buffer, Value address) {
  constexpr uint32_t kSecondLevel = 2;
  memref::PrefetchOp::create(*this, buffer.memref, ValueRange(address), /*isWrite=*/false, kSecondLevel,
                             /*isDataCache=*/true);
}

Value KernelBuilder::splat(Value scalar) {
  if (getLanes() == 1)
    return scalar;
  return vector::BroadcastOp::create(*this, getVectorType(), scalar);
}

Value KernelBuilder::splatPair(const Buffer &buffer, Value address) {
  auto pair = VectorType::get({2}, getBF16Type());
  Value values = vector::LoadOp::create(*this, pair, buffer.memref, ValueRange(address));
  Value word = vector::BitCastOp::create(*this, VectorType::get({1}, getF32Type()), values);
  Value words = vector::BroadcastOp::create(*this, getVectorType(), vector::ExtractOp::create(*this, word, 0));
  return vector::BitCastOp::create(*this, VectorType::get({2 * getLanes()}, getBF16Type()), words);
}

Value KernelBuilder::dot(Value a, Value b, Value sum) {
  bool isArm = target.getString("arch") == "aarch64";
  StringAttr name = getStringAttr(isArm ? "llvm.aarch64.neon.bfdot.v4f32.v8bf16" : "llvm.x86.avx512bf16.dpbf16ps.512");
  return LLVM::CallIntrinsicOp::create(*this, sum.getType(), name, ValueRange{sum, a, b}).getResults();
}

Value KernelBuilder::multiplyMatrices(Value a, Value b, Value sum) {
  StringAttr name = getStringAttr("llvm.aarch64.neon.bfmmla");
  return LLVM::CallIntrinsicOp::create(*this, sum.getType(), name, ValueRange{sum, a, b}).getResults();
}

Value KernelBuilder::shuffle(Value a, Value b, ArrayRef<int64_t> lanes) {
  return vector::ShuffleOp::create(*this, a, b ? b : a, lanes);
}

Value KernelBuilder::fma(Value a, Value b, Value c) {
  if (!target.hasFma())
    return arith::AddFOp::create(*this, arith::MulFOp::create(*this, a, b), c);
  if (isa<VectorType>(c.getType()))
    return vector::FMAOp::create(*this, a, b, c);
  return math::FmaOp::create(*this, a, b, c);
}

Value KernelBuilder::rowStart(const BufferShape &shape, Value row) {
  return mul(shape.isRing() ? rem(row, shape.rowsInMemory()) : row, shape.image.width);
}

Value KernelBuilder::resultRowStart(const BufferShape &shape, Value row) {
  if (!isStrip() || !shape.isRing())
    return rowStart(shape, row);
  assert(shape.rowsInMemory() % stripRows == 0 && "fused_c5: a ring holds whole strips");
  Value first = rem(firstRow, shape.rowsInMemory());
  return mul(add(first, sub(row, firstRow)), shape.image.width);
}

Value KernelBuilder::vectorAddress(const BufferShape &shape, Value channelVector, Value pixel) {
  Value atPixel = mul(pixel, shape.block);
  if (shape.isNhwc() || shape.image.channels <= shape.block)
    return add(atPixel, mul(channelVector, getLanes()));
  int64_t vectorsPerBlock = shape.block / getLanes();
  if (vectorsPerBlock == 1)
    return add(mul(channelVector, shape.blockStride()), atPixel);
  Value block = mul(div(channelVector, vectorsPerBlock), shape.blockStride());
  return add(add(block, atPixel), mul(rem(channelVector, vectorsPerBlock), getLanes()));
}

Value KernelBuilder::elementAddress(const BufferShape &shape, Value channel, Value pixel) {
  Value atPixel = mul(pixel, shape.block);
  if (shape.isNhwc() || shape.image.channels <= shape.block)
    return add(atPixel, channel);
  return add(add(mul(div(channel, shape.block), shape.blockStride()), atPixel), rem(channel, shape.block));
}

Value KernelBuilder::accumulators(StringRef name, int64_t rows, int64_t columns, Type type) {
  OpBuilder::InsertionGuard guard(*this);
  Block *block = getInsertionBlock();
  while (!isa<func::FuncOp>(block->getParentOp()))
    block = block->getParentOp()->getBlock();
  setInsertionPointToStart(block);
  auto array = memref::AllocaOp::create(*this, MemRefType::get({rows, columns}, type ? type : getVectorType()));
  array->setAttr(mn::kNameAttr, getStringAttr(name));
  return array;
}

Value KernelBuilder::get(Value accumulators, Value row, Value column) {
  return memref::LoadOp::create(*this, accumulators, ValueRange{row, column});
}

void KernelBuilder::set(Value value, Value accumulators, Value row, Value column) {
  memref::StoreOp::create(*this, value, accumulators, ValueRange{row, column});
}
