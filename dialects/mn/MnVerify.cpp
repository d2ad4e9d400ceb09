// SPDX-License-Identifier: Apache-2.0
// What the verifiers of `mn` reject. The labels are those of docs/model-format.md.
#include "dialects/mn/Shapes.h"

#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mncc::mn;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

/// tensor_c1: rank 2 to 4, batch 1, no empty dimension, at most 2^31 - 1 bytes.
static LogicalResult verifyTensor(Operation *op, Value value) {
  auto type = cast<ShapedType>(value.getType());
  if (type.getRank() < 2 || type.getRank() > 4 || type.getDimSize(0) != 1)
    return op->emitError() << "expects tensors of rank 2 to 4 with batch 1, found " << type;
  int64_t bytes = 4;
  for (int64_t size : type.getShape()) {
    if (size < 1 || size > INT32_MAX / bytes)
      return op->emitError() << "expects tensors of 1 to 2^31 - 1 bytes, found " << type;
    bytes *= size;
  }
  return success();
}

/// The result has the shape that the operands make.
static LogicalResult verifyShape(Operation *op) {
  auto inferred = inferShape(op);
  if (failed(inferred))
    return failure();
  Value result = op->getResult(0);
  if (*inferred && ArrayRef<int64_t>(**inferred) != shapeOf(result)) {
    auto diagnostic = op->emitError() << "expects the result shape [";
    llvm::interleaveComma(**inferred, diagnostic);
    return diagnostic << "], found " << result.getType();
  }
  return success();
}

/// layout_c1: "nhwc", or "nchw<B>c" with B of 4, 8 or 16.
static LogicalResult verifyLayout(Operation *op) {
  auto layout = op->getAttrOfType<StringAttr>("layout");
  if (!layout || llvm::is_contained({"nhwc", "nchw4c", "nchw8c", "nchw16c"}, layout.getValue()))
    return success();
  return op->emitError() << "expects the layout \"nhwc\", \"nchw4c\", \"nchw8c\" or \"nchw16c\", found " << layout;
}

static LogicalResult verifyLayer(Operation *op, unsigned tensorOperands = 1) {
  for (unsigned i = 0; i < tensorOperands; ++i)
    if (failed(verifyTensor(op, op->getOperand(i))))
      return failure();
  if (failed(verifyTensor(op, op->getResult(0))) || failed(verifyLayout(op)))
    return failure();
  return verifyShape(op);
}

static LogicalResult verifyPositive(Operation *op, StringRef what, ArrayRef<int64_t> values, size_t count,
                                    int64_t least) {
  if (values.size() == count && llvm::all_of(values, [&](int64_t v) { return v >= least && v <= 65536; }))
    return success();
  auto diagnostic = op->emitError() << "expects " << count << " " << what << " from " << least << " to 65536, found [";
  llvm::interleaveComma(values, diagnostic);
  return diagnostic << "]";
}

/// Bias of `channels`, or one for each class of border outputs.
static LogicalResult verifyBias(WeightedOpInterface op, int64_t channels) {
  if (!op.getBias())
    return success();
  ArrayRef<int64_t> bias = shapeOf(op.getBias());
  if (bias.back() != channels || (bias.size() != 1 && bias.size() != 3))
    return op->emitError() << "expects a bias of " << channels << " channels, found " << op.getBias().getType();
  if (bias.size() == 1)
    return success();
  for (int dimension : {0, 1}) {
    Window window = getWindow(op, dimension);
    int64_t classes = window.borderBefore() + window.borderAfter() + 1;
    if (bias[dimension] != classes)
      return op->emitError() << "expects " << classes << " border classes along "
                             << (dimension == 0 ? "height" : "width") << " in its bias, found " << bias[dimension];
  }
  return success();
}

static LogicalResult verifySkip(WeightedOpInterface op) {
  if (op.getSkip() && op.getSkip().getType() != op->getResult(0).getType())
    return op->emitError() << "expects a skip tensor of its result's type " << op->getResult(0).getType() << ", found "
                           << op.getSkip().getType();
  return success();
}

/// What all layers with a filter have in common: ranks, channels, bias, skip, result.
static LogicalResult verifyWeighted(WeightedOpInterface op, int64_t filterRank, int64_t filterChannels,
                                    int64_t outputChannels) {
  int64_t inputChannels = shapeOf(op.getInput()).back();
  if (filterChannels != inputChannels)
    return op->emitError() << "filter expects " << filterChannels << " input channels, but its input has "
                           << inputChannels;
  if (filterRank == 4 && shapeOf(op.getInput()).size() != 4)
    return op->emitError() << "expects an input of rank 4, found " << op.getInput().getType();
  if (failed(verifyLayer(op)) || failed(verifyBias(op, outputChannels)))
    return failure();
  return verifySkip(op);
}

static LogicalResult verifyFilterRank(WeightedOpInterface op, size_t rank) {
  if (shapeOf(op.getFilter()).size() != rank)
    return op->emitError() << "expects a filter of rank " << rank << ", found " << op.getFilter().getType();
  return success();
}

template <typename ConvOp> static LogicalResult verifyWindowAttributes(ConvOp op) {
  if (failed(verifyPositive(op, "strides", op.getStrides(), 2, 1)) ||
      failed(verifyPositive(op, "padding", op.getPadding(), 4, 0)))
    return failure();
  return success();
}

LogicalResult ConstantOp::verify() { return success(); }

