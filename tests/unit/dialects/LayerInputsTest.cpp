// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/LayerInputs.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mncc::mn;

TEST(LayerInputs, AreTensorsWithoutWeightsEachOnce) {
  MLIRContext context;
  context.loadDialect<MnDialect, func::FuncDialect>();
  OwningOpRef<ModuleOp> module = parseSourceString<ModuleOp>(R"(
    func.func @network(%x: tensor<1x2x2x4xf32>, %argument: tensor<1x1x4x4xf32>) -> tensor<1x2x2x4xf32> {
      %constant = mn.constant dense<1.0> : tensor<4xf32>
      %0 = mn.pointwise_conv2d %x, %argument bias(%constant) : (tensor<1x2x2x4xf32>, tensor<1x1x4x4xf32>, tensor<4xf32>) -> tensor<1x2x2x4xf32>
      %1 = mn.add %0, %x : (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
      %2 = mn.add %1, %1 : (tensor<1x2x2x4xf32>, tensor<1x2x2x4xf32>) -> tensor<1x2x2x4xf32>
      return %2 : tensor<1x2x2x4xf32>
    })",
                                                             &context);
  ASSERT_TRUE(module);
  auto network = *module->getOps<func::FuncOp>().begin();
  SmallVector<LayerOpInterface> layers(network.getOps<LayerOpInterface>());
  ASSERT_EQ(layers.size(), 3u);
  Value x = network.getArgument(0);
  EXPECT_EQ(listInputs(layers[0]), SmallVector<Value>({x}));
  EXPECT_EQ(listInputs(layers[1]), SmallVector<Value>({layers[0]->getResult(0), x}));
  EXPECT_EQ(listInputs(layers[2]), SmallVector<Value>({layers[1]->getResult(0)}));
}
