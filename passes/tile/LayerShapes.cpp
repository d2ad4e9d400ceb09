// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/LayerShapes.h"

#include "dialects/mn/Shapes.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mncc;

static std::string describeImage(Value value) {
  mn::ImageShape image = mn::getImageShape(value);
  return llvm::formatv("{0}x{1}x{2}", image.height, image.width, image.channels).str();
}

static std::string describeWindow(Operation *op) {
  mn::Window rows = mn::getWindow(op, 0), columns = mn::getWindow(op, 1);
  std::string text = llvm::formatv(", {0}x{1}", rows.kernel, columns.kernel).str();
  if (rows.stride != 1 || columns.stride != 1)
    text += rows.stride == columns.stride ? llvm::formatv(" stride {0}", rows.stride).str()
                                          : llvm::formatv(" stride {0}x{1}", rows.stride, columns.stride).str();
  if (rows.dilation != 1 || columns.dilation != 1)
    text += llvm::formatv(" dilation {0}x{1}", rows.dilation, columns.dilation).str();
  return text;
}

std::string tile::describeShapes(mn::LayerOpInterface layer) {
  Operation *op = layer;
  std::string text =
      (op->getName().stripDialect() + " " + describeImage(op->getOperand(0)) + " -> " + describeImage(op->getResult(0)))
          .str();
  if (isa<mn::Conv2DOp, mn::PointwiseConv2DOp, mn::DepthwiseConv2DOp, mn::AveragePoolOp, mn::MaxPoolOp>(op))
    text += describeWindow(op);
  return text;
}

llvm::MapVector<StringRef, mn::LayerOpInterface> tile::listNamedLayers(Operation *root) {
  llvm::MapVector<StringRef, mn::LayerOpInterface> layers;
  root->walk([&](mn::LayerOpInterface layer) {
    StringRef name = mn::getLocationName(layer->getLoc());
    if (!isa<mn::CopyOp, mn::FusedOp>(layer.getOperation()) && !name.empty())
      layers.try_emplace(name, layer);
  });
  return layers;
}
