// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ExpandArchitecture.h"

#include <fmt/format.h>

using namespace mncc;

static constexpr ArchitectureFamily kFamilies[] = {{"mobilenet_v1", expandMobileNetV1},
                                                   {"mobilenet_v2", expandMobileNetV2},
                                                   {"mobilenet_v3_large", expandMobileNetV3Large},
                                                   {"mobilenet_v3_small", expandMobileNetV3Small}};

llvm::LogicalResult mncc::expandArchitecture(const JsonValue &architecture, Description &description,
                                             Diagnostics &diagnostics) {
  std::vector<std::string> names;
  for (const ArchitectureFamily &family : kFamilies)
    names.emplace_back(family.name);
  JsonFields fields(architecture, "'architecture'", diagnostics);
  if (!architecture.getIf<JsonValue::Object>())
    return llvm::failure();
  std::string name;
  const JsonValue *field = fields.find("family");
  if (!field)
    return diagnostics.error(architecture.location, "'architecture' needs the field 'family'")
        .note(fmt::format("known families are {}", fmt::join(names, ", ")));
  if (!fields.readString("family", name))
    return llvm::failure();
  for (const ArchitectureFamily &family : kFamilies)
    if (family.name == name)
      return family.expand(fields, description, architecture, diagnostics);
  Diagnostic &error = diagnostics.error(field->location, fmt::format("unknown family {}", quote(name)));
  suggestNearest(error, name, names);
  return error.note(fmt::format("known families are {}", fmt::join(names, ", ")));
}
