// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Header.h"

#include "compiler/emit/Machine.h"

#include <fmt/format.h>

#include <iterator>

namespace mncc {

namespace {

/// Prints one header; each method is one paragraph of it.
class HeaderPrinter {
public:
  HeaderPrinter(const ModelInterface &model, llvm::StringRef source, llvm::ArrayRef<std::string> labels)
      : model(model), source(source), labels(labels) {}

  std::string print() {
    printManual();
    printGuards();
    printSizes();
    printStatus();
    printLayers();
    printRun();
    return std::move(text);
  }

private:
  template <typename... Args> void line(fmt::format_string<Args...> format, Args &&...args) {
    fmt::format_to(std::back_inserter(text), format, std::forward<Args>(args)...);
    text.push_back('\n');
  }

  void printManual() {
    line("/* {}", formatBanner(model, source));
    line(" *");
    for (const TensorInterface &tensor : model.inputs)
      line(" * {}: {} {}, NHWC{}", tensor.identifier, formatShapeTimes(tensor.shape), tensor.cType(),
           describeElements(tensor));
    for (const TensorInterface &tensor : model.outputs)
      line(" * {}: {} {}, NHWC{}: '{}'", tensor.identifier, formatShapeTimes(tensor.shape), tensor.cType(),
           describeElements(tensor), sanitizeComment(tensor.name));
    line(" * memory: {} bytes of arena (yours, writable), {} bytes of weights (read-only, in the object{})",
         model.arenaBytes, model.weightBytes,
         model.weightsFormat == "f32" ? "" : "; filters as " + model.weightsFormat);
    line(" *");
    printExample();
    line(" */");
  }

  static std::string describeElements(const TensorInterface &tensor) {
    if (tensor.quantization)
      return ", an integer q stands for " + formatMeaning(tensor.quantization);
    return tensor.kind == ElementKind::U8 ? ", pixels as bytes 0 to 255" : "";
  }

  void printExample() {
    line(" *   #include \"{}.h\"", model.name);
    line(" *");
    std::string arguments;
    for (const TensorInterface &tensor : model.inputs) {
      line(" *   static {} {}[{}_{}_ELEMENTS];", tensor.cType(), tensor.identifier, model.macroPrefix,
           llvm::StringRef(tensor.identifier).upper());
      arguments += tensor.identifier + ", ";
    }
    for (const TensorInterface &tensor : model.outputs) {
      line(" *   static {} {}[{}_{}_ELEMENTS];", tensor.cType(), tensor.identifier, model.macroPrefix,
           llvm::StringRef(tensor.identifier).upper());
      arguments += tensor.identifier + ", ";
    }
    line(" *   static _Alignas({0}_ARENA_ALIGN) uint8_t arena[{0}_ARENA_BYTES];", model.macroPrefix);
    line(" *   int32_t status = {}_run({}arena{});", model.name, arguments,
         std::string(model.threads > 1 ? ", NULL" : "") + (model.hooks ? ", NULL" : ""));
    line(" *");
    line(" * {}_run is reentrant: it changes nothing but its outputs and the arena, which must not overlap; it",
         model.name);
    line(" * allocates nothing, calls nothing outside its object{}, and its results are {}",
         model.threads > 1 && model.hooks ? " but run and the hook"
         : model.threads > 1              ? " but run"
         : model.hooks                    ? " but the hook"
                                          : "",
         isOfIntegers() && model.isFast() ? "not the same on every"
         : isOfIntegers()                 ? "the same integers on every"
         : model.precision == "f32"       ? "the same bits on every target"
                                          : "those of " + model.precision + " tensors and");
    if (isOfIntegers())
      line(" * target{}.", model.isFast() ? ": " + kFastPromise.str() : "");
    else if (model.precision == "f32")
      line(" * {} a fused multiply-add{}", model.target.hasFma() ? "with" : "without", model.isFast() ? ", but:" : ".");
    else
      line(" * {} sums: other targets round differently. A hook sees layers but the last ones as {}.",
           model.precision == "f16" ? "f16" : "fp32", model.precision);
    if (model.isFast() && !isOfIntegers())
      line(" * {}.", kFastPromise.str());
  }

