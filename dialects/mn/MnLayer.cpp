// SPDX-License-Identifier: Apache-2.0
// Names of layers and of the tensors they produce.
#include "dialects/mn/Mn.h"

#include "mlir/IR/Builders.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace mncc::mn;

int64_t mncc::mn::getThreads(ModuleOp module) {
  auto options = module->getAttrOfType<DictionaryAttr>(kOptionsAttr);
  auto threads = options ? options.getAs<IntegerAttr>("threads") : IntegerAttr();
  return threads ? threads.getInt() : 1;
}

static FloatType getFloatOption(ModuleOp module, StringRef name) {
  auto options = module->getAttrOfType<DictionaryAttr>(kOptionsAttr);
  auto type = options ? options.getAs<StringAttr>(name) : StringAttr();
  return llvm::StringSwitch<FloatType>(type ? type.getValue() : "f32")
      .Case("f16", Float16Type::get(module.getContext()))
      .Case("bf16", BFloat16Type::get(module.getContext()))
      .Default(Float32Type::get(module.getContext()));
}

FloatType mncc::mn::getWeightsFormat(ModuleOp module) { return getFloatOption(module, "weights_format"); }

FloatType mncc::mn::getPrecision(ModuleOp module) { return getFloatOption(module, "precision"); }

bool mncc::mn::hasHooks(ModuleOp module) {
  auto options = module->getAttrOfType<DictionaryAttr>(kOptionsAttr);
  return options && options.contains("hooks");
}

StringRef mncc::mn::getLocationName(Location location) {
  if (auto name = location->findInstanceOf<NameLoc>())
    return name.getName().getValue();
  return {};
}

StringRef mncc::mn::getTensorName(Operation *op) {
  if (auto chain = dyn_cast<FusedOp>(op))
    return getTensorName(chain.getLastLayer());
  if (auto fused = op->getAttrOfType<ArrayAttr>("fused"); fused && !fused.empty())
    return cast<StringAttr>(fused.getValue().back()).getValue();
  return getLocationName(op->getLoc());
}

void mncc::mn::appendFused(LayerOpInterface layer, StringRef name) {
  SmallVector<Attribute> names;
  if (auto fused = layer.getFusedAttr())
    llvm::append_range(names, fused.getValue());
  Builder builder(layer.getContext());
  names.push_back(builder.getStringAttr(name));
  layer.setFusedAttr(builder.getArrayAttr(names));
}
