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

/// Copies of a loop's body. Schedules ask for 32 at most; more comes from a hand in a dump, and a compiler without end.
static constexpr int64_t kMostCopies = 256;

static LogicalResult refuseCopies(scf::ForOp loop, uint64_t copies) {
  return loop.emitError() << "expects 'mn.unroll' to make at most " << kMostCopies << " copies, found " << copies;
}

/// Unrolls `loop` as its attribute says: unit for fully, an integer for a factor.
static LogicalResult unroll(scf::ForOp loop) {
  Attribute how = loop->removeAttr(kUnrollAttr);
  if (isa<UnitAttr>(how)) {
    std::optional<llvm::APInt> count = loop.getStaticTripCount();
    if (!count)
      return loop.emitError() << "expects constant bounds where 'mn.unroll' asks for full unrolling";
    if (count->ugt(kMostCopies))
      return refuseCopies(loop, count->getLimitedValue());
    return loopUnrollFull(loop);
  }
  auto factor = dyn_cast<IntegerAttr>(how);
  if (!factor || factor.getInt() < 1)
    return loop.emitError() << "expects 'mn.unroll' to be a unit or a positive integer, found " << how;
  if (factor.getInt() > kMostCopies)
    return refuseCopies(loop, factor.getInt());
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
