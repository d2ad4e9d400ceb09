// SPDX-License-Identifier: Apache-2.0
// Which weights a description needs, and what they and the arithmetic on them amount to.
#ifndef MNCC_COMPILER_IMPORT_PARAMETERS_H
#define MNCC_COMPILER_IMPORT_PARAMETERS_H

#include "compiler/import/InferShapes.h"
#include "compiler/import/Safetensors.h"

namespace mncc {

/// What a tensor of weights is to its layer.
enum class ParameterKind { Kernel, Bias, KernelScales, Gamma, Beta, Mean, Variance };

/// "kernel", "bias", "kernel_scales", "gamma", "beta", "mean" or "variance".
std::string_view getParameterName(ParameterKind kind);

/// One tensor of weights that a layer needs. Kernels are [height, width, in, out], of depthwise layers
/// [height, width, in, multiplier], of fully connected ones [in, out]; all others are [channels], of which kernel
/// scales may be a single one. Layers on integers have kernels of I8 and biases of I32.
struct Parameter {
  const Layer *layer = nullptr;
  ParameterKind kind = ParameterKind::Kernel;
  /// "<layer>/<parameter>", the tensor's name in a safetensors file.
  std::string tensor;
  Shape shape;
  /// F32 also stands for the narrower floats.
  DType dtype = DType::F32;
  /// Kernels and their scales: how many products one output value sums up.
  int64_t fanIn = 1;
};

/// All weights of `description`, in the order of its layers. Reports a tensor of 2^31 bytes or more.
llvm::FailureOr<std::vector<Parameter>> listParameters(const Description &description, const ShapeMap &shapes,
                                                       Diagnostics &diagnostics);

/// Sizes of a network as papers count them.
struct NetworkSize {
  /// Kernels, biases, gammas and betas.
  int64_t trainableParameters = 0;
  /// Those and the statistics of batch norms.
  int64_t parameters = 0;
  /// Multiply-adds of convolutions and fully connected layers in one inference.
  int64_t multiplyAdds = 0;
};

/// Counts parameters and multiply-adds; counts beyond int64_t stay at its largest value.
NetworkSize countParameters(const ShapeMap &shapes, const std::vector<Parameter> &parameters);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_PARAMETERS_H
