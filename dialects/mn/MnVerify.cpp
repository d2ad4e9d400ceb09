// SPDX-License-Identifier: Apache-2.0
// What the verifiers of `mn` reject. Each check has a label (`pad_c1`) that its test in tests/dialects/mn carries as
// the name of a function; result_c1, window_c4, broadcast_c1 and the concat ones are in MnShapes.cpp.
#include "dialects/mn/MnQuantization.h"
#include "dialects/mn/Quantization.h"
#include "dialects/mn/Shapes.h"

#include "mlir/IR/Builders.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mncc::mn;

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

/// tensor_c2: no empty dimension, at most 2^31 - 1 bytes.
static LogicalResult verifySize(Operation *op, ShapedType type) {
  int64_t bytes = 4;
  for (int64_t size : type.getShape()) {
    if (size < 1 || size > INT32_MAX / bytes)
      return op->emitError() << "expects tensors of 1 to 2^31 - 1 bytes, found " << type;
    bytes *= size;
  }
  return success();
}

/// tensor_c1: rank 2 to 4, batch 1.
static LogicalResult verifyTensor(Operation *op, Value value) {
  auto type = cast<ShapedType>(value.getType());
  if (type.getRank() < 2 || type.getRank() > 4 || type.getDimSize(0) != 1)
    return op->emitError() << "expects tensors of rank 2 to 4 with batch 1, found " << type;
  return verifySize(op, type);
}

/// The first `count` operands and the result. Every verifier begins here: shapes may be asked for only afterwards.
static LogicalResult verifyTensors(Operation *op, unsigned count = 1) {
  for (Value operand : op->getOperands().take_front(count))
    if (failed(verifyTensor(op, operand)))
      return failure();
  return verifyTensor(op, op->getResult(0));
}

/// result_c1: the result has the shape that the operands make.
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

/// layout_c1: "nhwc", or "nchw<B>c" with B of 4, 8 or 16; for integers a multiple of 4 up to 2^16.
static LogicalResult verifyLayout(Operation *op) {
  auto layout = op->getAttrOfType<StringAttr>("layout");
  if (!layout || llvm::is_contained({"nhwc", "nchw4c", "nchw8c", "nchw16c"}, layout.getValue()))
    return success();
  StringRef text = layout.getValue();
  int64_t block = 0;
  if (isQuantized(op) && text.consume_front("nchw") && text.consume_back("c") && !text.getAsInteger(10, block) &&
      block > 0 && block <= 65536 && block % 4 == 0)
    return success();
  return op->emitError() << "expects the layout \"nhwc\", \"nchw4c\", \"nchw8c\" or \"nchw16c\", found " << layout;
}

/// What ends every layer's verifier: integers, layout and result.
static LogicalResult verifyLayer(Operation *op) {
  if (failed(verifyQuantization(op)) || failed(verifyLayout(op)))
    return failure();
  return verifyShape(op);
}

/// A layer with `count` tensors before its attributes and no rule of its own.
static LogicalResult verifyPlain(Operation *op, unsigned count = 1) {
  return failed(verifyTensors(op, count)) ? failure() : verifyLayer(op);
}

static LogicalResult verifyRange(Operation *op, StringRef what, ArrayRef<int64_t> values, size_t count, int64_t least) {
  if (values.size() == count && llvm::all_of(values, [&](int64_t v) { return v >= least && v <= 65536; }))
    return success();
  auto diagnostic = op->emitError() << "expects " << count << " " << what << " from " << least << " to 65536, found [";
  llvm::interleaveComma(values, diagnostic);
  return diagnostic << "]";
}

/// window_c1: two strides; window_c2: four paddings.
template <typename WindowOp> static LogicalResult verifyWindow(WindowOp op) {
  if (failed(verifyRange(op, "strides", op.getStrides(), 2, 1)))
    return failure();
  return verifyRange(op, "padding", op.getPadding(), 4, 0);
}

