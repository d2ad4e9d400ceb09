// SPDX-License-Identifier: Apache-2.0
#include "passes/fuse/Pipeline.h"
#include "passes/Passes.h"

#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mncc;

namespace {

struct FusePass {
  StringRef name;
  std::unique_ptr<Pass> (*create)();
};

struct FusePipelineOptions : PassPipelineOptions<FusePipelineOptions> {
  ListOption<std::string> disable{*this, "disable", llvm::cl::desc("Passes to leave out, by their flag's name")};
};

} // namespace

static constexpr FusePass kPasses[] = {
    {"fuse-depthwise-bn-relu6", createFuseDepthwiseBnRelu6Pass},
    {"fuse-pointwise-bn-relu6", createFusePointwiseBnRelu6Pass},
    {"fuse-conv-bn-relu6", createFuseConvBnRelu6Pass},
    {"fold-batch-norm", createFoldBatchNormPass},
    // After fold-batch-norm, which makes convolutions of free-standing batch norms.
    {"fold-padding", createFoldPaddingPass},
    {"fuse-residual-add", createFuseResidualAddPass},
    {"fuse-activation", createFuseActivationPass},
    {"fold-input-normalization", createFoldInputNormalizationPass},
};

/// The folders of the ops: dropout, padding by nothing and reshapes to the same shape go, and so do weights without a
/// reader. Weights stay beside the layers that read them, with their locations.
static std::unique_ptr<Pass> createFoldersPass() {
  return createCanonicalizerPass(GreedyRewriteConfig().enableConstantCSE(false));
}

void mncc::buildFusePipeline(OpPassManager &manager, ArrayRef<std::string> disabled) {
  OpPassManager &network = manager.nest<func::FuncOp>();
  network.addPass(createFoldersPass());
  for (const FusePass &pass : kPasses)
    if (!llvm::is_contained(disabled, pass.name))
      network.addPass(pass.create());
  network.addPass(createFoldersPass());
  network.addPass(createRoundWeightsPass());
  network.addPass(createConvertPrecisionPass());
  VerifyFusedPassOptions options;
  options.disabled.assign(disabled.begin(), disabled.end());
  network.addPass(createVerifyFusedPass(options));
}

std::vector<StringRef> mncc::fusePassNames() {
  std::vector<StringRef> names;
  for (const FusePass &pass : kPasses)
    names.push_back(pass.name);
  return names;
}

void mncc::registerFusePipeline() {
  PassPipelineRegistration<FusePipelineOptions>(
      "fuse", "The fuse stage", [](OpPassManager &manager, const FusePipelineOptions &options) {
        buildFusePipeline(manager, SmallVector<std::string>(options.disable.begin(), options.disable.end()));
      });
}
