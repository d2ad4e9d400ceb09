// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/CheckCalibration.h"

#include "dialects/mn/Mn.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;

using TensorTypes = std::map<std::string, ShapedType, std::less<>>;

static TensorTypes listTensors(func::FuncOp network) {
  TensorTypes types;
  for (BlockArgument input : network.getArguments()) {
    auto name = network.getArgAttrOfType<StringAttr>(input.getArgNumber(), mn::kNameAttr);
    types[name ? name.getValue().str() : "input"] = cast<ShapedType>(input.getType());
  }
  for (auto layer : network.getOps<mn::LayerOpInterface>())
    types[mn::getTensorName(layer).str()] = cast<ShapedType>(layer->getResult(0).getType());
  return types;
}

static LogicalResult reportUnknown(llvm::StringRef name, const TensorStatistics &tensor, const TensorTypes &types,
                                   Diagnostics &diagnostics) {
  mncc::Diagnostic &error =
      diagnostics.error(tensor.location, fmt::format("expects tensors of the model, which has no {}", quote(name)));
  std::vector<std::string> names;
  for (const auto &[known, type] : types)
    names.push_back(known);
  suggestNearest(error, name, names);
  return error.note("the file is of another model; 'mncc quantize MODEL --images DIR -o DIR' writes that of this one");
}

LogicalResult mncc::checkCalibration(const Calibration &calibration, func::FuncOp network, Diagnostics &diagnostics) {
  TensorTypes types = listTensors(network);
  for (const auto &[name, tensor] : calibration.tensors) {
    auto found = types.find(name);
    if (found == types.end())
      return reportUnknown(name, tensor, types, diagnostics);
    int64_t channels = found->second.getShape().back(), values = found->second.getNumElements() / channels;
    auto counted = static_cast<int64_t>(tensor.valuesPerChannel);
    if (static_cast<int64_t>(tensor.channelSums.size()) != channels)
      return diagnostics.error(tensor.location, fmt::format("{} expects {} channels, as the model has, found {}",
                                                            quote(name), channels, tensor.channelSums.size()));
    if (counted % calibration.images != 0 || counted / calibration.images != values)
      return diagnostics.error(tensor.location,
                               fmt::format("{} expects {} values per channel of each of the {} images, found {} of all",
                                           quote(name), values, calibration.images, counted));
  }
  return success();
}
