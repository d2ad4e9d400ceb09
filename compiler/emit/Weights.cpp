// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Weights.h"

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/IR/Constants.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;

FailureOr<std::string> mncc::readPackedWeights(ModuleOp lowered) {
  auto packed = lowered->getAttrOfType<ElementsAttr>("mn.weights");
  if (!packed)
    return std::string();
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(packed)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return lowered.emitError() << "expects the packed weights '" << resource.getRawHandle().getKey()
                                 << "', which the module does not hold";
    return std::string(blob->getData().data(), blob->getData().size());
  }
  std::string bytes;
  for (float value : packed.getValues<float>())
    bytes.append(reinterpret_cast<const char *>(&value), sizeof(value));
  return bytes;
}

void mncc::defineWeights(llvm::Module &module, StringRef name, StringRef bytes) {
  llvm::GlobalVariable *weights = module.getGlobalVariable((name + "_weights").str(), /*AllowInternal=*/true);
  if (!weights)
    return;
  // Bytes, not floats: LLVM prints a string of bytes in one piece.
  weights->setInitializer(llvm::ConstantDataArray::getString(module.getContext(), bytes, /*AddNull=*/false));
  weights->setVisibility(llvm::GlobalValue::DefaultVisibility);
  weights->setLinkage(llvm::GlobalValue::InternalLinkage);
}

std::string mncc::printWeightsAssembly(StringRef name, size_t bytes) {
  return fmt::format(R"(/* The weights of {0}: {1} bytes of {0}_weights.bin. */
        .section .rodata.{0}_weights, "a", %progbits
        .balign 64
        .globl {0}_weights
        .hidden {0}_weights
        .type {0}_weights, %object
        .size {0}_weights, {1}
{0}_weights:
        .incbin "{0}_weights.bin"
        .section .note.GNU-stack, "", %progbits
)",
                     name.str(), bytes);
}
