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

size_t mncc::countBytes(ArrayRef<WeightSection> sections) {
  size_t bytes = 0;
  for (const WeightSection &section : sections)
    bytes += section.bytes.size();
  return bytes;
}

void mncc::defineWeights(llvm::Module &module, const WeightSection &section) {
  llvm::GlobalVariable *weights = module.getGlobalVariable(section.symbol, /*AllowInternal=*/true);
  if (!weights)
    return;
  // Bytes, not floats: LLVM prints a string of bytes in one piece.
  weights->setInitializer(llvm::ConstantDataArray::getString(module.getContext(), section.bytes, /*AddNull=*/false));
  weights->setVisibility(llvm::GlobalValue::DefaultVisibility);
  weights->setLinkage(llvm::GlobalValue::InternalLinkage);
}

std::string mncc::printWeightsAssembly(StringRef name, ArrayRef<WeightSection> sections) {
  std::string text =
      fmt::format("/* The weights of {0}: {1} bytes of {0}_weights.bin. */\n", name.str(), countBytes(sections));
  size_t offset = 0;
  for (const WeightSection &section : sections) {
    text += fmt::format(R"(        .section .rodata.{0}, "a", %progbits
        .balign 64
        .globl {0}
        .hidden {0}
        .type {0}, %object
        .size {0}, {1}
{0}:
        .incbin "{2}_weights.bin", {3}, {1}
)",
                        section.symbol, section.bytes.size(), name.str(), offset);
    offset += section.bytes.size();
  }
  return text + "        .section .note.GNU-stack, \"\", %progbits\n";
}
