// SPDX-License-Identifier: Apache-2.0
// Shape inference for every layer.
#include "dialects/mn/Shapes.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mncc::mn;

using Shape = SmallVector<int64_t>;
using Inferred = FailureOr<std::optional<Shape>>;

ImageShape mncc::mn::getImageShape(ShapedType type) {
  ArrayRef<int64_t> shape = type.getShape();
  return {shape.size() > 3 ? shape[shape.size() - 3] : 1, shape.size() > 2 ? shape[shape.size() - 2] : 1, shape.back()};
}

ImageShape mncc::mn::getImageShape(Value value) { return getImageShape(cast<ShapedType>(value.getType())); }

int64_t Window::output() const {
  int64_t room = input + padBefore + padAfter - ((kernel - 1) * dilation + 1);
  return room < 0 ? 0 : room / stride + 1;
}

bool Window::isPointwise() const { return kernel == 1 && stride == 1 && padBefore == 0 && padAfter == 0; }

int64_t Window::firstTap(int64_t position) const {
  int64_t start = position * stride - padBefore;
  return start >= 0 ? 0 : std::min(kernel, (-start + dilation - 1) / dilation);
}

int64_t Window::endTap(int64_t position) const {
  int64_t start = position * stride - padBefore;
  int64_t inside = input - start;
  return std::max(firstTap(position), inside <= 0 ? 0 : std::min(kernel, (inside + dilation - 1) / dilation));
}

int64_t Window::borderBefore() const {
  int64_t count = 0;
  while (count < output() && (firstTap(count) > 0 || endTap(count) < kernel))
    ++count;
  return count;
}

int64_t Window::borderAfter() const {
  int64_t count = 0, last = output() - 1, rest = output() - borderBefore();
  while (count < rest && (firstTap(last - count) > 0 || endTap(last - count) < kernel))
    ++count;
  return count;
}

Window mncc::mn::getWindow(Operation *op, int dimension) {
  auto at = [&](ArrayRef<int64_t> values, int64_t index) { return values[index]; };
  return TypeSwitch<Operation *, Window>(op)
      .Case<Conv2DOp, DepthwiseConv2DOp>([&](auto conv) {
        ImageShape input = getImageShape(conv.getInput());
        int64_t kernel = cast<ShapedType>(conv.getFilter().getType()).getDimSize(dimension);
        return Window{dimension == 0 ? input.height : input.width,
                      kernel,
                      at(conv.getStrides(), dimension),
                      at(conv.getDilations(), dimension),
                      at(conv.getPadding(), 2 * dimension),
                      at(conv.getPadding(), 2 * dimension + 1)};
      })
      .Case<AveragePoolOp, MaxPoolOp>([&](auto pool) {
        ImageShape input = getImageShape(pool.getInput());
        return Window{dimension == 0 ? input.height : input.width,
                      at(pool.getPoolSize(), dimension),
                      at(pool.getStrides(), dimension),
                      1,
                      at(pool.getPadding(), 2 * dimension),
                      at(pool.getPadding(), 2 * dimension + 1)};
      })
      .Case<PointwiseConv2DOp>([&](auto conv) {
        ImageShape input = getImageShape(conv.getInput());
        return Window{dimension == 0 ? input.height : input.width, 1, at(conv.getStrides(), dimension), 1, 0, 0};
      })
      .Default([](Operation *) { return Window{1, 1, 1, 1, 0, 0}; });
}

bool mncc::mn::isPointwise(Operation *op) { return getWindow(op, 0).isPointwise() && getWindow(op, 1).isPointwise(); }

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

/// [1, H', W', channels] after the windows of `op`. window_c4: a window is not larger than the padded image.
static Inferred slideWindows(Operation *op, int64_t channels) {
  Shape shape{1};
  for (int dimension : {0, 1}) {
    Window window = getWindow(op, dimension);
    if (window.output() <= 0)
      return op->emitError() << "expects a window that fits into the padded image, but along "
                             << (dimension == 0 ? "height" : "width") << " it covers "
                             << (window.kernel - 1) * window.dilation + 1 << " of "
                             << window.input + window.padBefore + window.padAfter << " pixels";
    shape.push_back(window.output());
  }
  shape.push_back(channels);
  return {std::optional<Shape>(shape)};
}

