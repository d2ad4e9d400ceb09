// SPDX-License-Identifier: Apache-2.0
// The compact form: a family and its hyper-parameters become layers.
#ifndef MNCC_COMPILER_IMPORT_EXPANDARCHITECTURE_H
#define MNCC_COMPILER_IMPORT_EXPANDARCHITECTURE_H

#include "compiler/import/Description.h"
#include "compiler/import/JsonFields.h"

namespace mncc {

/// Reads "architecture" and fills `description.layers`; the description's input is read before. The field "family"
/// decides which others there are; docs/model-format.md lists them.
llvm::LogicalResult expandArchitecture(const JsonValue &architecture, Description &description,
                                       Diagnostics &diagnostics);

/// One family: its name and the function that reads its fields and makes its layers.
struct ArchitectureFamily {
  std::string_view name;
  llvm::LogicalResult (*expand)(JsonFields &fields, Description &description, const JsonValue &architecture,
                                Diagnostics &diagnostics);
};

/// MobileNets (Howard et al. 2017), table 1: `mobilenet_v1`.
llvm::LogicalResult expandMobileNetV1(JsonFields &fields, Description &description, const JsonValue &architecture,
                                      Diagnostics &diagnostics);

/// MobileNetV2 (Sandler et al. 2018), table 2: `mobilenet_v2`.
llvm::LogicalResult expandMobileNetV2(JsonFields &fields, Description &description, const JsonValue &architecture,
                                      Diagnostics &diagnostics);

/// MobileNetV3 (Howard et al. 2019), tables 1 and 2: `mobilenet_v3_large`, `mobilenet_v3_small`.
llvm::LogicalResult expandMobileNetV3Large(JsonFields &fields, Description &description, const JsonValue &architecture,
                                           Diagnostics &diagnostics);
llvm::LogicalResult expandMobileNetV3Small(JsonFields &fields, Description &description, const JsonValue &architecture,
                                           Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_EXPANDARCHITECTURE_H
