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

#endif // MNCC_PASSES_PASSES_TD
