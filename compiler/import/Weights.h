// SPDX-License-Identifier: Apache-2.0
// The values of a network's weights: from a file, or made up.
#ifndef MNCC_COMPILER_IMPORT_WEIGHTS_H
#define MNCC_COMPILER_IMPORT_WEIGHTS_H

#include "compiler/import/Parameters.h"
#include "compiler/import/Safetensors.h"

namespace mncc {

/// The values of all parameters of one description: f32, or the integers of quantised layers. Values that lie aligned
/// in a mapped file are not copied.
class Weights {
public:
  /// The values of the parameter called `tensor`, row-major; empty where there is none or it is of integers.
  llvm::ArrayRef<float> find(std::string_view tensor) const;
  /// The parameter called `tensor` as F32, I8 or I32, aligned; null where there is none.
  const TensorView *findTensor(std::string_view tensor) const;
  /// All of them, sorted by name; they live as long as this.
  std::vector<TensorView> getTensors() const;
  /// Takes `values` as the parameter called `tensor`, which is new.
  void add(const std::string &tensor, DType dtype, Shape shape, std::vector<uint8_t> values);

  /// Matches the tensors of `file` with `parameters`. Reports the first that is missing, misshapen, of a type other
  /// than F32, F16 and BF16, spare or not finite.
  static llvm::FailureOr<Weights> match(SafetensorsFile file, const std::vector<Parameter> &parameters,
                                        const ShapeMap &shapes, Diagnostics &diagnostics);
  /// Makes values that depend on `seed` and each tensor's name and shape only, the same bits on every machine: kernels
  /// scaled after He et al. 2015, batch norms near the identity, so that activations neither vanish nor grow.
  static Weights makeRandom(const std::vector<Parameter> &parameters, uint64_t seed);

private:
  std::map<std::string, TensorView, std::less<>> values;
  std::optional<SafetensorsFile> file;
  std::vector<std::vector<uint8_t>> owned;
};

/// The seed in "random:SEED", or nothing where `source` is a file's path. Reports a seed that is no decimal integer.
llvm::FailureOr<std::optional<uint64_t>> parseRandomSeed(const std::string &source, Diagnostics &diagnostics);

/// The weights of `description` from `source`: a path, "random:SEED" (with a warning), or "" for the file that the
/// description names.
llvm::FailureOr<Weights> loadWeights(const Description &description, const ShapeMap &shapes, const std::string &source,
                                     Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_WEIGHTS_H
