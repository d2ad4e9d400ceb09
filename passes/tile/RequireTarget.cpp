// SPDX-License-Identifier: Apache-2.0
#include "passes/tile/RequireTarget.h"

using namespace mlir;
using namespace mncc;

mn::TargetAttr tile::requireTarget(func::FuncOp network) {
  auto module = network->getParentOfType<ModuleOp>();
  auto target = module ? module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr) : mn::TargetAttr();
  if (!target)
    network.emitError() << "expects the attribute 'mn.target' on the module";
  return target;
}
