// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Interface.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

using namespace mlir;

namespace mncc {

bool ModelInterface::isFast() const {
  return llvm::any_of(layers, [](const LayerInterface &layer) { return layer.numerics == "fast"; });
}

bool ModelInterface::isQuantized() const {
  auto holdsIntegers = [](const auto &tensor) { return static_cast<bool>(tensor.quantization); };
  return llvm::any_of(inputs, holdsIntegers) || llvm::any_of(layers, holdsIntegers);
}

int64_t TensorInterface::elements() const {
  int64_t product = 1;
  for (int64_t size : shape)
    product *= size;
  return product;
}

std::string formatShapeTimes(ArrayRef<int64_t> shape) { return fmt::format("{}", fmt::join(shape, "x")); }

std::string formatElement(Type element) {
  if (!element)
    return "";
  if (element.isInteger(8))
    return element.isUnsignedInteger() ? "u8" : "s8";
  std::string text;
  llvm::raw_string_ostream(text) << element;
  return text;
}

std::string formatElement(ElementKind kind) {
  switch (kind) {
  case ElementKind::F32:
    return "f32";
  case ElementKind::U8:
    return "u8";
  case ElementKind::S8:
    return "s8";
  }
  llvm_unreachable("every kind of element has a name");
}

std::string formatScale(mn::QuantizationAttr quantization) {
  std::string text = fmt::format("{}", static_cast<float>(quantization.getRealScale()));
  return StringRef(text).find_first_of(".e") == StringRef::npos ? text + ".0" : text;
}

std::string formatMeaning(mn::QuantizationAttr quantization) {
  int64_t zero = quantization.getZeroPoint();
  std::string scale = formatScale(quantization);
  return zero == 0 ? fmt::format("{} * q", scale)
                   : fmt::format("{} * (q {} {})", scale, zero < 0 ? "+" : "-", std::abs(zero));
}

/// Keywords of C and C++, and names whose header would stand in the place of another.
static bool isReserved(StringRef text) {
  static const std::set<StringRef> names = {
      "assert",    "complex",  "consteval", "constexpr",     "constinit",   "ctype",   "decltype",  "errno",
      "fenv",      "inttypes", "iso646",    "limits",        "locale",      "math",    "mncc",      "noexcept",
      "nullptr",   "setjmp",   "signal",    "static_assert", "stdalign",    "stdarg",  "stdatomic", "stdbool",
      "stddef",    "stdint",   "stdio",     "stdlib",        "stdnoreturn", "string",  "tgmath",    "thread_local",
      "threads",   "time",     "typeof",    "uchar",         "wchar",       "wctype",  "alignas",   "alignof",
      "and",       "asm",      "auto",      "bool",          "break",       "case",    "catch",     "char",
      "class",     "concept",  "const",     "continue",      "default",     "delete",  "do",        "double",
      "else",      "enum",     "explicit",  "export",        "extern",      "false",   "float",     "for",
      "friend",    "goto",     "if",        "inline",        "int",         "long",    "main",      "mutable",
      "namespace", "new",      "not",       "operator",      "or",          "private", "protected", "public",
      "register",  "requires", "restrict",  "return",        "short",       "signed",  "sizeof",    "static",
      "struct",    "switch",   "template",  "this",          "throw",       "true",    "try",       "typedef",
      "typeid",    "typename", "union",     "unsigned",      "using",       "virtual", "void",      "volatile",
      "while",     "xor"};
  return names.count(text) != 0;
}

std::string sanitizeIdentifier(StringRef text) {
  bool startsWithLetter = !text.empty() && llvm::isAlpha(text.front());
  std::string name(startsWithLetter ? "" : "m");
  for (char c : text)
    name.push_back(llvm::isAlnum(c) ? c : '_');
  return isReserved(name) ? name + "_" : name;
}

std::string fitName(StringRef name, size_t width) {
  std::string fitted = sanitizeComment(name.split(';').first);
  return fitted.size() <= width ? fitted : "..." + fitted.substr(fitted.size() - (width - 3));
}

std::string sanitizeComment(StringRef text) {
  std::string result;
  for (char c : text) {
    if (!llvm::isPrint(c) || c == '\\')
      result += "\\x" + llvm::toHex(StringRef(&c, 1), /*LowerCase=*/true);
    else if (c == '/' && !result.empty() && (result.back() == '*' || result.back() == '/'))
      result += " /";
    else if (c == '*' && !result.empty() && result.back() == '/')
      result += " *";
    else
      result.push_back(c);
  }
  return result;
}

static ElementKind findKind(Type element) {
  return element.isF32() ? ElementKind::F32 : element.isUnsignedInteger() ? ElementKind::U8 : ElementKind::S8;
}

/// A tensor of the network's interface, as the IR names it.
static std::vector<TensorInterface> describeTensors(ArrayRef<std::pair<std::string, ShapedType>> entries,
                                                    const std::string &role) {
  std::vector<TensorInterface> tensors;
  std::set<std::string> taken;
  for (const auto &[name, type] : entries) {
    TensorInterface tensor;
    tensor.name = name;
    tensor.shape.assign(type.getShape().begin(), type.getShape().end());
    tensor.kind = findKind(type.getElementType());
    tensor.quantization = mn::getQuantization(type);
    tensor.identifier = role;
    if (entries.size() > 1) {
      std::string base = role + "_" + sanitizeIdentifier(tensor.name);
      tensor.identifier = base;
      // Macros are in capitals.
      for (unsigned number = 2; !taken.insert(StringRef(tensor.identifier).upper()).second; ++number)
        tensor.identifier = base + "_" + std::to_string(number);
    }
    tensors.push_back(std::move(tensor));
  }
  return tensors;
}

using NamedTypes = std::vector<std::pair<std::string, ShapedType>>;

static NamedTypes readNamedTypes(ModuleOp module, StringRef attribute) {
  NamedTypes result;
  for (auto entry : module->getAttrOfType<ArrayAttr>(attribute).getAsRange<DictionaryAttr>())
    result.emplace_back(entry.getAs<StringAttr>("name").getValue().str(),
                        cast<ShapedType>(entry.getAs<TypeAttr>("type").getValue()));
  return result;
}

ModelInterface describeNetwork(ModuleOp module) {
  auto network = module.lookupSymbol<func::FuncOp>(mn::kNetworkFunction);
  auto nameOf = [](StringAttr name) { return name ? name.getValue().str() : std::string(); };
  NamedTypes inputs, outputs;
  for (auto [index, type] : llvm::enumerate(network.getArgumentTypes()))
    inputs.emplace_back(nameOf(network.getArgAttrOfType<StringAttr>(index, mn::kNameAttr)), cast<ShapedType>(type));
  for (auto [index, type] : llvm::enumerate(network.getResultTypes()))
    outputs.emplace_back(nameOf(network.getResultAttrOfType<StringAttr>(index, mn::kNameAttr)), cast<ShapedType>(type));
  ModelInterface model;
  model.inputs = describeTensors(inputs, "input");
  model.outputs = describeTensors(outputs, "output");
  return model;
}

static LayerInterface describeLayer(mn::CallOp call) {
  LayerInterface layer{
      call.getLayer().str(), call.getKernel().str(), "", {}, {}, {}, 0, {}, {}, {}, {}, call.getLoc(), {}, "", {}};
  if (auto layout = call.getLayoutAttr())
    layer.layout = layout.getValue().str();
  if (auto fused = call.getFusedAttr())
    for (auto name : fused.getAsRange<StringAttr>())
      layer.fused.push_back(name.getValue().str());
  if (auto type = call.getType()) {
    layer.shape = cast<ShapedType>(*type).getShape().vec(), layer.element = cast<ShapedType>(*type).getElementType();
    layer.quantization = mn::getQuantization(*type);
  }
  if (auto count = call->getAttrOfType<IntegerAttr>("multiply_adds"))
    layer.multiplyAdds = count.getInt();
  layer.schedule = call.getScheduleAttr();
  if (auto numerics = call->getAttrOfType<mn::NumericsAttr>("numerics"))
    layer.numerics = mn::stringifyNumerics(numerics.getValue()).str();
  auto buffers = call.getBuffers().getAsRange<mn::BufferAttr>();
  layer.buffers.assign(buffers.begin(), buffers.end());
  auto kernel = call->getParentOfType<ModuleOp>().lookupSymbol<FunctionOpInterface>(call.getKernel());
  for (size_t index = 0; index < layer.buffers.size(); ++index) {
    auto name = kernel.getArgAttrOfType<StringAttr>(index, mn::kNameAttr);
    layer.bufferNames.push_back(name ? name.getValue().str() : "argument_" + std::to_string(index));
  }
  kernel->walk([&](func::CallOp strip) { layer.stripKernels.push_back(strip.getCallee().str()); });
  layer.output = layer.buffers.back();
  return layer;
}

/// Over the printed module, whose weight keys hold the hashes of the weights; places in files are left out.
static std::string hashContent(ModuleOp module) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, OpPrintingFlags().elideLargeResourceString(0));
  llvm::SHA256 hash;
  hash.update(text);
  return llvm::toHex(hash.final(), /*LowerCase=*/true).substr(0, 16);
}