LogicalResult NormalizeOp::verify() {
  size_t channels = shapeOf(getInput()).back();
  for (ArrayRef<double> values : {getScale(), getOffset()})
    if (values.size() != 1 && values.size() != channels)
      return emitError() << "expects 1 or " << channels << " values a parameter, found " << values.size();
  return verifyLayer(*this);
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyFilterRank(*this, 4)) || failed(verifyWindowAttributes(*this)) ||
      failed(verifyPositive(*this, "dilations", getDilations(), 2, 1)))
    return failure();
  return verifyWeighted(*this, 4, shapeOf(getFilter())[2], shapeOf(getFilter())[3]);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyFilterRank(*this, 4)) || failed(verifyWindowAttributes(*this)) ||
      failed(verifyPositive(*this, "dilations", getDilations(), 2, 1)))
    return failure();
  ArrayRef<int64_t> filter = shapeOf(getFilter());
  return verifyWeighted(*this, 4, filter[2], filter[2] * filter[3]);
}

LogicalResult PointwiseConv2DOp::verify() {
  if (failed(verifyFilterRank(*this, 4)) || failed(verifyPositive(*this, "strides", getStrides(), 2, 1)))
    return failure();
  ArrayRef<int64_t> filter = shapeOf(getFilter());
  if (filter[0] != 1 || filter[1] != 1)
    return emitError() << "expects a 1x1 filter, found " << filter[0] << "x" << filter[1];
  return verifyWeighted(*this, 4, filter[2], filter[3]);
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyFilterRank(*this, 2)))
    return failure();
  if (getImageShape(getInput()).pixels() != 1)
    return emitError() << "expects an input vector, found " << getInput().getType();
  return verifyWeighted(*this, 2, shapeOf(getFilter())[0], shapeOf(getFilter())[1]);
}

LogicalResult BatchNormOp::verify() {
  int64_t channels = shapeOf(getInput()).back();
  for (Value parameter : {getGamma(), getBeta(), getMean(), getVariance()})
    if (shapeOf(parameter) != ArrayRef<int64_t>{channels})
      return emitError() << "expects parameters of " << channels << " channels, found " << parameter.getType();
  if (!(getEpsilon().convertToDouble() >= 0))
    return emitError() << "expects an epsilon of at least 0";
  return verifyLayer(*this);
}

LogicalResult AddOp::verify() { return verifyLayer(*this, 2); }
LogicalResult MulOp::verify() { return verifyLayer(*this, 2); }

template <typename PoolOp> static LogicalResult verifyPool(PoolOp op) {
  if (shapeOf(op.getInput()).size() != 4)
    return op.emitError() << "expects an input of rank 4, found " << op.getInput().getType();
  if (failed(verifyPositive(op, "pool sizes", op.getPoolSize(), 2, 1)) || failed(verifyWindowAttributes(op)))
    return failure();
  ArrayRef<int64_t> padding = op.getPadding(), size = op.getPoolSize();
  for (int i = 0; i < 4; ++i)
    if (padding[i] >= size[i / 2])
      return op.emitError() << "expects padding smaller than its window, found " << padding[i];
  return verifyLayer(op);
}
LogicalResult AveragePoolOp::verify() { return verifyPool(*this); }
LogicalResult MaxPoolOp::verify() { return verifyPool(*this); }

LogicalResult PadOp::verify() {
  if (shapeOf(getInput()).size() != 4)
    return emitError() << "expects an input of rank 4, found " << getInput().getType();
  if (failed(verifyPositive(*this, "padding", getPadding(), 4, 0)))
    return failure();
  return verifyLayer(*this);
}

LogicalResult ConcatOp::verify() {
  if (getInputs().empty())
    return emitError() << "expects at least one input";
  return verifyLayer(*this, getInputs().size());
}

static LogicalResult verifySameElements(Operation *op) {
  ImageShape from = getImageShape(op->getOperand(0)), to = getImageShape(op->getResult(0));
  if (from.elements() != to.elements())
    return op->emitError() << "expects a result of " << from.elements() << " values, found " << to.elements();
  return verifyLayer(op);
}
LogicalResult ReshapeOp::verify() { return verifySameElements(*this); }
LogicalResult FlattenOp::verify() {
  if (shapeOf(getOutput()).size() != 2)
    return emitError() << "expects a result of rank 2, found " << getType();
  return verifySameElements(*this);
}

LogicalResult ResizeOp::verify() {
  if (shapeOf(getInput()).size() != 4 || shapeOf(getOutput()).size() != 4 ||
      shapeOf(getInput()).back() != shapeOf(getOutput()).back())
    return emitError() << "expects an input and a result of rank 4 with equal channels, found " << getInput().getType()
                       << " and " << getType();
  if (getAlignCorners() && getHalfPixelCenters())
    return emitError() << "expects at most one of align_corners and half_pixel_centers";
  return verifyLayer(*this);
}

LogicalResult GlobalAveragePoolOp::verify() { return verifyLayer(*this); }
LogicalResult ReluOp::verify() { return verifyLayer(*this); }
LogicalResult Relu6Op::verify() { return verifyLayer(*this); }
LogicalResult SigmoidOp::verify() { return verifyLayer(*this); }
LogicalResult HardSwishOp::verify() { return verifyLayer(*this); }
LogicalResult HardSigmoidOp::verify() { return verifyLayer(*this); }
LogicalResult SoftmaxOp::verify() { return verifyLayer(*this); }
LogicalResult DropoutOp::verify() { return verifyLayer(*this); }
LogicalResult CopyOp::verify() { return verifyLayer(*this); }

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getKernelAttr());
  if (!kernel)
    return emitError() << "expects the kernel '" << getKernel() << "' to be a function of the module";
  if (kernel.getNumArguments() != getBuffers().size())
    return emitError() << "passes " << getBuffers().size() << " buffers, but kernel '" << getKernel() << "' expects "
                       << kernel.getNumArguments();
  return success();
}
