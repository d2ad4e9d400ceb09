// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/emit/SmallModel.h"

#include "compiler/emit/Machine.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/InitAllDialects.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/AsmParser/Parser.h"
#include "llvm/Support/SourceMgr.h"

#include <gtest/gtest.h>

using namespace mlir;

static constexpr const char *kNetwork = R"(
  func.func @network(%input: tensor<1x2x2x4xf32> {mn.name = "input"}) -> (tensor<1x2x2x4xf32> {mn.name = "pw_2"}) {
    %first = mn.constant dense<0.5> : tensor<1x1x4x4xf32>
    %second = mn.constant dense<0.25> : tensor<1x1x4x4xf32>
    %0 = mn.pointwise_conv2d %input, %first activation relu6 {layout = "nchw4c", schedule = #blocked,
        placement = #mn.placement<space = arena, index = 0, offset = 0, bytes = 64>}
        : (tensor<1x2x2x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x2x2x4xf32> loc("pw_1")
    %1 = mn.pointwise_conv2d %0, %second {layout = "nhwc", schedule = #blocked,
        placement = #mn.placement<space = output, index = 0, offset = 0, bytes = 64>}
        : (tensor<1x2x2x4xf32>, tensor<1x1x4x4xf32>) -> tensor<1x2x2x4xf32> loc("pw_2")
    return %1 : tensor<1x2x2x4xf32>
  }
})";

std::unique_ptr<MLIRContext> mncc::test::makeContext() {
  DialectRegistry registry;
  registerAllDialects(registry);
  registry.insert<mn::MnDialect>();
  return std::make_unique<MLIRContext>(registry);
}

OwningOpRef<ModuleOp> mncc::test::makeSmallModel(MLIRContext &context, const std::string &columns, bool hooks) {
  // Where an fma takes lanes, four input channels are one vector.
  const char *unroll = columns.find("lane_fma = true") == std::string::npos ? "2" : "4";
  std::string text = std::string("#blocked = #mn.schedule<vector = 4, pixels = 2, channels = 4, unroll = ") + unroll +
                     ", order = panel_outer>\n"
                     "module attributes {mn.name = \"net\", mn.stage = "
                     "\"tile\", mn.arena_bytes = 64 : i64, " +
                     std::string(hooks ? "mn.options = {hooks}, " : "") + "mn.target = #mn.target<{" + columns +
                     "}>} {" + kNetwork;
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(text, &context);
  PassManager passes(&context);
  passes.addPass(createPackWeightsPass());
  passes.addPass(createLowerToKernelsPass());
  if (!module || failed(passes.run(*module)))
    return {};
  return module;
}

std::unique_ptr<llvm::TargetMachine> mncc::test::makeMachine(const std::string &columns, Location location) {
  auto target = cast<mn::TargetAttr>(parseAttribute("#mn.target<{" + columns + "}>", location.getContext()));
  auto machine = createMachine(target, /*isPositionIndependent=*/false, location);
  EXPECT_TRUE(succeeded(machine));
  return succeeded(machine) ? std::move(*machine) : nullptr;
}

std::unique_ptr<llvm::Module> mncc::test::parseIr(StringRef text, llvm::LLVMContext &context,
                                                  const llvm::TargetMachine &machine) {
  llvm::SMDiagnostic error;
  std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, error, context);
  EXPECT_TRUE(module) << error.getMessage().str();
  if (!module)
    return nullptr;
  module->setTargetTriple(machine.getTargetTriple());
  module->setDataLayout(machine.createDataLayout());
  return module;
}
