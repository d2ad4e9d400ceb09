// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/WeightPacking.h"

#include "dialects/mn/NarrowFloat.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/Requantization.h"
#include "passes/lower/ResizeTable.h"
#include "passes/lower/SoftmaxTable.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

PackedShape lower::getPackedShape(mn::WeightedOpInterface op, int64_t lanes) {
  int64_t channels = mn::getImageShape(op->getResult(0)).channels;
  ArrayRef<int64_t> filter = shapeOf(op.getFilter());
  bool hasClasses = op.getBias() && shapeOf(op.getBias()).size() == 3;
  PackedShape shape;
  shape.biasRow = roundUp(channels, lanes);
  shape.rowClasses = hasClasses ? shapeOf(op.getBias())[0] : 1;
  shape.columnClasses = hasClasses ? shapeOf(op.getBias())[1] : 1;
  shape.biasElements = roundUp(shape.rowClasses * shape.columnClasses * shape.biasRow, 16);
  int64_t reduction = isa<mn::FullyConnectedOp>(op.getOperation()) ? filter[0] : filter[0] * filter[1];
  if (isa<mn::Conv2DOp, mn::PointwiseConv2DOp>(op.getOperation()))
    reduction *= filter[2];
  shape.elements = shape.biasElements + reduction * shape.biasRow;
  return shape;
}

bool lower::hasNarrowFilter(mn::WeightedOpInterface op) {
  return !cast<ShapedType>(op.getFilter().getType()).getElementType().isF32();
}

static mn::TargetAttr getTarget(Operation *op) {
  auto module = op->getParentOfType<ModuleOp>();
  return module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
}

static bool readsBf16(mn::WeightedOpInterface op) {
  return getElementTypeOrSelf(op.getInput()).isBF16() && getElementTypeOrSelf(op.getFilter()).isBF16();
}

bool lower::hasPairs(mn::WeightedOpInterface op, int64_t lanes) {
  mn::TargetAttr target = getTarget(op);
  return target && target.hasBf16Dot() && lanes == target.getLanes() && readsBf16(op) &&
         !isa<mn::DepthwiseConv2DOp>(op.getOperation()) && mn::getImageShape(op.getInput()).channels % 2 == 0;
}

bool lower::hasMatrices(mn::WeightedOpInterface op, int64_t lanes) {
  constexpr int64_t kDepth = 4;
  mn::TargetAttr target = getTarget(op);
  // Neighbouring pixels of a block lie side by side, as the instruction wants them.
  return target && target.hasBf16Matrix() && lanes == kDepth && readsBf16(op) &&
         isa<mn::PointwiseConv2DOp>(op.getOperation()) && mn::isPointwise(op) &&
         getBufferShape(op.getInput()).block == kDepth && mn::getImageShape(op.getInput()).channels % kDepth == 0;
}

PackedBuffers lower::getPackedBuffers(mn::WeightedOpInterface op, const PackedShape &shape, ArrayRef<Buffer> buffers) {
  const Buffer &filter = buffers[buffers.size() - 2];
  if (hasNarrowFilter(op))
    return {buffers[buffers.size() - 3], filter, 0};
  return {filter, filter, shape.biasElements};
}

static LogicalResult packBias(mn::WeightedOpInterface op, const PackedShape &shape, std::vector<float> &packed) {
  packed.assign(shape.elements, 0.0f);
  if (!op.getBias())
    return success();
  auto bias = mn::readWeights(op.getBias());
  if (failed(bias))
    return failure();
  int64_t channels = shapeOf(op.getBias()).back();
  for (int64_t row = 0; row < shape.rowClasses * shape.columnClasses; ++row)
    std::copy_n(bias->begin() + row * channels, channels, packed.begin() + row * shape.biasRow);
  return success();
}

FailureOr<std::vector<float>> lower::packConvolution(mn::WeightedOpInterface op, mn::ScheduleAttr schedule) {
  PackedShape shape = getPackedShape(op, schedule.getVector());
  std::vector<float> packed;
  auto filter = mn::readWeights(op.getFilter());
  if (failed(filter) || failed(packBias(op, shape, packed)))
    return failure();
  int64_t channels = shapeOf(op.getFilter()).back(), reduction = filter->size() / channels;
  for (int64_t panel = 0; panel < channels; panel += schedule.getChannels()) {
    int64_t width = std::min(schedule.getChannels(), shape.biasRow - panel);
    float *target = packed.data() + shape.biasElements + panel * reduction;
    // Values of a channel that are multiplied together stand side by side.
    int64_t vector = schedule.getVector(), depth = hasMatrices(op, vector) ? 4 : hasPairs(op, vector) ? 2 : 1;
    for (int64_t k = 0; k < reduction; ++k)
      for (int64_t channel = 0; channel < std::min(width, channels - panel); ++channel)
        target[(k / depth * width + channel) * depth + k % depth] = (*filter)[k * channels + panel + channel];
  }
  return packed;
}

FailureOr<std::vector<float>> lower::packDepthwise(mn::DepthwiseConv2DOp op, mn::ScheduleAttr schedule) {
  PackedShape shape = getPackedShape(op, schedule.getVector());
  std::vector<float> packed;
  auto filter = mn::readWeights(op.getFilter());
  if (failed(filter) || failed(packBias(op, shape, packed)))
    return failure();
  ArrayRef<int64_t> sizes = shapeOf(op.getFilter());
  int64_t channels = sizes[2] * sizes[3], taps = sizes[0] * sizes[1], lanes = schedule.getVector();
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t tap = 0; tap < taps; ++tap)
      packed[shape.biasElements + (channel / lanes * taps + tap) * lanes + channel % lanes] =
          (*filter)[tap * channels + channel];
  return packed;
}

