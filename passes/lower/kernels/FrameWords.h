// SPDX-License-Identifier: Apache-2.0
// What a kernel on integers puts in memory of its own for a while: sums that one loop finishes, or inputs as its
// instructions take them.
#ifndef MNCC_PASSES_LOWER_KERNELS_FRAMEWORDS_H
#define MNCC_PASSES_LOWER_KERNELS_FRAMEWORDS_H

#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// Bytes of one word.
inline constexpr int64_t kFrameWordBytes = 4;

/// An array of words of 32 bits in the frame of a kernel, aligned to lines of the cache.
class FrameWords {
public:
  /// `count` words, made at the start of the kernel that `b` writes.
  FrameWords(KernelBuilder &b, int64_t count);
  /// Puts a vector of i32 at word `place`.
  void set(mlir::Value values, mlir::Value place);
  /// The `lanes` words from `place` on.
  mlir::Value get(mlir::Value place, int64_t lanes);
  /// Where the first word is in memory, in bytes.
  mlir::Value address() const;

private:
  KernelBuilder &b;
  /// The words, and the first one on a line.
  mlir::Value words, start;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_FRAMEWORDS_H
