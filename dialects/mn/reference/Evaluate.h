// SPDX-License-Identifier: Apache-2.0
// The oracle: what a network computes, in double precision and with the plainest loops that can be written; layers on
// integers bit for bit as the engine that their `numerics` names. It shares nothing with the passes, the folders and
// the kernels.
#ifndef MNCC_DIALECTS_MN_REFERENCE_EVALUATE_H
#define MNCC_DIALECTS_MN_REFERENCE_EVALUATE_H

#include "dialects/mn/Mn.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <functional>

namespace mncc::reference {

/// A tensor of batch 1, row-major NHWC; doubles hold the integers of a quantised one.
struct Tensor {
  std::vector<int64_t> shape;
  std::vector<double> values;
};

/// Sees every tensor as it is made, under the name of its layer; what it changes is what later layers read.
using Observer = std::function<void(llvm::StringRef name, Tensor &tensor)>;

/// Runs `network` on `inputs`, one tensor an argument, and returns one tensor a result. Works on any mix of ops between
/// import and tile. Fails with a located error where weights are not loaded, or an op is none of the dialect's.
mlir::FailureOr<std::vector<Tensor>> evaluate(mlir::func::FuncOp network, llvm::ArrayRef<Tensor> inputs,
                                              const Observer &observer = {});

} // namespace mncc::reference

#endif // MNCC_DIALECTS_MN_REFERENCE_EVALUATE_H
