// SPDX-License-Identifier: Apache-2.0
// Layers of the reference without a filter, on inputs small enough to compute by hand.
#include "tests/unit/dialects/ReferenceTesting.h"

#include <cmath>

using namespace mncc::reference;

static Values activate(const std::string &op, const Values &values) {
  std::string type = "tensor<1x" + std::to_string(values.size()) + "xf32>";
  return evaluateLayer("mn." + op + " %a : (" + type + ") -> " + type, {values});
}

TEST(ReferenceLayers, Activations) {
  Values values{-4, -3, -1, 0, 1, 3, 7};
  expectNear(activate("relu", values), {0, 0, 0, 0, 1, 3, 7});
  expectNear(activate("relu6", values), {0, 0, 0, 0, 1, 3, 6});
  expectNear(activate("hard_sigmoid", values), {0, 0, 1.0 / 3, 0.5, 2.0 / 3, 1, 1});
  expectNear(activate("hard_swish", values), {0, 0, -1.0 / 3, 0, 2.0 / 3, 3, 7});
  expectNear(activate("sigmoid", {0, std::log(3.0), -std::log(3.0)}), {0.5, 0.75, 0.25});
  expectNear(activate("dropout", values), values);
  expectNear(activate("copy", values), values);
}

TEST(ReferenceLayers, BatchNorm) {
  // gamma * (x - mean) / sqrt(variance + epsilon) + beta, channel by channel.
  expectNear(evaluateLayer("mn.batch_norm %a, %b, %c, %d, %e epsilon 1.0 : (tensor<1x1x2x2xf32>, tensor<2xf32>, "
                           "tensor<2xf32>, tensor<2xf32>, tensor<2xf32>) -> tensor<1x1x2x2xf32>",
                           {{1, 2, 3, 4}, {2, -1}, {10, 0}, {1, 2}, {3, 0}}),
             {10, 0, 12, -2});
}

TEST(ReferenceLayers, Normalize) {
  expectNear(evaluateLayer("mn.normalize %a scale [0.5] offset [1.0, -1.0] : "
                           "(tensor<1x1x2x2xui8>) -> tensor<1x1x2x2xf32>",
                           {{0, 255, 2, 4}}),
             {1, 126.5, 2, 1});
}

TEST(ReferenceLayers, AddAndMulBroadcastChannels) {
  std::string image = "tensor<1x1x2x2xf32>", gate = "tensor<1x1x1x2xf32>";
  Values a{1, 2, 3, 4}, b{10, 100};
  expectNear(evaluateLayer("mn.add %a, %b activation relu6 : (" + image + ", " + image + ") -> " + image, {a, a}),
             {2, 4, 6, 6});
  expectNear(evaluateLayer("mn.add %a, %b : (" + image + ", " + gate + ") -> " + image, {a, b}), {11, 102, 13, 104});
  expectNear(evaluateLayer("mn.mul %a, %b : (" + gate + ", " + image + ") -> " + image, {b, a}), {10, 200, 30, 400});
  expectNear(
      evaluateLayer("mn.mul %a, %b activation relu : (" + image + ", " + image + ") -> " + image, {a, {-1, 1, 0, 2}}),
      {0, 2, 0, 8});
}

// Padded places are in no count: the corner of a 3x3 image under a padded 3x3 window has four places.
TEST(ReferenceLayers, AveragePoolCountsPlacesInside) {
  expectNear(evaluateLayer("mn.average_pool %a pool_size [3, 3] strides [2, 2] padding [1, 1, 1, 1] : "
                           "(tensor<1x3x3x1xf32>) -> tensor<1x2x2x1xf32>",
                           {countFrom(1, 9)}),
             {3, 4, 6, 7});
}

// A padded zero is no candidate for the largest of negative values.
TEST(ReferenceLayers, MaxPool) {
  expectNear(evaluateLayer("mn.max_pool %a pool_size [2, 1] padding [1, 0, 0, 0] : "
                           "(tensor<1x2x1x2xf32>) -> tensor<1x2x1x2xf32>",
                           {{-5, -1, -2, -3}}),
             {-5, -1, -2, -1});
}

TEST(ReferenceLayers, GlobalAveragePool) {
  expectNear(evaluateLayer("mn.global_average_pool %a : (tensor<1x2x2x2xf32>) -> tensor<1x2xf32>", {countFrom(0, 8)}),
             {3, 4});
}

TEST(ReferenceLayers, SoftmaxOfEveryPixel) {
  expectNear(
      evaluateLayer("mn.softmax %a : (tensor<1x1x2x2xf32>) -> tensor<1x1x2x2xf32>", {{0, std::log(3.0), 1000, 1000}}),
      {0.25, 0.75, 0.5, 0.5});
}

TEST(ReferenceLayers, PadReshapeFlatten) {
  expectNear(evaluateLayer("mn.pad %a padding [1, 0, 0, 2] : (tensor<1x1x2x1xf32>) -> tensor<1x2x4x1xf32>", {{5, 6}}),
             {0, 0, 0, 0, 5, 6, 0, 0});
  expectNear(evaluateLayer("mn.reshape %a : (tensor<1x2x3x1xf32>) -> tensor<1x3x1x2xf32>", {countFrom(0, 6)}),
             countFrom(0, 6));
  expectNear(evaluateLayer("mn.flatten %a : (tensor<1x2x3x1xf32>) -> tensor<1x6xf32>", {countFrom(0, 6)}),
             countFrom(0, 6));
}

