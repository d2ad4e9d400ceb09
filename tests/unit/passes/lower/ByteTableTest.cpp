// SPDX-License-Identifier: Apache-2.0
// Tables of functions of one tensor against the reference evaluator, byte by byte, in each engine's numerics.
#include "passes/lower/ByteTable.h"

#include "dialects/mn/reference/Evaluate.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

using namespace mlir;
using namespace mncc;

namespace {

class ByteTableTest : public testing::Test {
protected:
  ByteTableTest() { context.loadDialect<func::FuncDialect, mn::MnDialect>(); }

  /// A network of one layer: `op` on a vector of integers of `from`, as `type` ("i8" or "ui8"), to those of `to`.
  Operation *parseLayer(StringRef op, StringRef numerics, StringRef type, StringRef from, StringRef to) {
    auto spell = [&](StringRef quantization) {
      return ("tensor<1x1x" + type + ", #mn.quantization<" + quantization + ">>").str();
    };
    std::string source = "func.func @network(%input: " + spell(from) + ") -> " + spell(to) + " {\n%0 = mn." + op.str() +
                         " %input {numerics = #mn.numerics<" + numerics.str() + ">} : (" + spell(from) + ") -> " +
                         spell(to) + "\nreturn %0 : " + spell(to) + "\n}";
    module = parseSourceString<ModuleOp>(source, &context);
    if (!module)
      return nullptr;
    network = *module->getOps<func::FuncOp>().begin();
    return &network.getBody().front().front();
  }

  /// Compares all results of the layer that was parsed last.
  void expectReferenceResults(Operation *layer, bool isUnsigned) {
    ASSERT_TRUE(lower::looksUp(layer));
    std::array<char, 256> table = lower::makeByteTable(layer);
    for (int byte = 0; byte < 256; ++byte) {
      double input = isUnsigned ? byte : static_cast<int8_t>(byte);
      auto results = reference::evaluate(network, reference::Tensor{{1, 1}, {input}});
      ASSERT_TRUE(succeeded(results));
      int found = isUnsigned ? static_cast<uint8_t>(table[byte]) : static_cast<int8_t>(table[byte]);
      ASSERT_EQ(found, results->front().values.front()) << "of " << input;
    }
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  func::FuncOp network;
};

constexpr const char *kEngines[] = {"tflm", "litert", "xnnpack", "fast"};

} // namespace

TEST_F(ByteTableTest, ClampsAndRescalesAreThoseOfTheReference) {
  for (const char *engine : kEngines)
    for (const char *op : {"relu", "relu6", "hard_swish", "quantize"})
      for (const char *to : {"scale = 0.0235 : f32, zero_point = -128", "scale = 0.3 : f32, zero_point = 17",
                             "scale = 0.0625 : f32, zero_point = 127"}) {
        SCOPED_TRACE(std::string(op) + " of " + engine + " to " + to);
        Operation *layer = parseLayer(op, engine, "i8", "scale = 0.0625 : f32, zero_point = -3", to);
        ASSERT_TRUE(layer);
        expectReferenceResults(layer, false);
      }
}

TEST_F(ByteTableTest, SigmoidHasTheScaleOfProbabilities) {
  for (const char *engine : kEngines)
    for (const char *from : {"scale = 0.05 : f32, zero_point = 10", "scale = 0.0001 : f32, zero_point = -128",
                             "scale = 1.5 : f32, zero_point = 127"}) {
      SCOPED_TRACE(std::string(engine) + " from " + from);
      Operation *layer = parseLayer("sigmoid", engine, "i8", from, "scale = 3.906250e-03 : f32, zero_point = -128");
      ASSERT_TRUE(layer);
      expectReferenceResults(layer, false);
    }
}

TEST_F(ByteTableTest, BytesWithoutASignHaveTheirOwnPlaces) {
  Operation *layer =
      parseLayer("relu6", "tflm", "ui8", "scale = 0.1 : f32, zero_point = 128", "scale = 0.05 : f32, zero_point = 7");
  ASSERT_TRUE(layer);
  expectReferenceResults(layer, true);
}

TEST_F(ByteTableTest, ConcatsHaveATableForEachOperandOfAnotherScale) {
  module = parseSourceString<ModuleOp>(R"(
    !near = tensor<1x1xui8, #mn.quantization<scale = 0.04 : f32, zero_point = 7>>
    !far = tensor<1x1xui8, #mn.quantization<scale = 0.09 : f32, zero_point = 200>>
    !both = tensor<1x3xui8, #mn.quantization<scale = 0.06 : f32, zero_point = 128>>
    !same = tensor<1x1xui8, #mn.quantization<scale = 0.06 : f32, zero_point = 128>>
    func.func @network(%near: !near, %same: !same, %far: !far) -> !both {
      %0 = mn.concat %near, %same, %far axis 1 : (!near, !same, !far) -> !both
      return %0 : !both
    })",
                                       &context);
  ASSERT_TRUE(module);
  network = *module->getOps<func::FuncOp>().begin();
  auto concat = cast<mn::ConcatOp>(network.getBody().front().front());
  std::vector<char> tables = lower::makeConcatTables(concat);
  ASSERT_EQ(tables.size(), 512U);
  EXPECT_EQ(lower::countConcatTableBytes(concat), 512);
  for (int byte = 0; byte < 256; ++byte) {
    reference::Tensor input{{1, 1}, {static_cast<double>(byte)}};
    auto results = reference::evaluate(network, {input, input, input});
    ASSERT_TRUE(succeeded(results));
    const std::vector<double> &wanted = results->front().values;
    ASSERT_EQ(static_cast<uint8_t>(tables[byte]), wanted[0]) << "of " << byte;
    ASSERT_EQ(byte, wanted[1]);
    ASSERT_EQ(static_cast<uint8_t>(tables[256 + byte]), wanted[2]) << "of " << byte;
  }
}

TEST_F(ByteTableTest, WhatOnlyChangesItsTypeHasNoTable) {
  Operation *layer =
      parseLayer("quantize", "tflm", "i8", "scale = 0.1 : f32, zero_point = 5", "scale = 0.1 : f32, zero_point = 5");
  ASSERT_TRUE(layer);
  EXPECT_FALSE(lower::looksUp(layer));
  EXPECT_TRUE(lower::walksMemory(layer));
}
