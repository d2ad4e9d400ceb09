// SPDX-License-Identifier: Apache-2.0
// The passes of mncc in running order: the table of contents of the compiler. Each entry ends with what is true
// afterwards.
#ifndef MNCC_PASSES_PASSES_TD
#define MNCC_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

// ---- fuse --------------------------------------------------------------------------------------------------------

def FoldPaddingPass : Pass<"fold-padding", "::mlir::func::FuncOp"> {
  let summary = "Fold free padding into the convolution or pooling after it";
  let description = [{
    Keras writes a stride-2 convolution as `ZeroPadding2D(((0,1),(0,1)))` followed by a `valid` convolution; the taps on
    the padding are skipped instead of multiplied by zero.
    Afterwards: no `mn.pad` feeds only convolutions.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

// ---- tile --------------------------------------------------------------------------------------------------------

// ---- lower -------------------------------------------------------------------------------------------------------

def PackWeightsPass : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "Lay the constants of all layers out in the order in which their kernels read them";
  let description = [{
    Afterwards: the module's `mn.weights` holds every packed layer at a multiple of 64 bytes, and each layer's `packed`
    says where.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def LowerToKernelsPass : Pass<"lower-to-kernels", "::mlir::ModuleOp"> {
  let summary = "Turn each layer into a call of a kernel, and each distinct kernel into a function";
  let description = [{
    Layouts, placements and schedules become loops and addresses. Layers whose kernels have the same text share one.
    Afterwards: `@network` is a list of `mn.call`s, kernels are `scf`, `memref`, `vector` and `arith`, and no tensor is
    left.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect", "::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

#endif // MNCC_PASSES_PASSES_TD
