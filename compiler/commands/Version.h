// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_COMPILER_COMMANDS_VERSION_H
#define MNCC_COMPILER_COMMANDS_VERSION_H

#include <string>

namespace mncc {

/// What identifies this build: "mncc 0.1.0", or as JSON also the versions of LLVM and of the emitted ABI, the compiler
/// that built it, the triples and the rows of the target table.
std::string formatVersion(bool json);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_VERSION_H
