// SPDX-License-Identifier: Apache-2.0
// The face of an emitted C++ file: where tensors and constants lie, and `NAME_run` with a paragraph for each layer.
#ifndef MNCC_COMPILER_EMIT_CPP_NETWORK_H
#define MNCC_COMPILER_EMIT_CPP_NETWORK_H

#include "compiler/emit/Interface.h"

namespace mncc {

/// Bytes of a kernel's arguments by the kernel's name, in order.
using ArgumentBytes = std::map<std::string, std::vector<int64_t>>;

/// True where a kernel calls `buffer` what a chain keeps of a tensor between two of its layers.
bool isRing(llvm::StringRef buffer);

/// The enumerations of places in the arena and in the weights, with their static assertions, and `NAME_run`.
std::string printNetwork(const ModelInterface &model, const ArgumentBytes &bytes);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_CPP_NETWORK_H
