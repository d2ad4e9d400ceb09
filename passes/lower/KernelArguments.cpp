// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/KernelArguments.h"

#include "dialects/mn/Quantization.h"
#include "passes/lower/ByteTable.h"
#include "passes/lower/IntegerPacking.h"
#include "passes/lower/Requantization.h"
#include "passes/lower/ResizeTable.h"
#include "passes/lower/SoftmaxTable.h"
#include "passes/lower/WeightPacking.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static mn::BufferAttr addressOf(Value value) {
  MLIRContext *context = value.getContext();
  auto argument = dyn_cast<BlockArgument>(value);
  if (auto chain = argument ? dyn_cast<mn::FusedOp>(argument.getOwner()->getParentOp()) : mn::FusedOp())
    return addressOf(chain.getOutside(argument));
  if (argument)
    return mn::BufferAttr::get(context, mn::Space::Input, argument.getArgNumber(), 0);
  auto placement = value.getDefiningOp<mn::LayerOpInterface>().getPlacementAttr();
  return mn::BufferAttr::get(context, placement.getSpace(), placement.getIndex(), placement.getOffset());
}

static MemRefType bufferType(Value value, const BufferShape &shape) {
  Type element = cast<ShapedType>(value.getType()).getElementType();
  if (!isa<FloatType>(element))
    element = IntegerType::get(value.getContext(), 8);
  return MemRefType::get({shape.elements()}, element);
}

/// The name of one of a kernel's `count` tensors, as C++ prints it.
static std::string nameOperand(size_t index, unsigned count) {
  if (count == 1)
    return "input";
  if (count == 2)
    return index == 0 ? "lhs" : "rhs";
  return "input_" + std::to_string(index);
}

static Argument describeConstants(const std::string &name, int64_t elements, Type type, mn::BufferAttr address) {
  return {name, {{1, 1, elements}, elements}, MemRefType::get({elements}, type), address};
}

/// What the exponentials of a softmax of integers are of.
static Type getSoftmaxType(mn::LayerOpInterface layer) {
  Builder builder(layer.getContext());
  return getRounding(layer) == Rounding::Float ? Type(builder.getF32Type()) : Type(builder.getI32Type());
}

/// The constants of a layer of integers: words and a filter of their own type, or exponentials.
static void appendIntegers(mn::LayerOpInterface layer, Arguments &arguments) {
  Builder builder(layer.getContext());
  auto address = layer->getAttrOfType<mn::BufferAttr>("packed");
  if (looksUp(layer))
    arguments.push_back(
        describeConstants("table", std::tuple_size_v<decltype(makeByteTable(layer))>, builder.getI8Type(), address));
  if (isa<mn::SoftmaxOp>(layer.getOperation()))
    arguments.push_back(describeConstants("table", kSoftmaxEntries, getSoftmaxType(layer), address));
  if (auto resize = dyn_cast<mn::ResizeOp>(layer.getOperation()))
    arguments.push_back(describeConstants("table", countResizeEntries(resize), builder.getI32Type(), address));
  if (auto concat = dyn_cast<mn::ConcatOp>(layer.getOperation()); concat && address)
    arguments.push_back(describeConstants("tables", countConcatTableBytes(concat), builder.getI8Type(), address));
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (!weighted)
    return;
  IntegerPackedShape shape = getIntegerPackedShape(weighted, layer.getScheduleAttr());
  auto filter = mn::BufferAttr::get(layer.getContext(), mn::Space::Weights, 0,
                                    address.getOffset() + shape.words * static_cast<int64_t>(sizeof(int32_t)));
  arguments.push_back(describeConstants("words", shape.words, builder.getI32Type(), address));
  arguments.push_back(
      describeConstants("filter", shape.filterElements, builder.getIntegerType(shape.weightBits), filter));
}

/// The layer's packed constants: one buffer of f32, but for a filter that is stored in 16 bits.
static void appendConstants(mn::LayerOpInterface layer, Arguments &arguments) {
  if (mn::isQuantized(layer))
    return appendIntegers(layer, arguments);
  int64_t elements = countPackedElements(layer);
  if (elements == 0)
    return;
  auto address = layer->getAttrOfType<mn::BufferAttr>("packed");
  Type f32 = Float32Type::get(layer.getContext());
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (!weighted || !hasNarrowFilter(weighted))
    return arguments.push_back(describeConstants("weights", elements, f32, address));
  int64_t bias = getPackedShape(weighted, layer.getScheduleAttr().getVector()).biasElements;
  Type narrow = cast<ShapedType>(weighted.getFilter().getType()).getElementType();
  int64_t start = address.getOffset() + bias * static_cast<int64_t>(sizeof(float));
  auto filter = mn::BufferAttr::get(layer.getContext(), mn::Space::Weights, 0, start);
  arguments.push_back(describeConstants("bias", bias, f32, address));
  arguments.push_back(describeConstants("filter", elements - bias, narrow, filter));
}

Arguments lower::collectArguments(mn::LayerOpInterface layer) {
  Arguments arguments;
  auto append = [&](const std::string &name, Value value) {
    BufferShape shape = getBufferShape(value);
    arguments.push_back({name, shape, bufferType(value, shape), addressOf(value)});
  };
  auto weighted = dyn_cast<mn::WeightedOpInterface>(layer.getOperation());
  if (weighted) {
    append("input", weighted.getInput());
    if (weighted.getSkip())
      append("skip", weighted.getSkip());
  } else {
    for (auto [index, operand] : llvm::enumerate(layer->getOperands()))
      append(nameOperand(index, layer->getNumOperands()), operand);
  }
  appendConstants(layer, arguments);
  append("output", layer->getResult(0));
  return arguments;
}

Arguments lower::collectArguments(mn::FusedOp chain) {
  auto nameRing = [](size_t writer) { return "ring_" + std::to_string(writer + 1); };
  Arguments all;
  SmallVector<mn::WeightedOpInterface> layers = chain.getLayers();
  for (auto [index, inner] : llvm::enumerate(layers)) {
    Arguments arguments = collectArguments(cast<mn::LayerOpInterface>(inner.getOperation()));
    for (Argument &argument : arguments)
      if (argument.address.getSpace() == mn::Space::Weights)
        argument.name += "_" + std::to_string(index + 1);
    if (index > 0)
      arguments.front().name = nameRing(index - 1);
    if (index + 1 < layers.size())
      arguments.back().name = nameRing(index);
    llvm::append_range(all, arguments);
  }
  return all;
}

Arguments lower::keepDistinct(ArrayRef<Argument> arguments) {
  Arguments distinct;
  for (auto [index, argument] : llvm::enumerate(arguments)) {
    auto isSame = [&, address = argument.address](const Argument &other) { return other.address == address; };
    if (llvm::none_of(arguments.drop_front(index + 1), isSame))
      distinct.push_back(argument);
  }
  return distinct;
}