  void printGuards() {
    line("#ifndef MNCC_{}_H", model.name);
    line("#define MNCC_{}_H", model.name);
    line("");
    line("#include <stddef.h>");
    line("#include <stdint.h>");
    line("");
    line("#if defined(MNCC_ABI_VERSION) && MNCC_ABI_VERSION != {}", kAbiVersion);
    line("#error \"{}.h is of ABI version {}, but another header of mncc's is of another\"", model.name, kAbiVersion);
    line("#endif");
    line("#define MNCC_ABI_VERSION {}", kAbiVersion);
    line("");
    line("#ifdef __cplusplus");
    line("extern \"C\" {{");
    line("#endif");
    line("");
  }

  void printSizes() {
    line("#define {}_VERSION \"{}\"", model.macroPrefix, MNCC_VERSION);
    line("/* Of the lowered network: layers, weights, target row, name and options; equal for equal compilations. */");
    line("#define {}_CONTENT_HASH \"{}\"", model.macroPrefix, model.contentHash);
    line("");
    if (takesIntegers())
      line("/* An integer q of a tensor below with a scale stands for SCALE * (q - ZERO_POINT). */");
    for (const TensorInterface &tensor : model.inputs)
      printTensor(tensor);
    for (const TensorInterface &tensor : model.outputs)
      printTensor(tensor);
    line("/* Bytes of working memory, and the multiple of bytes at which it must start. */");
    line("#define {}_ARENA_BYTES {}", model.macroPrefix, std::max<int64_t>(model.arenaBytes, 64));
    line("#define {}_ARENA_ALIGN 64", model.macroPrefix);
    line("#define {}_WEIGHTS_BYTES {}", model.macroPrefix, model.weightBytes);
    if (!labels.empty())
      line("#define {}_LABELS {}", model.macroPrefix, labels.size());
    line("");
  }

  /// True where no layer computes floats.
  bool isOfIntegers() const {
    return llvm::all_of(model.layers,
                        [](const LayerInterface &layer) { return static_cast<bool>(layer.quantization); });
  }

  bool takesIntegers() const {
    auto isQuantized = [](const TensorInterface &tensor) { return static_cast<bool>(tensor.quantization); };
    return llvm::any_of(model.inputs, isQuantized) || llvm::any_of(model.outputs, isQuantized);
  }

  void printTensor(const TensorInterface &tensor) {
    std::string prefix = model.macroPrefix + "_" + llvm::StringRef(tensor.identifier).upper();
    line("#define {}_ELEMENTS {}", prefix, tensor.elements());
    line("#define {}_BYTES {}", prefix, tensor.bytes());
    if (tensor.shape.size() == 4) {
      line("#define {}_HEIGHT {}", prefix, tensor.shape[1]);
      line("#define {}_WIDTH {}", prefix, tensor.shape[2]);
      line("#define {}_CHANNELS {}", prefix, tensor.shape[3]);
    }
    if (tensor.quantization) {
      line("#define {}_SCALE {}f", prefix, formatScale(tensor.quantization));
      int64_t zero = tensor.quantization.getZeroPoint();
      line("#define {}_ZERO_POINT {}", prefix, zero < 0 ? fmt::format("({})", zero) : std::to_string(zero));
    }
  }

  void printStatus() {
    line("/* What {}_run returns. The values never change. */", model.name);
    line("enum {{");
    line("  {}_OK = 0,", model.macroPrefix);
    line("  {}_AGAIN = 1,", model.macroPrefix);
    line("  {}_NULL_ARGUMENT = -1,", model.macroPrefix);
    line("  {}_MISALIGNED = -2,", model.macroPrefix);
    line("  {}_BAD_WEIGHTS = -3,", model.macroPrefix);
    line("  {}_UNSUPPORTED_CPU = -4", model.macroPrefix);
    line("}};");
    line("");
    line("/* The sizes above are in bytes of eight bits and floats of four bytes. */");
    line("typedef char {}_checks_float[sizeof(float) == 4 ? 1 : -1];", model.name);
    line("");
  }

