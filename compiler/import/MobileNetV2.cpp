// SPDX-License-Identifier: Apache-2.0
// MobileNetV2: Inverted Residuals and Linear Bottlenecks (Sandler et al. 2018, arXiv 1801.04381).
#include "compiler/import/ExpandArchitecture.h"
#include "compiler/import/InvertedResidual.h"

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::LogicalResult;
using llvm::success;

namespace {

/// A row of table 2: `repeats` blocks, of which the first has the strides.
struct Row {
  InvertedResidual block;
  int64_t repeats = 1;
};

} // namespace

/// Table 2 of the paper.
static std::vector<Row> getPaperRows(const SourceLocation &location) {
  struct Numbers {
    double expansion;
    int64_t filters, repeats, stride;
  };
  constexpr Numbers kTable[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};
  std::vector<Row> rows;
  for (const Numbers &numbers : kTable) {
    Row &row = rows.emplace_back();
    row.block.expansion = numbers.expansion;
    row.block.filters = numbers.filters;
    row.block.strides = {numbers.stride, numbers.stride};
    row.block.location = location;
    row.repeats = numbers.repeats;
  }
  return rows;
}

static Row readRow(const JsonValue &value, Diagnostics &diagnostics) {
  Row row;
  row.block.location = value.location;
  JsonFields fields(value, "a block", diagnostics);
  readExpansion(fields, row.block, diagnostics);
  fields.readInteger("filters", row.block.filters, {1, kLargestDimension}, Presence::Required);
  fields.readPair("strides", row.block.strides, {1, kLargestWindow});
  fields.readInteger("repeats", row.repeats, {1, 100});
  (void)fields.finish();
  return row;
}

LogicalResult mncc::expandMobileNetV2(JsonFields &fields, Description &description, const JsonValue &architecture,
                                      Diagnostics &diagnostics) {
  ArchitectureFields common;
  common.classifier.dropout = 0.2;
  common.read(fields, diagnostics);
  int64_t stem = 32, head = 1280;
  fields.readInteger("stem_filters", stem, {1, kLargestDimension});
  fields.readInteger("head_filters", head, {1, kLargestDimension});
  std::vector<Row> rows;
  if (!readBlocks(fields, [&](const JsonValue &item) { rows.push_back(readRow(item, diagnostics)); }, diagnostics))
    rows = getPaperRows(architecture.location);
  if (failed(fields.finish()))
    return failure();
  // The input may be missing; then it is reported after this.
  if (description.inputs.empty())
    return success();
  const SourceLocation &location = architecture.location;
  InvertedResidualBuilder builder(common, description);
  builder.appendStem(stem, Activation::Relu6, location);
  for (Row &row : rows)
    for (int64_t i = 0; i < row.repeats; ++i, row.block.strides = {1, 1})
      builder.appendBlock(row.block);
  // Section 6.1: a width multiplier below 1 leaves the last convolution as it is.
  builder.appendPointwise("head", common.widthMultiplier > 1 ? builder.scale(head) : head, Activation::Relu6, location);
  builder.getLayers().append("pool", LayerOp::GlobalAveragePool, location);
  builder.getLayers().appendClassifier(common.classifier, location);
  return success();
}
