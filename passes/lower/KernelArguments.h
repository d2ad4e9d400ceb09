// SPDX-License-Identifier: Apache-2.0
// What a kernel is called with.
#ifndef MNCC_PASSES_LOWER_KERNELARGUMENTS_H
#define MNCC_PASSES_LOWER_KERNELARGUMENTS_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// One argument of a kernel: its name, shape and type, and the address that the call passes.
struct Argument {
  std::string name;
  BufferShape shape;
  mlir::MemRefType type;
  mn::BufferAttr address;
};
using Arguments = llvm::SmallVector<Argument>;

/// The arguments of the kernel of `layer`, which has a placement and packed constants, in the order of Kernels.h:
/// tensors, packed constants, result. Two may have one address.
Arguments collectArguments(mn::LayerOpInterface layer);

/// The arguments of all kernels of `chain`, layer by layer, with names that tell the layers apart; the last is the
/// chain's result.
Arguments collectArguments(mn::FusedOp chain);

/// Pointers of a kernel never alias, so what has the address of a later argument is left out: a layer that works in
/// place passes its buffer once, as its result.
Arguments keepDistinct(llvm::ArrayRef<Argument> arguments);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELARGUMENTS_H
