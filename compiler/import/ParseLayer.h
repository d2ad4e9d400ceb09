// SPDX-License-Identifier: Apache-2.0
// One layer of the explicit form.
#ifndef MNCC_COMPILER_IMPORT_PARSELAYER_H
#define MNCC_COMPILER_IMPORT_PARSELAYER_H

#include "compiler/import/Description.h"
#include "compiler/import/JsonFields.h"

namespace mncc {

/// Reads the layer in `value`. Its `inputs` stay empty where the description leaves them out. Reports unknown ops,
/// wrong types, values out of range, missing and unknown fields.
llvm::FailureOr<Layer> parseLayer(const JsonValue &value, Diagnostics &diagnostics);

/// Reads an array of strings that are names into `names` with their places. Returns true where the field is there.
bool readNames(JsonFields &fields, std::string_view field, std::vector<std::string> &names,
               std::vector<SourceLocation> &locations, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PARSELAYER_H