  void printParallel() {
    line("/* How to run the parts of a layer that {} threads share. run calls task(argument, part) once for each part, "
         "0 to",
         model.threads);
    line(" * parts - 1, in any order and on any threads, and returns when all are done. */");
    line("#define {}_THREADS {}", model.macroPrefix, model.threads);
    line("typedef struct {}_parallel {{", model.name);
    line("  void *context;");
    line("  void (*run)(void *context, void (*task)(void *argument, uint32_t part), void *argument, uint32_t parts);");
    line("}} {}_parallel;", model.name);
    line("");
  }

  void printLayers() {
    if (model.threads > 1)
      printParallel();
    line("#define {}_LAYERS {}", model.macroPrefix, model.layers.size());
    if (!model.hooks)
      return;
    line("");
    line("/* after_layer, which must not be null, is called after each layer, 0 to {}_LAYERS - 1, with the address of",
         model.macroPrefix);
    line(" * its result. */");
    line("typedef struct {}_hooks {{", model.name);
    line("  void *context;");
    line("  void (*after_layer)(void *context, uint32_t layer, const void *output);");
    line("}} {}_hooks;", model.name);
    line("");
    line("/* The layers and how their results lie in memory:");
    for (size_t i = 0; i < model.layers.size(); ++i) {
      const LayerInterface &layer = model.layers[i];
      line(" * {:3}  {}  {}  {}  {}{}", i, sanitizeComment(layer.name), formatShapeTimes(layer.shape), layer.layout,
           formatElement(layer.element), layer.quantization ? ", q is " + formatMeaning(layer.quantization) : "");
    }
    line(" */");
  }

  void printRun() {
    line("");
    line("/* Runs the network once. Returns {0}_OK; {0}_NULL_ARGUMENT for a null pointer; {0}_MISALIGNED for an",
         model.macroPrefix);
    line(" * arena that does not start at a multiple of {0}_ARENA_ALIGN bytes, or a tensor at one of its element;",
         model.macroPrefix);
    if (asksProcessor())
      line(" * {}_UNSUPPORTED_CPU where the processor, asked on each call, has none of the rows named above;",
           model.macroPrefix);
    line(" * nothing is written then.{}", model.threads > 1 ? "" : " */");
    if (model.threads > 1)
      line(" * Without `parallel`, which may be null, the caller's thread runs all parts: the same bits. */");
    line("int32_t {}_run({});", model.name, formatRunParameters(model));
    line("");
    if (isHosted(model.target)) {
      line("/* 1 where the processor and its operating system have the instructions that {}_run uses, else 0. */",
           model.name);
      line("int32_t {}_cpu_supported(void);", model.name);
      line("");
    }
    line("#ifdef __cplusplus");
    line("}}");
    line("#endif");
    line("");
    line("#endif /* MNCC_{}_H */", model.name);
  }

  /// True where NAME_run chooses between rows.
  bool asksProcessor() const { return model.cpus != model.target.getCpu(); }

  const ModelInterface &model;
  llvm::StringRef source;
  llvm::ArrayRef<std::string> labels;
  std::string text;
};

} // namespace

std::string formatBanner(const ModelInterface &model, llvm::StringRef source) {
  return fmt::format("Generated by mncc {} from {} for {} ({}). Do not edit.", MNCC_VERSION, sanitizeComment(source),
                     model.target.getString("triple").str(), model.cpus);
}

std::string formatRunParameters(const ModelInterface &model) {
  std::string text;
  for (const TensorInterface &tensor : model.inputs)
    text += fmt::format("const {} *{}, ", tensor.cType(), tensor.identifier);
  for (const TensorInterface &tensor : model.outputs)
    text += fmt::format("{} *{}, ", tensor.cType(), tensor.identifier);
  text += "void *arena";
  if (model.threads > 1)
    text += fmt::format(", const {}_parallel *parallel", model.name);
  if (model.hooks)
    text += fmt::format(", const {}_hooks *hooks", model.name);
  return text;
}

std::string printHeader(const ModelInterface &model, llvm::StringRef source, llvm::ArrayRef<std::string> labels) {
  return HeaderPrinter(model, source, labels).print();
}

} // namespace mncc
