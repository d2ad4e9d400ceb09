// SPDX-License-Identifier: Apache-2.0
// Labelled pictures: a CSV file whose first column names a file and another one its class.
#ifndef MNCC_COMPILER_COMMANDS_LABELTABLE_H
#define MNCC_COMPILER_COMMANDS_LABELTABLE_H

#include "compiler/import/Diagnostics.h"

#include <cstdint>

namespace mncc {

struct LabelledImage {
  std::string file;
  int64_t label;
  SourceLocation location;
};

/// Reads the table at `path`. The first line is a header; the class stands in the second column, or in the one with the
/// title `column` where that is not empty. Reports located errors and fails for a missing column and a class that is no
/// number of at least 0.
llvm::FailureOr<std::vector<LabelledImage>> readLabelTable(const std::string &path, const std::string &column,
                                                           Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_LABELTABLE_H
