// SPDX-License-Identifier: Apache-2.0
// Plans of random networks are sound; each of them becomes unsound when one live tensor is moved onto another.
#include "passes/tile/CheckArena.h"

#include "passes/Passes.h"

#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"

#include <gtest/gtest.h>
#include <random>

using namespace mlir;
using namespace mncc;

namespace {

struct CheckArenaTest : testing::Test {
  CheckArenaTest() { context.loadDialect<mn::MnDialect, func::FuncDialect>(); }

  /// A network of `count` sums, each of two earlier tensors, and of residual layers and activations.
  OwningOpRef<ModuleOp> plan(unsigned seed, unsigned count) {
    std::mt19937 random(seed);
    std::string text = "module {\n"
                       "func.func @network(%t0: tensor<1x64xf32>, %w: tensor<64x64xf32>) -> tensor<1x64xf32> {\n";
    auto any = [&](unsigned end) { return "%t" + std::to_string(end - 1 - random() % std::min(end, 4u)); };
    for (unsigned i = 1; i <= count; ++i) {
      std::string a = any(i), b = any(i), result = "%t" + std::to_string(i);
      const std::string v = "tensor<1x64xf32>";
      switch (random() % 4) {
      case 0:
        text += result + " = mn.add " + a + ", " + b + " : (" + v + ", " + v + ") -> " + v + "\n";
        break;
      case 1:
        text += result + " = mn.relu " + a + " : (" + v + ") -> " + v + "\n";
        break;
      case 2:
        text += result + " = mn.fully_connected " + a + ", %w skip(" + b + ") : (" + v + ", tensor<64x64xf32>, " + v +
                ") -> " + v + "\n";
        break;
      default:
        text += result + " = mn.softmax " + a + " : (" + v + ") -> " + v + "\n";
      }
    }
    text += "return %t" + std::to_string(count) + " : tensor<1x64xf32>\n}\n}\n";
    auto module = parseSourceString<ModuleOp>(text, &context);
    PassManager manager(&context);
    manager.addNestedPass<func::FuncOp>(createPlanArenaPass());
    EXPECT_TRUE(module && succeeded(manager.run(*module))) << text;
    return module;
  }

  static func::FuncOp networkOf(ModuleOp module) { return *module.getOps<func::FuncOp>().begin(); }

  /// True where `value` is read after `moment`.
  static bool isReadAfter(Value value, Operation *moment) {
    return llvm::any_of(value.getUsers(), [&](Operation *user) { return moment->isBeforeInBlock(user); });
  }

  MLIRContext context;
};

} // namespace

TEST_F(CheckArenaTest, PlansAreSound) {
  for (unsigned seed = 0; seed < 100; ++seed)
    EXPECT_TRUE(succeeded(tile::checkArena(networkOf(*plan(seed, 4 + seed % 20))))) << seed;
}

TEST_F(CheckArenaTest, SeededOverlapsAreFound) {
  ScopedDiagnosticHandler quiet(&context, [](Diagnostic &) { return success(); });
  unsigned seeded = 0;
  for (unsigned seed = 0; seed < 40; ++seed) {
    OwningOpRef<ModuleOp> module = plan(seed, 12);
    SmallVector<mn::LayerOpInterface> layers(networkOf(*module).getOps<mn::LayerOpInterface>());
    for (mn::LayerOpInterface later : layers)
      for (mn::LayerOpInterface earlier : layers) {
        mn::PlacementAttr place = later.getPlacementAttr(), taken = earlier.getPlacementAttr();
        bool isAlive = earlier->isBeforeInBlock(later) && isReadAfter(earlier->getResult(0), later);
        if (!isAlive || place.getSpace() != mn::Space::Arena || taken.getSpace() != mn::Space::Arena)
          continue;
        later.setPlacementAttr(taken);
        EXPECT_TRUE(failed(tile::checkArena(networkOf(*module)))) << seed;
        later.setPlacementAttr(place);
        ++seeded;
      }
    EXPECT_TRUE(succeeded(tile::checkArena(networkOf(*module))));
  }
  EXPECT_GT(seeded, 200u);
}
