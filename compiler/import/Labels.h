// SPDX-License-Identifier: Apache-2.0
// The class names of a network.
#ifndef MNCC_COMPILER_IMPORT_LABELS_H
#define MNCC_COMPILER_IMPORT_LABELS_H

#include "compiler/import/InferShapes.h"

namespace mncc {

/// The lines of the file that the description names in "labels", one for each value of its only output; empty without
/// the field. Reports a file that cannot be read or has another number of lines.
llvm::FailureOr<std::vector<std::string>> loadLabels(const Description &description, const ShapeMap &shapes,
                                                     Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_LABELS_H
