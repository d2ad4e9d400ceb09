// SPDX-License-Identifier: Apache-2.0
// What a layer reads.
#ifndef MNCC_DIALECTS_MN_LAYERINPUTS_H
#define MNCC_DIALECTS_MN_LAYERINPUTS_H

#include "dialects/mn/Mn.h"

namespace mncc::mn {

/// The tensors that `layer` reads, each once; weights and other constants are none.
llvm::SmallVector<mlir::Value> listInputs(LayerOpInterface layer);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_LAYERINPUTS_H
