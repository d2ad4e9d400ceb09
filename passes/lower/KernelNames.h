// SPDX-License-Identifier: Apache-2.0
// The names of kernels: `<model>_<kind>_<tile>_<sizes>_<type>`.
#ifndef MNCC_PASSES_LOWER_KERNELNAMES_H
#define MNCC_PASSES_LOWER_KERNELNAMES_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// The name of the kernel of `layer` in `model`, or of the function that runs the chain `layer`: equal for kernels that
/// differ in little else than constants, so a name may have to be told apart by a number.
std::string nameKernel(llvm::StringRef model, mn::LayerOpInterface layer);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELNAMES_H
