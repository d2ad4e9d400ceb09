// SPDX-License-Identifier: Apache-2.0
// IR as text: without weights, with locations, so that a person can read and edit it and mncc can go on from it.
#ifndef MNCC_COMPILER_DUMP_H
#define MNCC_COMPILER_DUMP_H

#include "compiler/Compile.h"
#include "compiler/import/Safetensors.h"
#include "mlir/Pass/PassInstrumentation.h"

#include <memory>

namespace mncc {

/// The file beside dumps that holds every weight once, by the key of its resource.
inline constexpr llvm::StringLiteral kDumpWeightsFile = "weights.safetensors";

/// `module` as text; weights are left out, names and places of layers are kept.
std::string printDump(mlir::ModuleOp module);

/// A directory of dumps: one numbered file a pass, and the weights of all of them.
class DumpDirectory {
public:
  /// The directory is made with the first file; the first file that cannot be written is an error in
  /// `diagnostics`, and the last.
  DumpDirectory(std::string path, Diagnostics &diagnostics) : path(std::move(path)), diagnostics(diagnostics) {}

  /// Writes `NN-<step>.mlir`, numbered from 00 on, unless nothing has changed since the last one.
  void write(mlir::ModuleOp module, llvm::StringRef step);
  /// Writes the weights that any of the files names.
  void writeWeights();
  /// An instrumentation that calls write() after each pass. This must outlive it.
  std::unique_ptr<mlir::PassInstrumentation> instrument();

private:
  void keep(mlir::DenseResourceElementsAttr resource);
  void writeFile(const std::string &name, const std::string &bytes);

  std::string path;
  Diagnostics &diagnostics;
  struct Weights {
    DType dtype;
    std::vector<int64_t> shape;
    std::vector<uint8_t> bytes;
  };
  /// By key; copied, for a pass may release a resource before the end.
  std::map<std::string, Weights> weights;
  std::string lastText;
  unsigned number = 0;
  bool hasFailed = false;
};

/// Reads a dump of any stage from `path` and its weights from the neighbouring file. Reports an error and fails where
/// the text does not parse or verify, is no dump of mncc, or a weight is missing.
mlir::FailureOr<Model> readDump(mlir::MLIRContext &context, const std::string &path, Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_DUMP_H
