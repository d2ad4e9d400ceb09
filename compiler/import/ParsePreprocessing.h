// SPDX-License-Identifier: Apache-2.0
// How an image becomes the input of the network.
#ifndef MNCC_COMPILER_IMPORT_PARSEPREPROCESSING_H
#define MNCC_COMPILER_IMPORT_PARSEPREPROCESSING_H

#include "compiler/import/Description.h"
#include "compiler/import/JsonFields.h"

namespace mncc {

/// Reads "preprocessing" for an input of `shape`. Means and standard deviations get one value a channel.
llvm::FailureOr<Preprocessing> parsePreprocessing(const JsonValue &value, const Shape &shape, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PARSEPREPROCESSING_H