/// A bias of one value a channel, or of one for each class of border outputs.
static LogicalResult verifyBias(WeightedOpInterface op, int64_t channels) {
  if (!op.getBias())
    return success();
  // weighted_c5: rank 1 or 3, as many channels as the result.
  ArrayRef<int64_t> bias = shapeOf(op.getBias());
  if ((bias.size() != 1 && bias.size() != 3) || bias.back() != channels)
    return op->emitError() << "expects a bias of " << channels << " channels, found " << op.getBias().getType();
  if (bias.size() == 1)
    return success();
  // weighted_c6: as many classes as the window makes.
  for (int dimension : {0, 1}) {
    Window window = getWindow(op, dimension);
    int64_t classes = window.borderBefore() + window.borderAfter() + 1;
    if (bias[dimension] != classes)
      return op->emitError() << "expects " << classes << " border classes along "
                             << (dimension == 0 ? "height" : "width") << " in its bias, found " << bias[dimension];
  }
  return success();
}

/// weighted_c7: the skip tensor is added to the finished sum, so it has the result's shape.
static LogicalResult verifySkip(WeightedOpInterface op) {
  if (op.getSkip() && shapeOf(op.getSkip()) != shapeOf(op->getResult(0)))
    return op->emitError() << "expects a skip tensor of its result's shape " << op->getResult(0).getType() << ", found "
                           << op.getSkip().getType();
  return success();
}

/// The input, and weighted_c1: the filter's rank; weighted_c2: no empty or oversized filter.
static LogicalResult verifyFilter(WeightedOpInterface op, size_t rank) {
  if (failed(verifyTensors(op)))
    return failure();
  if (shapeOf(op.getFilter()).size() != rank)
    return op->emitError() << "expects a filter of rank " << rank << ", found " << op.getFilter().getType();
  return verifySize(op, cast<ShapedType>(op.getFilter().getType()));
}

/// What all layers with a filter have in common after the filter's shape: channels, bias, skip, result.
static LogicalResult verifyWeighted(WeightedOpInterface op, int64_t filterChannels, int64_t outputChannels) {
  // weighted_c3: the filter is made for the input's channels.
  int64_t inputChannels = shapeOf(op.getInput()).back();
  if (filterChannels != inputChannels)
    return op->emitError() << "filter expects " << filterChannels << " input channels, but its input has "
                           << inputChannels;
  // weighted_c4: convolutions take images.
  if (shapeOf(op.getFilter()).size() == 4 && shapeOf(op.getInput()).size() != 4)
    return op->emitError() << "expects an input of rank 4, found " << op.getInput().getType();
  if (failed(verifyLayer(op)) || failed(verifyBias(op, outputChannels)))
    return failure();
  return verifySkip(op);
}

/// Filter, strides and padding, and window_c3: two dilations.
template <typename ConvOp> static LogicalResult verifyConvolution(ConvOp op) {
  if (failed(verifyFilter(op, 4)) || failed(verifyWindow(op)))
    return failure();
  return verifyRange(op, "dilations", op.getDilations(), 2, 1);
}

LogicalResult ConstantOp::verify() {
  // constant_c1: the two forms that weights are read from.
  if (!isa<DenseElementsAttr, DenseResourceElementsAttr>(getValue()))
    return emitError() << "expects a dense or a dense_resource value, found " << getValue();
  return success();
}

LogicalResult NormalizeOp::verify() {
  if (failed(verifyTensors(*this)))
    return failure();
  // normalize_c1: a value for all channels, or one a channel.
  size_t channels = shapeOf(getInput()).back();
  for (ArrayRef<double> values : {getScale(), getOffset()})
    if (values.size() != 1 && values.size() != channels)
      return emitError() << "expects 1 or " << channels << " values a parameter, found " << values.size();
  return verifyLayer(*this);
}

LogicalResult Conv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  return verifyWeighted(*this, shapeOf(getFilter())[2], shapeOf(getFilter())[3]);
}

