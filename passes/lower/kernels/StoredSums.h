// SPDX-License-Identifier: Apache-2.0
// Sums that leave their registers for memory, so that one loop finishes them all: straight-line code for each would be
// most of a kernel.
#ifndef MNCC_PASSES_LOWER_KERNELS_STOREDSUMS_H
#define MNCC_PASSES_LOWER_KERNELS_STOREDSUMS_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// An array of words in the frame of a kernel, aligned to lines of the cache.
class StoredSums {
public:
  /// `count` words, made at the start of the kernel that `b` writes.
  StoredSums(KernelBuilder &b, int64_t count);
  /// Puts a vector of i32 at word `place`.
  void set(mlir::Value sum, mlir::Value place);
  /// The `lanes` words from `place` on.
  mlir::Value get(mlir::Value place, int64_t lanes);

private:
  KernelBuilder &b;
  /// The words, and the first one on a line.
  mlir::Value words, start;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_STOREDSUMS_H
