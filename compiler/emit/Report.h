// SPDX-License-Identifier: Apache-2.0
// NAME.report.txt and NAME.report.json: what the model costs, layer by layer.
#ifndef MNCC_COMPILER_EMIT_REPORT_H
#define MNCC_COMPILER_EMIT_REPORT_H

#include "compiler/emit/Interface.h"
#include "compiler/emit/SpillGate.h"

namespace mncc {

/// What a model costs on one target row.
struct RowCost {
  /// The layers and the sizes of arena and weights.
  ModelInterface model;
  /// The functions of the object in any order.
  std::vector<KernelCode> functions;
  /// Code is with its constants where there is one row; rows of one object share these, and have machine code alone.
  int64_t codeBytes = 0, stackBytes = 0;

  int64_t multiplyAdds() const;
};

/// NAME.report.txt: a paragraph of sizes, a line a layer and a line a kernel for each row.
std::string printReport(llvm::ArrayRef<RowCost> rows);

/// NAME.report.json: the figures of printReport() for programs, with each layer's schedule, the interface of `NAME_run`
/// and what was asked for. `model` is the face of all rows, `artifacts` has the sizes of the whole object, `source` is
/// the description's file name.
std::string printReportJson(const ModelInterface &model, llvm::ArrayRef<RowCost> rows, const Artifacts &artifacts,
                            const Options &options, llvm::StringRef source);

/// Bytes of machine code in the ELF file `object` and of its constants, without the weights.
int64_t countCodeBytes(llvm::StringRef object);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_REPORT_H
