// SPDX-License-Identifier: Apache-2.0
// A pass that is not in Passes.td: the table belongs to the compiler, which passes do not know.
#include "compiler/targets/SetTarget.h"

#include "compiler/targets/Targets.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"

using namespace mlir;

namespace {

struct SetTarget : PassWrapper<SetTarget, OperationPass<ModuleOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(SetTarget)

  SetTarget() = default;
  SetTarget(const SetTarget &other) : PassWrapper(other) {}

  StringRef getArgument() const override { return "set-target"; }
  StringRef getDescription() const override { return "Write a row of the target table on the module"; }
  void getDependentDialects(DialectRegistry &registry) const override { registry.insert<mncc::mn::MnDialect>(); }

  void runOnOperation() override {
    mncc::Diagnostics diagnostics;
    auto target = mncc::lookupTarget(&getContext(), {triple, cpu, file}, diagnostics);
    if (failed(target)) {
      InFlightDiagnostic error = getOperation().emitError() << diagnostics.all().front().message;
      for (const mncc::DiagnosticNote &note : diagnostics.all().front().notes)
        error.attachNote() << note.message;
      return signalPassFailure();
    }
    getOperation()->setAttr(mncc::mn::kTargetAttr, *target);
  }

  Option<std::string> triple{*this, "triple", llvm::cl::desc("A triple; empty for this machine's")};
  Option<std::string> cpu{*this, "cpu", llvm::cl::desc("A row of the table"), llvm::cl::init("native")};
  Option<std::string> file{*this, "file", llvm::cl::desc("A JSON file with more rows")};
};

} // namespace

void mncc::registerSetTargetPass() { PassRegistration<SetTarget>(); }
