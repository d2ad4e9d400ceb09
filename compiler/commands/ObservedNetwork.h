// SPDX-License-Identifier: Apache-2.0
// A network that runs here and shows every tensor as real numbers, whatever they are stored as.
#ifndef MNCC_COMPILER_COMMANDS_OBSERVEDNETWORK_H
#define MNCC_COMPILER_COMMANDS_OBSERVEDNETWORK_H

#include "compiler/Compile.h"
#include "compiler/emit/Jit.h"
#include "dialects/mn/Mn.h"

namespace mncc {

/// Sees the tensor called `name`: dense NHWC, `channels` last.
using TensorObserver = llvm::function_ref<void(llvm::StringRef name, llvm::ArrayRef<float> values, int64_t channels)>;

class ObservedNetwork {
public:
  /// Compiles a copy of `module`, which has been through the fuse passes and has one input, for this machine.
  static mlir::FailureOr<std::unique_ptr<ObservedNetwork>> create(mlir::ModuleOp module, const Options &options,
                                                                  Diagnostics &diagnostics);

  /// Runs on `input`, real numbers: integers are made of them where the network reads such. `observe`, where there is
  /// one, sees the input and each layer's result once. Returns the first output. Fails after an error was reported.
  mlir::FailureOr<std::vector<float>> run(llvm::ArrayRef<float> input, TensorObserver observe = {});

  /// Values of the first output.
  int64_t countOutputs() const { return output.type.getNumElements(); }

  /// Bytes of machine code with its constants and of weights.
  int64_t getCodeBytes() const { return codeBytes; }
  int64_t getWeightBytes() const { return weightBytes; }

private:
  /// A tensor of the network as its module has it.
  struct Tensor {
    std::string name;
    mlir::RankedTensorType type;
  };

  void listTensors(mlir::ModuleOp module);
  void nameLayers();

  ModelInterface interface;
  std::unique_ptr<Jit> jit;
  Tensor input, output;
  /// Of the results of all layers.
  std::set<std::string> tensorNames;
  /// By the layer's number; empty for a copy of a tensor that an earlier layer has written.
  std::vector<std::string> layerNames;
  int64_t codeBytes = 0, weightBytes = 0;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_OBSERVEDNETWORK_H
