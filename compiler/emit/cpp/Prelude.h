// SPDX-License-Identifier: Apache-2.0
// The vectors of an emitted C++ file: the few types and functions that its kernels are written in, by the intrinsics of
// one instruction set.
#ifndef MNCC_COMPILER_EMIT_CPP_PRELUDE_H
#define MNCC_COMPILER_EMIT_CPP_PRELUDE_H

#include "dialects/mn/Mn.h"

#include <set>
#include <string>

namespace mncc {

/// What a compiler must be told to build the file for `target`, as GCC and Clang both spell it: "-march=x86-64-v3".
/// `precision` is what tensors are of: "f32", "f16", "bf16" or "i8".
std::string getCompilerFlags(mn::TargetAttr target, const std::string &precision);

/// The includes, the `#error` where the compiler does not have the target's instructions, and the pragmas that keep a
/// multiplication and an addition apart. `file` is named in the message.
std::string printTargetGuard(mn::TargetAttr target, const std::string &precision, const std::string &file);

/// The vectors that a file's kernels name.
struct VectorNames {
  /// Their widths; 1 stands for scalars.
  std::set<int64_t> lanes;
  /// What weights are read from beside f32: "f16", "bf16", or nothing.
  std::string narrow;
  /// Widths of the vectors of narrow values.
  std::set<int64_t> narrowLanes;
  /// True where tensors and products are of that type too, not only weights.
  bool computes = false;
  /// True where tensors are of integers.
  bool isQuantized = false;
  /// The bits of a lane and the number of lanes of vectors of integers, where `isQuantized`.
  std::set<std::pair<unsigned, int64_t>> integers;
  /// The intrinsic functions of LLVM that stand for instructions on these.
  std::set<std::string> instructions;
};

/// `f32xL` for each L of `vectors.lanes` (1 is `float`) with `load`, `store`, `splat`, `fma`, `max`, `min`, `bits`,
/// `number`; where there are narrow ones, `bf16xL` or `f16xL` with `load` and `widen`; where there are integers, what
/// Integers.h says of them; at most 110 lines.
std::string printPrelude(mn::TargetAttr target, const VectorNames &vectors);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_PRELUDE_H
