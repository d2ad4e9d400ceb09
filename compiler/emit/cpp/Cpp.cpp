// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/Cpp.h"

#include "compiler/emit/Header.h"
#include "compiler/emit/Weights.h"
#include "compiler/emit/cpp/CpuCheck.h"
#include "compiler/emit/cpp/Network.h"
#include "compiler/emit/cpp/Prelude.h"
#include "passes/Passes.h"
#include "passes/lower/KernelTranslator.h"

#include "mlir/Dialect/EmitC/Transforms/Passes.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/Cpp/CppEmitter.h"

#include "llvm/Support/Endian.h"

#include <fmt/format.h>

#include <cstring>

using namespace mlir;
using namespace mncc;

static ArgumentBytes countArgumentBytes(ModuleOp lowered) {
  ArgumentBytes bytes;
  for (auto kernel : lowered.getOps<func::FuncOp>())
    for (Type type : kernel.getArgumentTypes())
      if (auto memref = dyn_cast<MemRefType>(type))
        bytes[kernel.getName().str()].push_back(memref.getNumElements() * memref.getElementTypeBitWidth() / 8);
  return bytes;
}

static void addVector(Type type, VectorNames &names) {
  if (auto memref = dyn_cast<MemRefType>(type))
    type = memref.getElementType();
  auto vector = dyn_cast<VectorType>(type);
  if (!vector)
    return;
  int64_t lanes = vector.getNumElements();
  Type lane = vector.getElementType();
  bool isFloat = lane.isF32() || (lane.isInteger(32) && !names.isQuantized);
  // Masks have the width of what they were made from.
  if (!isFloat && !lane.isInteger())
    names.narrowLanes.insert(lanes);
  else if (isFloat)
    names.lanes.insert(lanes);
  if (names.isQuantized && !lane.isInteger(1))
    names.integers.insert({isFloat ? 32 : lane.getIntOrFloatBitWidth(), lanes});
}

/// The vectors and instructions that kernels name.
static VectorNames collectVectors(ModuleOp lowered, const ModelInterface &model) {
  VectorNames names;
  names.narrow = model.getNarrowType();
  names.computes = model.precision != "f32";
  names.isQuantized = model.isQuantized();
  lowered.walk([&](Operation *op) {
    for (Type type : op->getResultTypes())
      addVector(type, names);
    if (auto call = dyn_cast<LLVM::CallIntrinsicOp>(op))
      names.instructions.insert(call.getIntrin().str());
  });
  return names;
}

static LogicalResult lowerToEmitC(ModuleOp module) {
  PassManager passes(module.getContext());
  passes.addPass(createLowerToEmitCPass());
  passes.addNestedPass<emitc::FuncOp>(emitc::createFormExpressionsPass());
  return passes.run(module);
}

/// What a kernel does not write is constant: all but its output and the rings of a chain. The number of a part is no
/// pointer.
static std::string printParameter(Type type, const std::string &name) {
  auto pointer = dyn_cast<emitc::PointerType>(type);
  if (!pointer)
    return "size_t " + name;
  std::string pointee = lower::printCppType(pointer.getPointee());
  bool isWritten = name == "output" || isRing(name);
  return fmt::format("{}{} *{}", isWritten ? "" : "const ", pointee, name);
}

/// Upstream's printer numbers parameters, so the signature is ours and the body its.
static FailureOr<std::string> printKernel(emitc::FuncOp kernel) {
  std::string signature, body;
  for (auto [index, type] : llvm::enumerate(kernel.getArgumentTypes())) {
    std::string name = kernel.getArgAttrOfType<StringAttr>(index, mn::kNameAttr).getValue().str();
    signature += (index == 0 ? "" : ", ") + printParameter(type, name);
  }
  llvm::raw_string_ostream stream(body);
  if (failed(emitc::translateToCpp(kernel, stream)))
    return failure();
  body.erase(0, body.find('{'));
  body.erase(body.rfind("  return;\n"), std::strlen("  return;\n"));
  return fmt::format("static void {}({}) {}\n", kernel.getName().str(), signature, body);
}

/// What the constant with the weights is an array of: floats, or where some are narrower, words.
static const char *getWeightsType(const ModelInterface &model) {
  return model.getNarrowType().empty() && !model.isQuantized() ? "float" : "uint32_t";
}

/// The words that hold `bytes`.
static int64_t countWords(int64_t bytes) { return static_cast<int64_t>(llvm::divideCeil(bytes, sizeof(uint32_t))); }

/// "f32", "f16", "bf16" or "i8": what the model's tensors are of.
static std::string getTensorType(const ModelInterface &model) { return model.isQuantized() ? "i8" : model.precision; }

