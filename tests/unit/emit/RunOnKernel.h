// SPDX-License-Identifier: Apache-2.0
// What the tests of our LLVM passes share: one pass on one function, written as text.
#ifndef MNCC_TESTS_UNIT_EMIT_RUNONKERNEL_H
#define MNCC_TESTS_UNIT_EMIT_RUNONKERNEL_H

#include "llvm/AsmParser/Parser.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/SourceMgr.h"

#include <gtest/gtest.h>

namespace mncc {

/// Runs `pass` on the function `kernel` of the module in `text`, expects that what it leaves is valid, and returns what
/// `count` makes of it.
template <typename Pass, typename Count> auto runOnKernel(const std::string &text, Pass pass, Count count) {
  llvm::LLVMContext context;
  llvm::SMDiagnostic error;
  std::unique_ptr<llvm::Module> module = llvm::parseAssemblyString(text, error, context);
  EXPECT_TRUE(module) << error.getMessage().str();
  llvm::PassBuilder passes;
  llvm::FunctionAnalysisManager functions;
  passes.registerFunctionAnalyses(functions);
  llvm::Function &kernel = *module->getFunction("kernel");
  pass.run(kernel, functions);
  EXPECT_FALSE(llvm::verifyFunction(kernel, &llvm::errs()));
  return count(kernel);
}

} // namespace mncc

#endif // MNCC_TESTS_UNIT_EMIT_RUNONKERNEL_H
