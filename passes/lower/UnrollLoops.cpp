// SPDX-License-Identifier: Apache-2.0
// Kernels are written rolled, once for both printers. Machine code wants its
// accumulators in registers, and those have no index: on the LLVM path the
// loops over them become straight-line code here.
#include "passes/Passes.h"

#include "mlir/Dialect/SCF/Utils/Utils.h"

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_UNROLLLOOPSPASS
#include "passes/Passes.h.inc"
} // namespace mncc

static constexpr llvm::StringLiteral kUnrollAttr = "mn.unroll";

/// Unrolls `loop` as its attribute says: unit for fully, an integer for a
/// factor.
static LogicalResult unroll(scf::ForOp loop) {
  Attribute how = loop->removeAttr(kUnrollAttr);
  if (isa<UnitAttr>(how)) {
    if (!loop.getStaticTripCount())
      return loop.emitError() << "expects constant bounds where 'mn.unroll' "
                                 "asks for full unrolling";
    return loopUnrollFull(loop);
  }
  auto factor = dyn_cast<IntegerAttr>(how);
  if (!factor || factor.getInt() < 1)
    return loop.emitError() << "expects 'mn.unroll' to be a unit or a positive integer, found " << how;
  return failure(factor.getInt() > 1 && failed(loopUnrollByFactor(loop, factor.getInt())));
}

namespace {

struct UnrollLoops : mncc::impl::UnrollLoopsPassBase<UnrollLoops> {
  void runOnOperation() override {
    // Post-order: a loop is copied after the loops in it have gone.
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) {
      if (loop->hasAttr(kUnrollAttr))
        loops.push_back(loop);
    });
    for (scf::ForOp loop : loops)
      if (failed(unroll(loop)))
        return signalPassFailure();
  }
};

} // namespace
