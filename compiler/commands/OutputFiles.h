// SPDX-License-Identifier: Apache-2.0
// Files that appear all together or not at all.
#ifndef MNCC_COMPILER_COMMANDS_OUTPUTFILES_H
#define MNCC_COMPILER_COMMANDS_OUTPUTFILES_H

#include "compiler/import/Diagnostics.h"

#include <map>

namespace mncc {

/// Writes `files` (contents by name) into `directory`, which is made where it is missing. Every file is written beside
/// its place first and moved there when all are complete. Reports an error and fails without leaving a new file or
/// losing an old one where the directory cannot be made or written.
llvm::LogicalResult writeFiles(const std::string &directory, const std::map<std::string, std::string> &files,
                               Diagnostics &diagnostics);

/// Fails, with the error, where writeFiles() would with files of these names. Leaves everything as it was.
llvm::LogicalResult checkWritable(const std::string &directory, const std::vector<std::string> &names,
                                  Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_OUTPUTFILES_H
