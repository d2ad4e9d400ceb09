// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Labels.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::FailureOr;

FailureOr<std::vector<std::string>> mncc::loadLabels(const Description &description, const ShapeMap &shapes,
                                                     Diagnostics &diagnostics) {
  std::vector<std::string> labels;
  if (!description.labels)
    return labels;
  const FileReference &file = *description.labels;
  auto buffer = llvm::MemoryBuffer::getFile(file.resolve(), /*IsText=*/true);
  if (!buffer)
    return diagnostics
        .error(file.location, fmt::format("'labels' names {}, which cannot be read: {}", quote(file.resolve()),
                                          buffer.getError().message()))
        .note("the path is relative to the description; without 'labels' classes are shown as numbers");
  llvm::SmallVector<llvm::StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n');
  while (!lines.empty() && lines.back().trim().empty())
    lines.pop_back();
  for (llvm::StringRef line : lines)
    labels.push_back(line.trim().str());
  int64_t expected = countElements(shapes.find(description.outputs.front())->second);
  // A network with several outputs may name the classes of any of them.
  if (description.outputs.size() == 1 && static_cast<int64_t>(labels.size()) != expected)
    return diagnostics
        .error(file.location,
               fmt::format("'labels' expects {} lines, one for each value of {}, but {} has {}", expected,
                           quote(description.outputs.front()), quote(file.resolve()), labels.size()))
        .note("each line names one class, in the order of the output");
  return labels;
}