/// Eight words a row, the last filled up.
static std::string printWords(const std::string &name, std::string bytes) {
  bytes.resize(countWords(bytes.size()) * sizeof(uint32_t));
  std::string text = fmt::format("\nalignas(64) __attribute__((section(\".rodata.{0}_weights\"))) const uint32_t "
                                 "{0}_weights[{1}] = {{",
                                 name, bytes.size() / sizeof(uint32_t));
  for (size_t i = 0; i < bytes.size() / sizeof(uint32_t); ++i)
    text += fmt::format("{}0x{:08x},", i % 8 == 0 ? "\n    " : " ",
                        llvm::support::endian::read32le(bytes.data() + i * sizeof(uint32_t)));
  return text + "\n};\n";
}

/// Eight numbers a row: the shortest decimals that read back as the same bits.
static std::string printWeights(const std::string &name, const std::string &bytes) {
  std::string text = fmt::format("\nalignas(64) __attribute__((section(\".rodata.{0}_weights\"))) const float "
                                 "{0}_weights[{1}] = {{",
                                 name, bytes.size() / sizeof(float));
  for (size_t i = 0; i < bytes.size() / sizeof(float); ++i) {
    float value;
    std::memcpy(&value, bytes.data() + i * sizeof(float), sizeof(float));
    std::string number = fmt::format("{}", value);
    text += i % 8 == 0 ? "\n    " : " ";
    text += number + (number.find_first_of(".e") == std::string::npos ? ".0f," : "f,");
  }
  return text + "\n};\n";
}

static std::string printTop(const ModelInterface &model, StringRef source, bool isComplete) {
  std::string file = model.name + ".cpp";
  std::string text = fmt::format("// {}\n", formatBanner(model, source));
  text += fmt::format("// Build: c++ -std=c++17 -O2 {} -ffreestanding -fno-exceptions -fno-rtti -c {}\n",
                      getCompilerFlags(model.target, getTensorType(model)), file);
  if (!isComplete)
    text += fmt::format("// The weights stand in {0}_weights.S, which the assembler builds: cc -c {0}_weights.S\n",
                        model.name);
  text += fmt::format("// The same bits as {0}.o; {0}.h is the manual.\n#include \"{0}.h\"\n\n", model.name);
  return text + printTargetGuard(model.target, getTensorType(model), file);
}

static std::string printHeading(const char *title) { return fmt::format("\n// ---- {} ----\n\n", title); }

/// A constant that its own file defines later has no linkage outside; one from an assembled file is hidden.
static std::string declareWeights(const ModelInterface &model, bool isComplete) {
  if (model.weightBytes == 0)
    return "";
  int64_t elements = countWords(model.weightBytes);
  if (isComplete)
    return fmt::format("namespace {{\nextern const {} {}_weights[{}];\n}}\n\n", getWeightsType(model), model.name,
                       elements);
  return fmt::format("extern \"C\" __attribute__((visibility(\"hidden\"))) const {} {}_weights[{}];\n\n",
                     getWeightsType(model), model.name, elements);
}

FailureOr<PrintedText> mncc::emitCpp(ModuleOp lowered, const ModelInterface &model, StringRef source,
                                     bool inlineWeights) {
  auto weights = readPackedWeights(lowered);
  OwningOpRef<ModuleOp> copy(lowered.clone());
  auto cpuCheck = printCpuCheck(model, lowered.getLoc());
  if (failed(weights) || failed(lowerToEmitC(*copy)) || failed(cpuCheck))
    return failure();
  bool isComplete = inlineWeights || weights->size() <= kInlineWeightBytes;
  PrintedText printed;
  std::string &text = printed.text;
  text = printTop(model, source, isComplete);
  text +=
      printHeading("vectors") + printPrelude(model.target, collectVectors(lowered, model)) + printHeading("kernels");
  for (auto kernel : copy->getOps<emitc::FuncOp>()) {
    auto function = printKernel(kernel);
    if (failed(function))
      return failure();
    text += *function;
  }
  text += printHeading("the network") + declareWeights(model, isComplete);
  text += printNetwork(model, countArgumentBytes(lowered)) + *cpuCheck;
  if (weights->empty())
    return printed;
  if (isComplete) {
    bool isFloats = StringRef(getWeightsType(model)) == "float";
    std::string values = isFloats ? printWeights(model.name, *weights) : printWords(model.name, *weights);
    text += printHeading("weights") + "namespace {" + values + "} // namespace\n";
    return printed;
  }
  printed.weightsAssembly = printWeightsAssembly(model.name, WeightSection{model.name + "_weights", *weights});
  printed.weightsBinary = std::move(*weights);
  return printed;
}