/// broadcast_c1: equal shapes, or a vector of channels against an image with as many.
static Inferred broadcast(Operation *op, Value lhs, Value rhs) {
  Shape left(shapeOf(lhs)), right(shapeOf(rhs));
  auto isVector = [](ArrayRef<int64_t> shape) {
    return llvm::all_of(shape.drop_back(), [](int64_t size) { return size == 1; });
  };
  if (left == right || (isVector(right) && right.back() == left.back() && left.size() >= right.size()))
    return {std::optional<Shape>(left)};
  if (isVector(left) && left.back() == right.back() && right.size() >= left.size())
    return {std::optional<Shape>(right)};
  return op->emitError() << "expects operands of equal shape, or one vector of channels, but they are " << lhs.getType()
                         << " and " << rhs.getType();
}

static Inferred concatenate(ConcatOp op) {
  Shape shape(shapeOf(op.getInputs().front()));
  // concat_c2: a dimension, but not the batch.
  int64_t axis = op.getAxis();
  if (axis < 1 || axis >= (int64_t)shape.size())
    return op.emitError() << "expects an axis from 1 to " << shape.size() - 1 << ", found " << axis;
  // concat_c3: all other dimensions agree.
  for (Value input : op.getInputs().drop_front()) {
    ArrayRef<int64_t> next = shapeOf(input);
    bool fits = next.size() == shape.size();
    for (size_t i = 0; fits && i < shape.size(); ++i)
      fits = (int64_t)i == axis || next[i] == shape[i];
    if (!fits)
      return op.emitError() << "expects inputs that agree in every dimension but axis " << axis << ", but they are "
                            << op.getInputs().front().getType() << " and " << input.getType();
    shape[axis] += next[axis];
  }
  return {std::optional<Shape>(shape)};
}

Inferred mncc::mn::inferShape(Operation *op) {
  return TypeSwitch<Operation *, Inferred>(op)
      .Case<Conv2DOp>([](auto conv) { return slideWindows(conv, shapeOf(conv.getFilter())[3]); })
      .Case<DepthwiseConv2DOp>(
          [](auto conv) { return slideWindows(conv, shapeOf(conv.getFilter())[2] * shapeOf(conv.getFilter())[3]); })
      .Case<PointwiseConv2DOp>([](auto conv) { return slideWindows(conv, shapeOf(conv.getFilter())[3]); })
      .Case<AveragePoolOp, MaxPoolOp>([](auto pool) { return slideWindows(pool, shapeOf(pool.getInput()).back()); })
      .Case<FullyConnectedOp>([](auto op) {
        Shape shape(shapeOf(op.getInput()));
        shape.back() = shapeOf(op.getFilter())[1];
        return Inferred(shape);
      })
      .Case<GlobalAveragePoolOp>([](auto pool) {
        int64_t channels = shapeOf(pool.getInput()).back();
        bool keepsDims = cast<ShapedType>(pool.getType()).getRank() > 2;
        return Inferred(keepsDims ? Shape{1, 1, 1, channels} : Shape{1, channels});
      })
      .Case<AddOp, MulOp>([](auto op) { return broadcast(op, op.getLhs(), op.getRhs()); })
      .Case<ConcatOp>([](auto op) { return concatenate(op); })
      .Case<PadOp>([](auto op) {
        Shape shape(shapeOf(op.getInput()));
        shape[1] += op.getPadding()[0] + op.getPadding()[1];
        shape[2] += op.getPadding()[2] + op.getPadding()[3];
        return Inferred(shape);
      })
      .Case<NormalizeOp, CopyOp, QuantizeOp, DequantizeOp, BatchNormOp, ReluOp, Relu6Op, SigmoidOp, HardSwishOp,
            HardSigmoidOp, SoftmaxOp, DropoutOp>([](auto op) { return Inferred(Shape(shapeOf(op->getOperand(0)))); })
      .Default([](Operation *) { return Inferred(std::nullopt); });
}

int64_t mncc::mn::countMultiplyAdds(Operation *op) {
  if (auto fused = dyn_cast<FusedOp>(op)) {
    int64_t count = 0;
    for (WeightedOpInterface layer : fused.getLayers())
      count += countMultiplyAdds(layer);
    return count;
  }
  auto weighted = dyn_cast<WeightedOpInterface>(op);
  if (!weighted)
    return 0;
  ArrayRef<int64_t> filter = shapeOf(weighted.getFilter());
  if (isa<FullyConnectedOp>(op))
    return filter[0] * filter[1];
  int64_t taps = filter[0] * filter[1] * (isa<DepthwiseConv2DOp>(op) ? 1 : filter[2]);
  return taps * getImageShape(op->getResult(0)).elements();
}
