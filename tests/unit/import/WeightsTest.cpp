// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Weights.h"
#include "tests/unit/import/ImportTesting.h"

#include <cmath>
#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

namespace {

/// A network of four parameters, and a file to match with it.
class WeightsTest : public testing::Test {
protected:
  void SetUp() override {
    auto loaded = loadText(describe(R"({"name": "conv", "op": "conv2d", "filters": 4, "kernel_size": 2},
      {"name": "bn", "op": "batch_norm", "scale": false},
      {"name": "dw", "op": "depthwise_conv2d", "kernel_size": 2, "depth_multiplier": 2, "use_bias": false})",
                                    "[4, 4, 1]"),
                           diagnostics);
    ASSERT_TRUE(succeeded(loaded)) << diagnostics.render();
    checked = std::move(*loaded);
    auto listed = listParameters(checked.description, checked.shapes, diagnostics);
    ASSERT_TRUE(succeeded(listed));
    parameters = std::move(*listed);
    for (const Parameter &parameter : parameters)
      tensors.push_back({parameter.tensor, DType::F32, parameter.shape,
                         asBytes(llvm::ArrayRef(pool).take_front(countElements(parameter.shape)))});
  }

  TensorView &tensor(const std::string &name) {
    for (TensorView &view : tensors)
      if (view.name == name)
        return view;
    ADD_FAILURE() << name;
    return tensors.front();
  }

  llvm::FailureOr<Weights> match() {
    auto file =
        SafetensorsFile::parse(llvm::MemoryBuffer::getMemBufferCopy(serializeSafetensors(tensors)), "w", diagnostics);
    EXPECT_TRUE(succeeded(file)) << diagnostics.render();
    return Weights::match(std::move(*file), parameters, checked.shapes, diagnostics);
  }

  /// The message of the one error of matching, and the place.
  std::string firstError() {
    EXPECT_TRUE(failed(match()));
    EXPECT_EQ(diagnostics.countErrors(), 1u);
    return diagnostics.all().front().location.text() + ": " + diagnostics.all().front().message;
  }

  Diagnostics diagnostics;
  CheckedDescription checked;
  std::vector<Parameter> parameters;
  std::vector<TensorView> tensors;
  std::vector<float> pool = std::vector<float>(64, 0.5f);
};

} // namespace

TEST_F(WeightsTest, NamesAndShapes) {
  std::string text;
  for (const Parameter &parameter : parameters)
    text += parameter.tensor + formatShape(parameter.shape) + " ";
  EXPECT_EQ(text, "conv/kernel[2, 2, 1, 4] conv/bias[4] bn/beta[4] bn/mean[4] bn/variance[4] dw/kernel[2, 2, 4, 2] ");
}

TEST_F(WeightsTest, Match) {
  std::vector<uint16_t> halves = {0x3c00, 0xc000, 0, 0x3800};
  tensor("conv/bias") = {"conv/bias", DType::F16, {4}, asBytes<uint16_t>(halves)};
  auto weights = match();
  ASSERT_TRUE(succeeded(weights)) << diagnostics.render();
  EXPECT_EQ(weights->find("conv/bias"), llvm::ArrayRef<float>({1, -2, 0, 0.5f}));
  EXPECT_EQ(weights->find("dw/kernel").size(), 32u);
  EXPECT_TRUE(weights->find("dw/bias").empty());
}

TEST_F(WeightsTest, Missing) {
  tensor("conv/kernel").name = "conv/kernels";
  EXPECT_EQ(
      firstError(),
      "m.json:3:10: 'conv' expects the tensor 'conv/kernel' of shape [2, 2, 1, 4], but 'w' has none of that name");
  EXPECT_EQ(diagnostics.all().front().notes[0].message, "did you mean 'conv/kernels'?");
}

TEST_F(WeightsTest, Spare) {
  tensors.push_back({"fc/kernel", DType::F32, {1}, asBytes(llvm::ArrayRef(pool).take_front(1))});
  EXPECT_EQ(firstError(), "w: tensor 'fc/kernel' belongs to no layer of the description");
}

TEST_F(WeightsTest, Misshapen) {
  tensor("conv/kernel").shape = {2, 2, 4, 1};
  EXPECT_EQ(firstError(),
            "m.json:3:10: 'conv' expects the tensor 'conv/kernel' of shape [2, 2, 1, 4], but in 'w' it has "
            "shape [2, 2, 4, 1]");
}

TEST_F(WeightsTest, OtherInputChannels) {
  tensor("conv/kernel") = {"conv/kernel", DType::F32, {2, 2, 2, 4}, asBytes(llvm::ArrayRef(pool).take_front(32))};
  EXPECT_EQ(firstError(), "m.json:3:10: 'conv' expects 2 input channels, but its input 'input' has 1");
}

TEST_F(WeightsTest, WrongType) {
  std::vector<uint8_t> bytes(4);
  tensor("conv/bias") = {"conv/bias", DType::U8, {4}, bytes};
  EXPECT_EQ(firstError(), "w: tensor 'conv/bias' expects the type F32, F16 or BF16, found U8");
}

TEST_F(WeightsTest, NotFinite) {
  pool[3] = INFINITY;
  EXPECT_EQ(firstError(), "w: tensor 'conv/kernel' expects finite values, found Infinity at [0, 0, 0, 3]");
}

TEST_F(WeightsTest, RandomIsTheSameEverywhere) {
  Weights weights = Weights::makeRandom(parameters, 7);
  llvm::ArrayRef<float> kernel = weights.find("conv/kernel");
  ASSERT_EQ(kernel.size(), 16u);
  EXPECT_EQ(kernel, Weights::makeRandom(parameters, 7).find("conv/kernel"));
  EXPECT_NE(kernel, Weights::makeRandom(parameters, 8).find("conv/kernel"));
  for (float value : kernel)
    EXPECT_LE(std::abs(value), std::sqrt(6.0f / 4));
  for (float value : weights.find("bn/variance"))
    EXPECT_GT(value, 0.7f);
}

TEST(RandomWeights, Seeds) {
  Diagnostics diagnostics;
  EXPECT_EQ(*parseRandomSeed("random:18446744073709551615", diagnostics), ~uint64_t(0));
  EXPECT_EQ(*parseRandomSeed("w.safetensors", diagnostics), std::nullopt);
  EXPECT_TRUE(failed(parseRandomSeed("random:x", diagnostics)));
  EXPECT_EQ(diagnostics.all().front().message, "expected a decimal seed after 'random:', found 'x'");
}
