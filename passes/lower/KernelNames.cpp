// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/KernelNames.h"

#include "dialects/mn/Strips.h"
#include "passes/lower/WeightPacking.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

/// The kernel's kind in its name (style: `<model>_<kind>_<tile>_<sizes>_<type>`).
static std::string kindOf(Operation *op) {
  if (isa<mn::PointwiseConv2DOp>(op))
    return "pw";
  if (isa<mn::DepthwiseConv2DOp>(op))
    return "dw";
  if (isa<mn::Conv2DOp>(op))
    return "conv";
  if (isa<mn::FullyConnectedOp>(op))
    return "fc";
  if (isa<mn::ReshapeOp, mn::FlattenOp>(op))
    return "copy";
  if (auto chain = dyn_cast<mn::FusedOp>(op)) {
    SmallVector<std::string> kinds;
    for (mn::WeightedOpInterface layer : chain.getLayers())
      kinds.push_back(kindOf(layer));
    return llvm::join(kinds, "_");
  }
  return op->getName().stripDialect().str();
}

/// "f32", or where they differ the types of input, filter and result, as the network has them: "f32_bf16weights",
/// "bf16_f32".
static std::string nameTypes(Operation *op) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  Type from = getElementTypeOrSelf(op->getOperand(0)), to = getElementTypeOrSelf(op->getResult(0));
  if (isa<FloatType>(from) && from != to)
    stream << from << "_";
  stream << to;
  auto weighted = dyn_cast<mn::WeightedOpInterface>(op);
  if (weighted && hasNarrowFilter(weighted) && getElementTypeOrSelf(weighted.getFilter()) != from)
    stream << "_" << getElementTypeOrSelf(weighted.getFilter()) << "weights";
  return name;
}

/// Tile, sizes and what follows the sum, of one kernel.
static void describeKernel(mn::LayerOpInterface layer, llvm::raw_ostream &stream) {
  Operation *op = layer;
  mn::ScheduleAttr schedule = layer.getScheduleAttr();
  mn::ImageShape from = mn::getImageShape(op->getOperand(0)), to = mn::getImageShape(op->getResult(0));
  if (schedule.getRows() > 1)
    stream << schedule.getRows() << "x";
  stream << schedule.getPixels() << "x" << schedule.getChannels() << "_";
  if (isa<mn::PointwiseConv2DOp>(op) || from.pixels() == 1)
    stream << "p" << to.pixels() << "_k" << from.channels << "_n" << to.channels;
  else
    stream << from.height << "x" << from.width << "x" << from.channels << "_" << to.height << "x" << to.width << "x"
           << to.channels;
  if (auto weighted = dyn_cast<mn::WeightedOpInterface>(op)) {
    if (weighted.getSkip())
      stream << "_skip";
    if (weighted.getActivation() != mn::Activation::None)
      stream << "_" << mn::stringifyActivation(weighted.getActivation());
  }
  if (schedule.getParts() > 1)
    stream << "_" << schedule.getParts() << "parts";
  if (mn::getFusedIndex(op))
    stream << "_" << mn::getStripRows(op) << "rows";
}

std::string lower::nameKernel(StringRef model, mn::LayerOpInterface layer) {
  std::string name;
  llvm::raw_string_ostream stream(name);
  stream << model << "_" << kindOf(layer) << "_";
  if (auto chain = dyn_cast<mn::FusedOp>(layer.getOperation())) {
    mn::ImageShape from = mn::getImageShape(chain.getInputs().front()), to = mn::getImageShape(chain.getResult());
    stream << from.height << "x" << from.width << "x" << from.channels << "_" << to.height << "x" << to.width << "x"
           << to.channels << "_" << chain.getStrips().back() << "rows";
  } else {
    describeKernel(layer, stream);
  }
  stream << "_" << nameTypes(layer);
  return name;
}
