// SPDX-License-Identifier: Apache-2.0
// From JSON to a checked Description.
#ifndef MNCC_COMPILER_IMPORT_PARSEDESCRIPTION_H
#define MNCC_COMPILER_IMPORT_PARSEDESCRIPTION_H

#include "compiler/import/Description.h"
#include "compiler/import/InferShapes.h"
#include "compiler/import/JsonReader.h"

namespace mncc {

/// Reads either form of a description; the compact one is expanded. Reports everything that is wrong with single
/// fields; checkGraph() and inferShapes() look at the whole.
llvm::FailureOr<Description> parseDescription(const JsonValue &root, Diagnostics &diagnostics);

/// A description with the shapes of all its tensors.
struct CheckedDescription {
  Description description;
  ShapeMap shapes;
};

/// Reads the file at `path` ("-" is the standard input), parses and checks it.
llvm::FailureOr<CheckedDescription> loadDescription(const std::string &path, Diagnostics &diagnostics);

/// As loadDescription(), for a file in memory.
llvm::FailureOr<CheckedDescription> loadDescription(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PARSEDESCRIPTION_H
