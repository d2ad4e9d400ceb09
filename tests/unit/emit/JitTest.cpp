// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Jit.h"
#include "compiler/emit/Llvm.h"
#include "tests/unit/emit/SmallModel.h"

#include "mlir/IR/Diagnostics.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/Triple.h"

#include <gtest/gtest.h>

using namespace mncc;
using namespace mncc::test;

namespace {

/// The small model for a row, loaded where this machine runs it.
class JitTest : public testing::Test {
protected:
  void SetUp() override {
    if (!llvm::Triple(llvm::sys::getProcessTriple()).isX86())
      GTEST_SKIP() << "the rows of these tests are x86-64";
  }

  mlir::FailureOr<std::unique_ptr<Jit>> load(const char *columns, bool hooks = false) {
    module = makeSmallModel(*context, columns, hooks);
    auto program = buildProgram(*module, /*isPositionIndependent=*/false);
    EXPECT_TRUE(mlir::succeeded(program));
    auto object = emitObject(*program);
    EXPECT_TRUE(mlir::succeeded(object));
    ModelInterface model;
    model.name = "net";
    model.inputs.resize(1);
    model.outputs.resize(1);
    model.arenaBytes = 64;
    model.hooks = hooks;
    model.target = (*module)->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
    return Jit::load(*object, model, module->getLoc());
  }

  std::unique_ptr<mlir::MLIRContext> context = makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  // Four pixels of four equal channels: pw_1 doubles and clamps, pw_2 takes the
  // mean.
  float input[16] = {1, 1, 1, 1, -1, -1, -1, -1, 5, 5, 5, 5, 0.25f, 0.25f, 0.25f, 0.25f};
  float output[16] = {};
};

} // namespace

TEST_F(JitTest, RunsTheBytesOfTheObject) {
  auto jit = load(kX86Linux);
  ASSERT_TRUE(mlir::succeeded(jit));
  EXPECT_EQ((*jit)->run({input}, {output}), 0);
  for (int channel = 0; channel < 4; ++channel) {
    EXPECT_EQ(output[channel], 2.0f);
    EXPECT_EQ(output[4 + channel], 0.0f);
    EXPECT_EQ(output[8 + channel], 6.0f);
    EXPECT_EQ(output[12 + channel], 0.5f);
  }
}

TEST_F(JitTest, ChecksPointers) {
  auto jit = load(kX86Linux);
  ASSERT_TRUE(mlir::succeeded(jit));
  EXPECT_EQ((*jit)->run({nullptr}, {output}), -1);
  EXPECT_EQ((*jit)->run({input}, {nullptr}), -1);
  EXPECT_EQ((*jit)->run({reinterpret_cast<char *>(input) + 1}, {output}), -2);
  EXPECT_EQ((*jit)->run({input}, {reinterpret_cast<char *>(output) + 2}), -2);
}

TEST_F(JitTest, CallsTheHookAfterEachLayer) {
  auto jit = load(kX86Linux, /*hooks=*/true);
  ASSERT_TRUE(mlir::succeeded(jit));
  std::vector<std::pair<uint32_t, float>> seen;
  EXPECT_EQ((*jit)->run({input}, {output},
                        [&](uint32_t layer, const void *result) {
                          seen.push_back({layer, static_cast<const float *>(result)[8]});
                        }),
            0);
  EXPECT_EQ(seen, (std::vector<std::pair<uint32_t, float>>{{0, 6.0f}, {1, 6.0f}}));
  EXPECT_EQ((*jit)->run({input}, {output}), 0) << "without a hook";
}

TEST_F(JitTest, RefusesOtherMachines) {
  std::string text;
  mlir::ScopedDiagnosticHandler handler(context.get(), [&](mlir::Diagnostic &diagnostic) { text += diagnostic.str(); });
  EXPECT_TRUE(mlir::failed(load(kArmLinux)));
  EXPECT_TRUE(mlir::failed(load(kX86Bare)));
  EXPECT_NE(text.find("found code for 'aarch64-linux-gnu'"), std::string::npos) << text;
}
