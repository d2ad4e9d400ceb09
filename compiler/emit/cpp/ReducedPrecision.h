// SPDX-License-Identifier: Apache-2.0
// The vectors of an emitted C++ file whose tensors are of 16 bits.
#ifndef MNCC_COMPILER_EMIT_CPP_REDUCEDPRECISION_H
#define MNCC_COMPILER_EMIT_CPP_REDUCEDPRECISION_H

#include "compiler/emit/cpp/Prelude.h"

namespace mncc {

/// The types and functions of `names.narrow` that kernels compute with: f16 as f32 has them (arithmetic and all), bf16
/// to load, store, `widen`, `…_round` and to multiply in pairs or matrices.
std::string printReducedPrecision(mn::TargetAttr target, const VectorNames &names);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_REDUCEDPRECISION_H
