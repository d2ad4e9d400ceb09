// SPDX-License-Identifier: Apache-2.0
// Whether statistics are those of a network.
#ifndef MNCC_COMPILER_QUANTIZE_CHECKCALIBRATION_H
#define MNCC_COMPILER_QUANTIZE_CHECKCALIBRATION_H

#include "compiler/quantize/Calibration.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mncc {

/// Reports an error and fails where `calibration`, which a file has, tells of a tensor that `network` has not, or has
/// with other sizes.
llvm::LogicalResult checkCalibration(const Calibration &calibration, mlir::func::FuncOp network,
                                     Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_CHECKCALIBRATION_H
