// SPDX-License-Identifier: Apache-2.0
// The way back from `mn` ops to a description and its weights.
#ifndef MNCC_COMPILER_QUANTIZE_DESCRIBENETWORK_H
#define MNCC_COMPILER_QUANTIZE_DESCRIBENETWORK_H

#include "compiler/Compile.h"

namespace mncc {

/// A description as text, and the files that it names.
struct DescribedNetwork {
  /// "NAME.json".
  std::string descriptionFile;
  /// "NAME.json", "NAME.safetensors" and, where the model has labels, "NAME.labels.txt", by name.
  std::map<std::string, std::string> files;
};

/// Describes the network of `model`, of stage import or of quantize-network: no layer of floats has an activation of
/// its own, none a skip tensor. Layers are called as the tensors that they produce. `name` is the stem of the files.
/// Reports an error and fails where a weight is not loaded.
mlir::FailureOr<DescribedNetwork> describeNetworkFiles(const Model &model, const std::string &name);

} // namespace mncc

#endif // MNCC_COMPILER_QUANTIZE_DESCRIBENETWORK_H
