// SPDX-License-Identifier: Apache-2.0
// Runs an object on this machine: the very bytes that a linker would get.
#ifndef MNCC_COMPILER_EMIT_JIT_H
#define MNCC_COMPILER_EMIT_JIT_H

#include "compiler/emit/Interface.h"
#include "runtime/threads.h"

#include <functional>
#include <memory>

namespace llvm::orc {
class LLJIT;
}

namespace mncc {

/// A loaded model and its arena. One run at a time.
class Jit {
public:
  /// Called after each layer with its number and its result, in the layer's
  /// layout; the tensor is gone with the next layer.
  using AfterLayer = std::function<void(uint32_t layer, const void *output)>;

  /// Loads `object`, which was emitted for `model` and a hosted target of this
  /// machine's architecture; its bytes are copied. Fails with an error at
  /// `location` where this machine cannot run it.
  static mlir::FailureOr<std::unique_ptr<Jit>> load(llvm::StringRef object, const ModelInterface &model,
                                                    mlir::Location location);
  ~Jit();

  /// Calls `NAME_run` with one pointer per input and output of the model; the
  /// caller keeps them alive and gives each the bytes that the model's
  /// interface says. A model for several threads runs on as many. `afterLayer` needs a model with hooks. Returns the
  /// status of `NAME_run`.
  int32_t run(llvm::ArrayRef<const void *> inputs, llvm::ArrayRef<void *> outputs, const AfterLayer &afterLayer = {});

private:
  using Apply = int32_t (*)(const void *const *arguments);

  Jit();

  std::unique_ptr<llvm::orc::LLJIT> linker;
  std::vector<std::byte> memory;
  void *arena = nullptr;
  bool hasHooks = false;
  /// For a model that was compiled for several threads.
  std::unique_ptr<mncc_pool, void (*)(mncc_pool *)> pool{nullptr, mncc_pool_stop};
  Apply apply = nullptr;
};

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_JIT_H