LogicalResult DepthwiseConv2DOp::verify() {
  if (failed(verifyConvolution(*this)))
    return failure();
  ArrayRef<int64_t> filter = shapeOf(getFilter());
  return verifyWeighted(*this, filter[2], filter[2] * filter[3]);
}

LogicalResult PointwiseConv2DOp::verify() {
  if (failed(verifyFilter(*this, 4)) || failed(verifyRange(*this, "strides", getStrides(), 2, 1)))
    return failure();
  // pointwise_conv2d_c1: one tap.
  ArrayRef<int64_t> filter = shapeOf(getFilter());
  if (filter[0] != 1 || filter[1] != 1)
    return emitError() << "expects a 1x1 filter, found " << filter[0] << "x" << filter[1];
  return verifyWeighted(*this, filter[2], filter[3]);
}

LogicalResult FullyConnectedOp::verify() {
  if (failed(verifyFilter(*this, 2)))
    return failure();
  // fully_connected_c1: one pixel.
  if (getImageShape(getInput()).pixels() != 1)
    return emitError() << "expects an input vector, found " << getInput().getType();
  return verifyWeighted(*this, shapeOf(getFilter())[0], shapeOf(getFilter())[1]);
}

LogicalResult BatchNormOp::verify() {
  if (failed(verifyTensors(*this)))
    return failure();
  // batch_norm_c1: four vectors of the input's channels.
  int64_t channels = shapeOf(getInput()).back();
  for (Value parameter : {getGamma(), getBeta(), getMean(), getVariance()})
    if (shapeOf(parameter) != ArrayRef<int64_t>{channels})
      return emitError() << "expects parameters of " << channels << " channels, found " << parameter.getType();
  // batch_norm_c2: no negative epsilon, no NaN.
  if (!(getEpsilon().convertToDouble() >= 0))
    return emitError() << "expects an epsilon of at least 0";
  return verifyLayer(*this);
}

LogicalResult AddOp::verify() { return verifyPlain(*this, 2); }
LogicalResult MulOp::verify() { return verifyPlain(*this, 2); }

template <typename PoolOp> static LogicalResult verifyPool(PoolOp op) {
  if (failed(verifyTensors(op)))
    return failure();
  // pool_c1: an image.
  if (shapeOf(op.getInput()).size() != 4)
    return op.emitError() << "expects an input of rank 4, found " << op.getInput().getType();
  // pool_c2: two sizes.
  if (failed(verifyRange(op, "pool sizes", op.getPoolSize(), 2, 1)) || failed(verifyWindow(op)))
    return failure();
  // pool_c3: every window holds a pixel.
  ArrayRef<int64_t> padding = op.getPadding(), size = op.getPoolSize();
  for (int i = 0; i < 4; ++i)
    if (padding[i] >= size[i / 2])
      return op.emitError() << "expects padding smaller than its window, found " << padding[i];
  return verifyLayer(op);
}
LogicalResult AveragePoolOp::verify() { return verifyPool(*this); }
LogicalResult MaxPoolOp::verify() { return verifyPool(*this); }

LogicalResult PadOp::verify() {
  if (failed(verifyTensors(*this)))
    return failure();
  // pad_c1: an image.
  if (shapeOf(getInput()).size() != 4)
    return emitError() << "expects an input of rank 4, found " << getInput().getType();
  if (failed(verifyRange(*this, "padding", getPadding(), 4, 0)))
    return failure();
  return verifyLayer(*this);
}

LogicalResult ConcatOp::verify() {
  // concat_c1: something to concatenate.
  if (getInputs().empty())
    return emitError() << "expects at least one input";
  return verifyPlain(*this, getInputs().size());
}

/// reshape_c1: as many values as before.
static LogicalResult verifySameElements(Operation *op) {
  ImageShape from = getImageShape(op->getOperand(0)), to = getImageShape(op->getResult(0));
  if (from.elements() != to.elements())
    return op->emitError() << "expects a result of " << from.elements() << " values, found " << to.elements();
  return verifyLayer(op);
}

