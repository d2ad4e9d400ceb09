// SPDX-License-Identifier: Apache-2.0
// Networks as text, evaluated by the reference.
#ifndef MNCC_TESTS_UNIT_DIALECTS_REFERENCETESTING_H
#define MNCC_TESTS_UNIT_DIALECTS_REFERENCETESTING_H

#include "dialects/mn/reference/Evaluate.h"

#include "mlir/Parser/Parser.h"

#include <gtest/gtest.h>
#include <numeric>

namespace mncc::reference {

using Values = std::vector<double>;

/// first, first + 1, … of `count` values.
inline Values countFrom(double first, size_t count) {
  Values values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

/// The result of the one op `layer`, say "mn.relu %a" with its types after a colon; its operands are `%a`, `%b`, … and
/// hold `operands` in that order.
inline Values evaluateLayer(const std::string &layer, const std::vector<Values> &operands) {
  mlir::MLIRContext context;
  context.loadDialect<mn::MnDialect, mlir::func::FuncDialect>();
  llvm::StringRef text(layer);
  auto [parameters, result] = text.rsplit(" -> ");
  llvm::SmallVector<llvm::StringRef> types;
  // Types have commas of their own.
  parameters.rsplit("(tensor").second.drop_back().split(types, ", tensor");
  std::string arguments;
  for (size_t i = 0; i < types.size(); ++i)
    arguments += (i ? ", %" : "%") + std::string(1, char('a' + i)) + ": tensor" + types[i].str();
  auto module = mlir::parseSourceString<mlir::ModuleOp>("func.func @network(" + arguments + ") -> " + result.str() +
                                                            " { %r = " + layer + " return %r : " + result.str() + " }",
                                                        &context);
  if (!module || types.size() != operands.size()) {
    ADD_FAILURE() << "cannot parse " << layer;
    return {};
  }
  auto network = module->lookupSymbol<mlir::func::FuncOp>("network");
  std::vector<Tensor> tensors;
  for (auto [type, values] : llvm::zip(network.getArgumentTypes(), operands)) {
    auto shape = llvm::cast<mlir::ShapedType>(type);
    EXPECT_EQ(size_t(shape.getNumElements()), values.size()) << layer;
    tensors.push_back({shape.getShape().vec(), values});
  }
  auto results = evaluate(network, tensors);
  EXPECT_TRUE(llvm::succeeded(results));
  return llvm::succeeded(results) ? results->front().values : Values();
}

inline void expectNear(const Values &actual, const Values &expected, double tolerance = 1e-12) {
  ASSERT_EQ(actual.size(), expected.size());
  for (size_t i = 0; i < actual.size(); ++i)
    EXPECT_NEAR(actual[i], expected[i], tolerance) << "at " << i;
}

} // namespace mncc::reference

#endif // MNCC_TESTS_UNIT_DIALECTS_REFERENCETESTING_H
