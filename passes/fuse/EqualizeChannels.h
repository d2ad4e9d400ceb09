// SPDX-License-Identifier: Apache-2.0
// What the pass equalize-channels reads off a function.
#ifndef MNCC_PASSES_FUSE_EQUALIZECHANNELS_H
#define MNCC_PASSES_FUSE_EQUALIZECHANNELS_H

#include "llvm/ADT/StringRef.h"

namespace mncc {

/// Attribute of the network's function (dictionary): the largest magnitude of each channel of tensors by their names,
/// as `array<f64: …>`.
inline constexpr llvm::StringLiteral kMagnitudesAttr = "mn.magnitudes";

} // namespace mncc

#endif // MNCC_PASSES_FUSE_EQUALIZECHANNELS_H
