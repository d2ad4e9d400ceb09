// SPDX-License-Identifier: Apache-2.0
// How rows multiply integers: what their column says, which layers it holds for, and where weights stand in a group.
#include "passes/lower/IntegerForm.h"

#include "mlir/AsmParser/AsmParser.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>

#include <set>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;
using Product = IntegerForm::Product;

namespace {

class IntegerFormTest : public testing::Test {
protected:
  IntegerFormTest() { context.loadDialect<func::FuncDialect, mn::MnDialect>(); }

  std::string spellTarget(StringRef arch, StringRef product, int lanes) {
    return ("#mn.target<{arch = \"" + arch + "\", vector_bits = " + std::to_string(lanes * 32) +
            " : i64, int8_product = \"" + product + "\"}>")
        .str();
  }

  IntegerForm getRowForm(StringRef arch, StringRef product) {
    return getIntegerForm(cast<mn::TargetAttr>(parseAttribute(spellTarget(arch, product, 8), &context)));
  }

  /// The form of `op`, a layer of 1x1 or depthwise from `channels` to as many, of `side` x `side` pixels.
  IntegerForm getLayerForm(StringRef target, StringRef op, int64_t channels, int64_t side, StringRef zeroPoint = "") {
    std::string image = "tensor<1x" + std::to_string(side) + "x" + std::to_string(side) + "x" +
                        std::to_string(channels) + "xi8, #mn.quantization<scale = 0.1 : f32, zero_point = 0>>";
    std::string inputs = op == "pointwise_conv2d" ? std::to_string(channels) + "x" + std::to_string(channels)
                                                  : std::to_string(channels) + "x1";
    std::string filter = "tensor<1x1x" + inputs + "xi8>";
    std::string source = "module attributes {mn.target = " + target.str() + "} { func.func @network(%0: " + image +
                         ", %f: " + filter + ", %s: tensor<1xf32>) -> " + image + " {\n%1 = mn." + op.str() +
                         " %0, %f scales(%s) " + zeroPoint.str() + " : (" + image + ", " + filter +
                         ", tensor<1xf32>) -> " + image + "\nreturn %1 : " + image + "\n} }";
    module = parseSourceString<ModuleOp>(source, &context);
    EXPECT_TRUE(module) << source;
    return getIntegerForm(&(*module->getOps<func::FuncOp>().begin()).getBody().front().front());
  }

  MLIRContext context;
  OwningOpRef<ModuleOp> module;
};

} // namespace

TEST_F(IntegerFormTest, RowsSayWhatTheyMultiply) {
  struct Row {
    const char *arch, *name;
    Product product;
    int64_t group;
    bool isUnsigned;
  };
  for (const Row &row :
       {Row{"x86_64", "pmaddwd", Product::Pairs, 4, true}, Row{"x86_64", "vpdpbusd", Product::UnsignedQuads, 4, true},
        Row{"x86_64", "widened", Product::Widened, 1, true}, Row{"aarch64", "widened", Product::Widened, 1, false},
        Row{"aarch64", "sdot", Product::SignedQuads, 4, false}, Row{"aarch64", "smmla", Product::Matrices, 16, false},
        Row{"aarch64", "smull", Product::Sixteens, 16, false}}) {
    SCOPED_TRACE(row.name);
    IntegerForm form = getRowForm(row.arch, row.name);
    EXPECT_EQ(form.product, row.product);
    EXPECT_EQ(form.group, row.group);
    EXPECT_EQ(form.isUnsigned, row.isUnsigned);
  }
}

TEST_F(IntegerFormTest, GroupsOfSixteenNeedWholeRegistersOfAPixel) {
  std::string smmla = spellTarget("aarch64", "smmla", 4), smull = spellTarget("aarch64", "smull", 4);
  EXPECT_EQ(getLayerForm(smmla, "pointwise_conv2d", 32, 4).product, Product::Matrices);
  EXPECT_EQ(getLayerForm(smmla, "pointwise_conv2d", 32, 1).product, Product::SignedQuads) << "one pixel";
  EXPECT_EQ(getLayerForm(smmla, "pointwise_conv2d", 8, 4).product, Product::SignedQuads) << "few channels";
  EXPECT_EQ(getLayerForm(smmla, "depthwise_conv2d", 32, 4).product, Product::SignedQuads);
  EXPECT_EQ(getLayerForm(smull, "pointwise_conv2d", 32, 1).product, Product::Sixteens);
  EXPECT_EQ(getLayerForm(smull, "pointwise_conv2d", 8, 4).product, Product::Widened);
  EXPECT_EQ(getLayerForm(smull, "depthwise_conv2d", 32, 4).product, Product::Widened);
}

TEST_F(IntegerFormTest, InputsOfPairsAreWidenedFirstWhereTheyAreFewAndWhole) {
  std::string avx2 = spellTarget("x86_64", "pmaddwd", 8), sse = spellTarget("x86_64", "pmaddwd", 4);
  EXPECT_TRUE(getLayerForm(avx2, "pointwise_conv2d", 1024, 4).widensFirst);
  EXPECT_FALSE(getLayerForm(sse, "pointwise_conv2d", 1024, 4).widensFirst);
  EXPECT_FALSE(getLayerForm(avx2, "pointwise_conv2d", 1028, 4).widensFirst) << "too many channels";
  EXPECT_FALSE(getLayerForm(avx2, "pointwise_conv2d", 30, 4).widensFirst) << "no whole groups";
  EXPECT_FALSE(getLayerForm(avx2, "pointwise_conv2d", 32, 4, "filter_zero_point 5").widensFirst);
  EXPECT_FALSE(getLayerForm(avx2, "depthwise_conv2d", 32, 4).widensFirst);
  EXPECT_FALSE(getLayerForm(spellTarget("x86_64", "vpdpbusd", 8), "pointwise_conv2d", 32, 4).widensFirst);
}

TEST(IntegerGroup, EachWeightHasItsOwnPlace) {
  constexpr int64_t kLanes = 4;
  for (IntegerForm form : {IntegerForm{Product::Widened, 1, false}, IntegerForm{Product::Pairs, 4, true},
                           IntegerForm{Product::SignedQuads, 4, false}, IntegerForm{Product::Matrices, 16, false}}) {
    std::set<int64_t> places;
    for (int64_t lane = 0; lane < kLanes; ++lane)
      for (int64_t element = 0; element < form.group; ++element)
        places.insert(form.placeInGroup(element, lane, kLanes));
    EXPECT_EQ(static_cast<int64_t>(places.size()), kLanes * form.group);
    EXPECT_EQ(*places.begin(), 0);
    EXPECT_EQ(*places.rbegin(), kLanes * form.group - 1);
  }
}

TEST(IntegerGroup, PairsAreOfEveryOtherChannelAndMatricesOfEight) {
  IntegerForm pairs{Product::Pairs, 4, true}, matrices{Product::Matrices, 16, false};
  EXPECT_EQ(pairs.placeInGroup(2, 0, 4), 1) << "the even bytes of a word";
  EXPECT_EQ(pairs.placeInGroup(1, 0, 4), 8) << "behind the even bytes of all lanes";
  EXPECT_EQ(pairs.placeInGroup(3, 1, 4), 11);
  EXPECT_EQ(matrices.placeInGroup(7, 1, 4), 15);
  EXPECT_EQ(matrices.placeInGroup(8, 1, 4), 40) << "behind the first halves of all lanes";
}