LogicalResult ReshapeOp::verify() { return failed(verifyTensors(*this)) ? failure() : verifySameElements(*this); }

LogicalResult FlattenOp::verify() {
  if (failed(verifyTensors(*this)))
    return failure();
  // flatten_c1: a vector.
  if (shapeOf(getOutput()).size() != 2)
    return emitError() << "expects a result of rank 2, found " << getType();
  return verifySameElements(*this);
}

LogicalResult ResizeOp::verify() {
  if (failed(verifyTensors(*this)))
    return failure();
  // resize_c1: images that differ in height and width only.
  if (shapeOf(getInput()).size() != 4 || shapeOf(getOutput()).size() != 4 ||
      shapeOf(getInput()).back() != shapeOf(getOutput()).back())
    return emitError() << "expects an input and a result of rank 4 with equal channels, found " << getInput().getType()
                       << " and " << getType();
  // resize_c2: TFLite knows no meaning of both.
  if (getAlignCorners() && getHalfPixelCenters())
    return emitError() << "expects at most one of align_corners and half_pixel_centers";
  return verifyLayer(*this);
}

LogicalResult GlobalAveragePoolOp::verify() { return verifyPlain(*this); }
LogicalResult ReluOp::verify() { return verifyPlain(*this); }
LogicalResult Relu6Op::verify() { return verifyPlain(*this); }
LogicalResult SigmoidOp::verify() { return verifyPlain(*this); }
LogicalResult HardSwishOp::verify() { return verifyPlain(*this); }
LogicalResult HardSigmoidOp::verify() { return verifyPlain(*this); }
LogicalResult SoftmaxOp::verify() { return verifyPlain(*this); }
LogicalResult DropoutOp::verify() { return verifyPlain(*this); }
LogicalResult QuantizeOp::verify() { return verifyPlain(*this); }
LogicalResult DequantizeOp::verify() { return verifyPlain(*this); }
LogicalResult CopyOp::verify() { return verifyPlain(*this); }

LogicalResult CallOp::verifySymbolUses(SymbolTableCollection &symbols) {
  // call_c1: addresses, the last of which is the result's.
  if (getBuffers().empty() || !llvm::all_of(getBuffers(), llvm::IsaPred<BufferAttr>))
    return emitError() << "expects buffers '#mn.buffer<...>', found " << getBuffers();
  // call_c2: a kernel of this module.
  auto kernel = symbols.lookupNearestSymbolFrom<FunctionOpInterface>(*this, getKernelAttr());
  if (!kernel)
    return emitError() << "expects the kernel '" << getKernel() << "' to be a function of the module";
  // call_c3: an address for each argument, but the number of the part, which a kernel that is cut takes last.
  size_t parts = getSchedule() && getSchedule()->getParts() > 1 ? 1 : 0;
  if (kernel.getNumArguments() != getBuffers().size() + parts)
    return emitError() << "passes " << getBuffers().size() << " buffers" << (parts ? " and a part" : "")
                       << ", but kernel '" << getKernel() << "' expects " << kernel.getNumArguments() << " arguments";
  // call_c4: inputs and outputs that the network has.
  auto module = (*this)->getParentOfType<ModuleOp>();
  for (auto buffer : getBuffers().getAsRange<BufferAttr>()) {
    bool isInput = buffer.getSpace() == Space::Input, isOutput = buffer.getSpace() == Space::Output;
    auto tensors = module->getAttrOfType<ArrayAttr>(isInput ? "mn.inputs" : "mn.outputs");
    if ((isInput || isOutput) && tensors && buffer.getIndex() >= int64_t(tensors.size()))
      return emitError() << "expects one of the network's " << tensors.size() << (isInput ? " inputs" : " outputs")
                         << ", found " << buffer;
  }
  return success();
}
