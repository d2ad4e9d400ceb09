// SPDX-License-Identifier: Apache-2.0
#include "compiler/Stages.h"

#include "dialects/mn/Mn.h"
#include "mlir/IR/Builders.h"

using namespace mlir;

namespace mncc {

ArrayRef<StageInfo> getStages() {
  static const StageInfo stages[] = {
      {Stage::Import, "import", "the description as mn ops, batch norms and all"},
      {Stage::Fuse, "fuse", "batch norms, activations and paddings folded into the convolutions"},
      {Stage::Tile, "tile", "a layout, a schedule and a place in memory on every layer"},
      {Stage::Lower, "lower", "kernels as loops, layers as calls"},
      {Stage::Emit, "emit", "object, assembly, C++, header, report"},
  };
  return stages;
}

StringRef getStageName(Stage stage) { return getStages()[static_cast<size_t>(stage)].name; }

std::optional<Stage> findStage(StringRef name) {
  for (const StageInfo &info : getStages())
    if (name == info.name)
      return info.stage;
  return std::nullopt;
}

Stage getStage(ModuleOp module) {
  auto name = module->getAttrOfType<StringAttr>(mn::kStageAttr);
  return name ? findStage(name.getValue()).value_or(Stage::Import) : Stage::Import;
}

void setStage(ModuleOp module, Stage stage) {
  module->setAttr(mn::kStageAttr, StringAttr::get(module.getContext(), getStageName(stage)));
}

} // namespace mncc
