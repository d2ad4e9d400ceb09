// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/LabelTable.h"

#include "compiler/import/JsonReader.h"

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

#include <fmt/format.h>

#include <algorithm>

namespace mncc {

llvm::FailureOr<std::vector<LabelledImage>> readLabelTable(const std::string &path, const std::string &column,
                                                           Diagnostics &diagnostics) {
  auto file = readSourceFile(path, diagnostics, {"a table of labels"});
  if (failed(file))
    return llvm::failure();
  llvm::StringRef rest((*file)->text);
  auto locationOf = [&](llvm::StringRef part) {
    return SourceLocation{*file, static_cast<size_t>(part.data() - (*file)->text.data())};
  };
  auto nextLine = [&] {
    auto [line, after] = rest.split('\n');
    rest = after;
    return line.rtrim("\r");
  };
  llvm::StringRef header = nextLine();
  llvm::SmallVector<llvm::StringRef> titles;
  header.split(titles, ',');
  size_t labelColumn = 1;
  if (!column.empty())
    labelColumn = std::find(titles.begin(), titles.end(), column) - titles.begin();
  if (labelColumn >= titles.size())
    return diagnostics.error(locationOf(header), column.empty()
                                                     ? std::string("expects at least two columns: file, class")
                                                     : fmt::format("has no column {}", quote(column)));
  std::vector<LabelledImage> table;
  while (!rest.empty()) {
    llvm::StringRef line = nextLine();
    if (line.trim().empty())
      continue;
    llvm::SmallVector<llvm::StringRef> cells;
    line.split(cells, ',');
    int64_t label = 0;
    if (labelColumn >= cells.size() || cells[labelColumn].trim().getAsInteger(10, label) || label < 0)
      return diagnostics.error(locationOf(line), "expects a file name and a class, a number of at least 0");
    table.push_back({cells.front().trim().str(), label, locationOf(line)});
  }
  if (table.empty())
    return diagnostics.error(locationOf(header), "has a header, but no pictures");
  return table;
}

} // namespace mncc
