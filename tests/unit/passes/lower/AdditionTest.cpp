// SPDX-License-Identifier: Apache-2.0
// The lines of additions against the reference evaluator, for all pairs of bytes.
#include "passes/lower/Addition.h"

#include "dialects/mn/reference/QuantizedLayers.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include "fmt/format.h"
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace {

struct Side {
  double scale;
  int64_t zeroPoint;
};

class AdditionTest : public testing::Test {
protected:
  AdditionTest() { context.loadDialect<func::FuncDialect, mn::MnDialect>(); }

  /// An addition of all pairs of bytes.
  mn::AddOp makeAddition(Side lhs, Side rhs, Side result, StringRef numerics, StringRef element = "ui8") {
    auto spell = [&](Side side) {
      return fmt::format("tensor<1x256x256x1x{}, #mn.quantization<scale = {:.9e} : f32, zero_point = {}>>",
                         element.str(), side.scale, side.zeroPoint);
    };
    std::string source = fmt::format(
        "func.func @network(%0: {0}, %1: {1}) -> {2} {{\n%2 = mn.add %0, %1 {{numerics = #mn.numerics<{3}>}} : "
        "({0}, {1}) -> {2}\nreturn %2 : {2}\n}}",
        spell(lhs), spell(rhs), spell(result), numerics.str());
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module) << source;
    return cast<mn::AddOp>((*module->getOps<func::FuncOp>().begin()).getBody().front().front());
  }

  /// Whether there is a line, which has the bits of the reference evaluator.
  bool hasRightLine(mn::AddOp op) {
    std::optional<AdditionLine> line = findAdditionLine(op);
    if (!line)
      return false;
    reference::Tensor lhs{{1, 256, 256, 1}, {}}, rhs = lhs;
    for (int pair = 0; pair < 65536; ++pair)
      lhs.values.push_back(pair / 256), rhs.values.push_back(pair % 256);
    const reference::Tensor *operands[] = {&lhs, &rhs};
    reference::Tensor expected = reference::addQuantized(op, operands);
    for (size_t pair = 0; pair < 65536; ++pair) {
      auto result = static_cast<double>(std::clamp<int64_t>(takeLine(*line, pair / 256, pair % 256), 0, 255));
      if (result != expected.values[pair]) {
        ADD_FAILURE() << pair / 256 << " and " << pair % 256 << " give " << result << ", not " << expected.values[pair];
        return true;
      }
    }
    return true;
  }

  /// As kernels take it, in words of 32 bits.
  static int64_t takeLine(const AdditionLine &line, int64_t lhs, int64_t rhs) {
    constexpr int kBits = AdditionLine::kHalfBits;
    constexpr int64_t kLower = (1 << kBits) - 1;
    int64_t low = lhs * (line.left & kLower) + rhs * (line.right & kLower) + (line.start & kLower);
    int64_t high = lhs * (line.left >> kBits) + rhs * (line.right >> kBits) + (line.start >> kBits) + (low >> kBits);
    EXPECT_LE(std::max({line.left >> kBits, line.right >> kBits}), INT16_MAX);
    EXPECT_EQ(high, static_cast<int32_t>(high));
    return high >> (line.shift - kBits);
  }

  int countLines(int count, StringRef numerics, double least, double most) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> factor(std::log(least), std::log(most));
    auto side = [&](double scale) { return Side{scale, static_cast<int64_t>(random() % 256)}; };
    int lines = 0;
    for (int index = 0; index < count; ++index) {
      double to = 0.01 + 0.001 * index;
      lines += hasRightLine(makeAddition(side(to * std::exp(factor(random))), side(to * std::exp(factor(random))),
                                         side(to), numerics))
                   ? 1
                   : 0;
    }
    return lines;
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

// Networks add tensors of about the scale of their sum.
TEST_F(AdditionTest, MostOfTwoRoundingsHaveALine) { EXPECT_GE(countLines(60, "tflm", 0.2, 2), 54); }

TEST_F(AdditionTest, AllOfXnnpackHaveALine) { EXPECT_EQ(countLines(40, "xnnpack", 0x1p-9, 0x1p+7), 40); }

TEST_F(AdditionTest, ScalesThatAreFarApart) { countLines(40, "tflm", 1e-6, 1e+6); }

TEST_F(AdditionTest, EqualScalesAndHalves) {
  for (double scale : {0.25, 0.5, 1.0, 2.0})
    for (double other : {0.5, 1.0})
      for (int64_t zero : {0, 3, 128, 255})
        hasRightLine(makeAddition({scale, zero}, {other, 255 - zero}, {1, 100}, "tflm"));
}

TEST_F(AdditionTest, BytesWithASignHaveNone) {
  EXPECT_FALSE(findAdditionLine(makeAddition({1, 0}, {1, 0}, {1, 0}, "tflm", "i8")));
}
