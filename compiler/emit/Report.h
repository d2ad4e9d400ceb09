// SPDX-License-Identifier: Apache-2.0
// NAME.report.txt: what the model costs, layer by layer.
#ifndef MNCC_COMPILER_EMIT_REPORT_H
#define MNCC_COMPILER_EMIT_REPORT_H

#include "compiler/emit/Interface.h"

namespace mncc {

/// The report of a model whose object is `object`; fills in the artifacts' code size.
std::string printReport(const ModelInterface &model, llvm::StringRef object, Artifacts &artifacts);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_REPORT_H
