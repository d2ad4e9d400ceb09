// SPDX-License-Identifier: Apache-2.0
// The vectors of an emitted C++ file whose tensors are of integers.
#ifndef MNCC_COMPILER_EMIT_CPP_INTEGERS_H
#define MNCC_COMPILER_EMIT_CPP_INTEGERS_H

#include "compiler/emit/cpp/Prelude.h"

namespace mncc {

/// What compilers must be told so that they know the target's instruction for products of bytes: " -mavx512vnni", or
/// nothing where its CPU says it.
std::string getIntegerFlags(mn::TargetAttr target);

/// The condition that they were told, to follow others: " && defined(__AVX512VNNI__)".
std::string getIntegerMacros(mn::TargetAttr target);

/// `uBxL` for each of `names.integers` with `load`, `store` and `splat`.
std::string printIntegerTypes(const VectorNames &names);

/// `f32xL` as above, for widths that the target has no registers of.
std::string printPlainFloats(int64_t lanes);

/// The functions of kernels of integers, and the instructions of `names.instructions`. The vectors are printed before.
std::string printIntegerFunctions(mn::TargetAttr target, const VectorNames &names);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_INTEGERS_H