TEST(ReferenceLayers, ConcatAlongEachAxis) {
  Values a{1, 2, 3, 4}, b{5, 6, 7, 8};
  auto concat = [&](const std::string &axis, const std::string &result) {
    return evaluateLayer("mn.concat %a, %b axis " + axis + " : (tensor<1x2x2x1xf32>, tensor<1x2x2x1xf32>) -> " + result,
                         {a, b});
  };
  expectNear(concat("1", "tensor<1x4x2x1xf32>"), {1, 2, 3, 4, 5, 6, 7, 8});
  expectNear(concat("2", "tensor<1x2x4x1xf32>"), {1, 2, 5, 6, 3, 4, 7, 8});
  expectNear(concat("3", "tensor<1x2x2x2xf32>"), {1, 5, 2, 6, 3, 7, 4, 8});
}

static Values resizeRow(const std::string &method, const Values &row, size_t size) {
  return evaluateLayer("mn.resize %a " + method + " : (tensor<1x1x" + std::to_string(row.size()) +
                           "x1xf32>) -> tensor<1x1x" + std::to_string(size) + "x1xf32>",
                       {row});
}

TEST(ReferenceLayers, ResizeNearest) {
  expectNear(resizeRow("nearest", {0, 10, 20}, 6), {0, 0, 10, 10, 20, 20});
  expectNear(resizeRow("nearest", {0, 10, 20, 30}, 3), {0, 10, 20});
  // Centres at 2/3, 2 and 10/3 of the input.
  expectNear(resizeRow("nearest {half_pixel_centers = true}", {0, 10, 20, 30}, 3), {0, 20, 30});
  // Places 0, 1.5 and 3, rounded away from zero.
  expectNear(resizeRow("nearest {align_corners = true}", {0, 10, 20, 30}, 3), {0, 20, 30});
}

TEST(ReferenceLayers, ResizeBilinear) {
  expectNear(resizeRow("bilinear", {0, 10}, 4), {0, 5, 10, 10});
  expectNear(resizeRow("bilinear {half_pixel_centers = true}", {0, 10}, 4), {0, 2.5, 7.5, 10});
  expectNear(resizeRow("bilinear {align_corners = true}", {0, 10}, 5), {0, 2.5, 5, 7.5, 10});
  // Rows and columns have shares of their own.
  expectNear(
      evaluateLayer("mn.resize %a bilinear {align_corners = true} : (tensor<1x2x2x1xf32>) -> tensor<1x3x3x1xf32>",
                    {{0, 10, 100, 110}}),
      {0, 5, 10, 50, 55, 60, 100, 105, 110});
}

// fc of {1, -1} is {-2, -2}.
TEST(ReferenceLayers, TheObserverSeesLayersByNameAndChangesWhatIsRead) {
  mlir::MLIRContext context;
  context.loadDialect<mncc::mn::MnDialect, mlir::func::FuncDialect>();
  auto module = mlir::parseSourceString<mlir::ModuleOp>(R"(
    func.func @network(%a: tensor<1x2xf32>) -> tensor<1x2xf32> {
      %w = mn.constant dense<[[1.0, 2.0], [3.0, 4.0]]> : tensor<2x2xf32>
      %0 = mn.fully_connected %a, %w : (tensor<1x2xf32>, tensor<2x2xf32>) -> tensor<1x2xf32> loc("fc")
      %1 = mn.relu %0 {fused = ["r1", "r2"]} : (tensor<1x2xf32>) -> tensor<1x2xf32> loc("r1")
      return %1 : tensor<1x2xf32>
    })",
                                                        &context);
  std::vector<std::string> names;
  auto network = module->lookupSymbol<mlir::func::FuncOp>("network");
  auto results = evaluate(network, {{{1, 2}, {1, -1}}}, [&](llvm::StringRef name, Tensor &tensor) {
    names.push_back(name.str());
    if (name == "fc")
      tensor.values = {3, -4};
  });
  ASSERT_TRUE(llvm::succeeded(results));
  expectNear(results->front().values, {3, 0});
  EXPECT_EQ(names, (std::vector<std::string>{"fc", "r2"}));
}

// Weights whose bytes are not there are a located error, not a crash.
TEST(ReferenceLayers, WeightsThatAreNotLoaded) {
  mlir::MLIRContext context;
  context.loadDialect<mncc::mn::MnDialect, mlir::func::FuncDialect>();
  std::string message;
  mlir::ScopedDiagnosticHandler handler(&context, [&](mlir::Diagnostic &diagnostic) { message = diagnostic.str(); });
  auto module = mlir::parseSourceString<mlir::ModuleOp>(R"(
    func.func @network() -> tensor<1x2xf32> {
      %w = mn.constant dense_resource<absent> : tensor<1x2xf32>
      return %w : tensor<1x2xf32>
    })",
                                                        &context);
  EXPECT_TRUE(llvm::failed(evaluate(module->lookupSymbol<mlir::func::FuncOp>("network"), {})));
  EXPECT_EQ(message, "expects the weights 'absent' of 8 bytes, but they are not loaded");
}