std::vector<float> lower::packNormalize(mn::NormalizeOp op) {
  int64_t channels = mn::getImageShape(op.getInput()).channels;
  std::vector<float> packed;
  for (ArrayRef<double> values : {op.getScale(), op.getOffset()})
    for (int64_t channel = 0; channel < channels; ++channel)
      packed.push_back(static_cast<float>(values[values.size() == 1 ? 0 : channel]));
  return packed;
}

static FailureOr<std::vector<float>> packFloats(Operation *op) {
  mn::ScheduleAttr schedule = cast<mn::LayerOpInterface>(op).getScheduleAttr();
  return llvm::TypeSwitch<Operation *, FailureOr<std::vector<float>>>(op)
      .Case<mn::DepthwiseConv2DOp>([&](auto conv) { return packDepthwise(conv, schedule); })
      .Case<mn::WeightedOpInterface>([&](auto layer) { return packConvolution(layer, schedule); })
      .Case<mn::NormalizeOp>([](auto op) { return packNormalize(op); })
      .Case<mn::ResizeOp>([](auto op) { return makeResizeTable(op); })
      .Default([](Operation *) { return std::vector<float>(); });
}

int64_t lower::countPackedElements(Operation *op) {
  mn::ScheduleAttr schedule = cast<mn::LayerOpInterface>(op).getScheduleAttr();
  return llvm::TypeSwitch<Operation *, int64_t>(op)
      .Case<mn::WeightedOpInterface>([&](auto layer) { return getPackedShape(layer, schedule.getVector()).elements; })
      .Case<mn::NormalizeOp>([](auto op) { return 2 * mn::getImageShape(op.getInput()).channels; })
      .Case<mn::ResizeOp>([](auto op) { return countResizeEntries(op); })
      .Default([](Operation *) { return 0; });
}

/// The bytes of a layer of integers.
static int64_t countIntegerBytes(Operation *op) {
  if (looksUp(op))
    return std::tuple_size_v<decltype(makeByteTable(op))>;
  constexpr int64_t kWord = sizeof(int32_t);
  if (isa<mn::SoftmaxOp>(op))
    return kSoftmaxEntries * kWord;
  if (auto resize = dyn_cast<mn::ResizeOp>(op))
    return countResizeEntries(resize) * kWord;
  if (auto concat = dyn_cast<mn::ConcatOp>(op))
    return countConcatTableBytes(concat);
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (!weighted)
    return 0;
  IntegerPackedShape shape = getIntegerPackedShape(weighted, weighted.getScheduleAttr());
  return shape.words * kWord + shape.filterBytes();
}

int64_t lower::countPackedBytes(Operation *op) {
  if (mn::isQuantized(op))
    return countIntegerBytes(op);
  constexpr int64_t kFloat = sizeof(float);
  int64_t elements = countPackedElements(op);
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (!weighted)
    return elements * kFloat;
  int64_t vector = cast<mn::LayerOpInterface>(op).getScheduleAttr().getVector();
  int64_t bias = getPackedShape(weighted, vector).biasElements;
  int64_t filterBits = cast<ShapedType>(weighted.getFilter().getType()).getElementTypeBitWidth();
  return bias * kFloat + (elements - bias) * filterBits / 8;
}

template <typename T> static void appendBytes(ArrayRef<T> values, std::vector<char> &bytes) {
  const auto *first = reinterpret_cast<const char *>(values.data());
  bytes.insert(bytes.end(), first, first + values.size() * sizeof(T));
}

/// The bytes of what packFloats() gave for `op`.
static std::vector<char> storeFloats(Operation *op, ArrayRef<float> packed) {
  std::vector<char> bytes;
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (!weighted || !hasNarrowFilter(weighted))
    return appendBytes(packed, bytes), bytes;
  Type type = cast<ShapedType>(weighted.getFilter().getType()).getElementType();
  int64_t bias = getPackedShape(weighted, weighted.getScheduleAttr().getVector()).biasElements;
  std::vector<uint16_t> filter;
  for (float value : packed.drop_front(bias))
    filter.push_back(mn::narrowFloat(value, type));
  appendBytes(packed.take_front(bias), bytes);
  appendBytes(ArrayRef<uint16_t>(filter), bytes);
  return bytes;
}

static void packSoftmax(mn::SoftmaxOp op, std::vector<char> &bytes) {
  double scale = mn::getQuantization(op.getInput()).getRealScale();
  if (getRounding(op) == Rounding::Float)
    return appendBytes<float>(makeFloatSoftmaxTable(scale), bytes);
  appendBytes<int32_t>(makeSoftmaxTable(scale), bytes);
}

FailureOr<std::vector<char>> lower::packLayer(Operation *op) {
  std::vector<char> bytes;
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (mn::isQuantized(op)) {
    if (looksUp(op))
      appendBytes<char>(makeByteTable(op), bytes);
    if (weighted)
      return packIntegers(weighted, weighted.getScheduleAttr());
    if (auto softmax = dyn_cast<mn::SoftmaxOp>(op))
      packSoftmax(softmax, bytes);
    if (auto resize = dyn_cast<mn::ResizeOp>(op))
      appendBytes<int32_t>(makeIntegerResizeTable(resize), bytes);
    if (auto concat = dyn_cast<mn::ConcatOp>(op))
      appendBytes<char>(makeConcatTables(concat), bytes);
    return bytes;
  }
  FailureOr<std::vector<float>> packed = packFloats(op);
  if (failed(packed))
    return failure();
  return storeFloats(op, *packed);
}
