// SPDX-License-Identifier: Apache-2.0
// A TFLite file in memory: every number in it that points somewhere has been checked.
#ifndef MNCC_COMPILER_IMPORT_TFLITE_TFLITEFILE_H
#define MNCC_COMPILER_IMPORT_TFLITE_TFLITEFILE_H

#include "compiler/import/Description.h"
#include "compiler/import/tflite/tflite_generated.h"

namespace mncc {

/// True where `file` has the identifier of TFLite files, whatever it is called.
bool isTflite(const SourceFile &file);

/// One network of one subgraph. Tensors are known by their number in it.
class TfliteFile {
public:
  /// Checks the bytes of `file` as a flatbuffer, then that there is one subgraph and that all numbers of tensors,
  /// buffers and operator codes exist. Reports one error and fails otherwise.
  static llvm::FailureOr<TfliteFile> open(std::shared_ptr<const SourceFile> file, Diagnostics &diagnostics);

  const tflite::SubGraph &graph() const { return *model->subgraphs()->Get(0); }
  const tflite::Tensor &tensor(int32_t index) const { return *graph().tensors()->Get(index); }
  /// The tensor's name in the file, made fit for a description: not empty, unique, valid UTF-8 without control
  /// characters.
  const std::string &name(int32_t index) const { return names[index]; }
  /// `model.tflite: tensor 'conv'`, for diagnostics.
  SourceLocation location(int32_t index) const;
  /// `model.tflite`, for diagnostics.
  SourceLocation location() const { return {path, 0}; }
  /// The values of a constant tensor; empty where the network computes or is given it.
  llvm::ArrayRef<uint8_t> bytes(int32_t index) const;
  /// What `op` does.
  tflite::BuiltinOperator code(const tflite::Operator &op) const;
  /// The name of what `op` does, such as "CONV_2D", "'MyOp'" of a custom one or "operator 200".
  std::string describeCode(const tflite::Operator &op) const;
  /// A name like `wanted` that no tensor of the file has and no earlier call has returned.
  std::string makeName(const std::string &wanted);

private:
  std::shared_ptr<const SourceFile> contents, path;
  const tflite::Model *model = nullptr;
  std::vector<std::string> names;
  std::map<std::string, int, std::less<>> used;

  llvm::LogicalResult checkModel(Diagnostics &diagnostics) const;
  llvm::LogicalResult checkTensors(Diagnostics &diagnostics) const;
  llvm::LogicalResult checkOperators(Diagnostics &diagnostics) const;
};

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_TFLITE_TFLITEFILE_H