ModelInterface describeInterface(ModuleOp module) {
  ModelInterface model;
  auto name = module->getAttrOfType<StringAttr>("mn.name");
  model.name = sanitizeIdentifier(name ? name.getValue() : "network");
  model.macroPrefix = StringRef(model.name).upper();
  model.inputs = describeTensors(readNamedTypes(module, "mn.inputs"), "input");
  model.outputs = describeTensors(readNamedTypes(module, "mn.outputs"), "output");
  module.walk([&](mn::CallOp call) { model.layers.push_back(describeLayer(call)); });
  if (auto bytes = module->getAttrOfType<IntegerAttr>("mn.arena_bytes"))
    model.arenaBytes = bytes.getInt();
  if (auto weights = module->getAttrOfType<DenseResourceElementsAttr>("mn.weights"))
    model.weightBytes = mn::countBytes(weights.getType());
  model.contentHash = hashContent(module);
  model.threads = mn::getThreads(module);
  model.hooks = mn::hasHooks(module);
  llvm::raw_string_ostream(model.precision = "") << mn::getPrecision(module);
  llvm::raw_string_ostream(model.weightsFormat = "") << mn::getWeightsFormat(module);
  model.target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
  model.cpus = model.target.getCpu().str();
  return model;
}

ModelInterface joinInterfaces(ArrayRef<ModelInterface> models, StringRef name) {
  ModelInterface joined = models.front();
  joined.name = name.str();
  joined.macroPrefix = name.upper();
  std::string hashes = joined.contentHash;
  for (const ModelInterface &model : models.drop_front()) {
    joined.arenaBytes = std::max(joined.arenaBytes, model.arenaBytes);
    joined.cpus += ", " + model.cpus;
    hashes += model.contentHash;
  }
  if (models.size() > 1)
    joined.contentHash = llvm::toHex(llvm::SHA256::hash(llvm::arrayRefFromStringRef(hashes)), true).substr(0, 16);
  return joined;
}

} // namespace mncc
