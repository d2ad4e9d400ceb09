// SPDX-License-Identifier: Apache-2.0
// What the tests of this room share.
#ifndef MNCC_TESTS_UNIT_IMPORT_IMPORTTESTING_H
#define MNCC_TESTS_UNIT_IMPORT_IMPORTTESTING_H

#include "compiler/import/ParseDescription.h"

namespace mncc {

/// Loads the description `text` as if it stood in "m.json".
inline llvm::FailureOr<CheckedDescription> loadText(std::string text, Diagnostics &diagnostics) {
  return loadDescription(std::make_shared<SourceFile>(SourceFile{"m.json", std::move(text)}), diagnostics);
}

/// The explicit form with `layers` behind an input of `shape`.
inline std::string describe(const std::string &layers, const std::string &shape = "[8, 8, 3]") {
  return "{\"name\": \"net\", \"input\": {\"shape\": " + shape + "},\n\"layers\": [\n" + layers + "]}";
}

/// The first line of what loading `text` reports, "" for none.
inline std::string firstError(std::string text) {
  Diagnostics diagnostics;
  (void)loadText(std::move(text), diagnostics);
  std::string out = diagnostics.render();
  return out.substr(0, out.find('\n'));
}

} // namespace mncc

#endif // MNCC_TESTS_UNIT_IMPORT_IMPORTTESTING_H
