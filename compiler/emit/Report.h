// SPDX-License-Identifier: Apache-2.0
// NAME.report.txt: what the model costs, layer by layer.
#ifndef MNCC_COMPILER_EMIT_REPORT_H
#define MNCC_COMPILER_EMIT_REPORT_H

#include "compiler/emit/Interface.h"
#include "compiler/emit/SpillGate.h"

namespace mncc {

/// The report of `model`, whose kernels are `functions`, with the sizes in `artifacts`.
std::string printReport(const ModelInterface &model, llvm::ArrayRef<KernelCode> functions, const Artifacts &artifacts);

/// Bytes of machine code in the ELF file `object`.
int64_t countCodeBytes(llvm::StringRef object);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_REPORT_H
