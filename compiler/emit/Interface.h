// SPDX-License-Identifier: Apache-2.0
// What the outside sees of a lowered model: the facts that the header, the C++ face, the report and the JIT share.
#ifndef MNCC_COMPILER_EMIT_INTERFACE_H
#define MNCC_COMPILER_EMIT_INTERFACE_H

#include "compiler/Compile.h"
#include "dialects/mn/Mn.h"

namespace mncc {

/// What the elements of an input or an output are: floats, or integers of 8 bits without or with a sign.
enum class ElementKind { F32, U8, S8 };

/// One input or output of `NAME_run`: NHWC, dense, batch 1.
struct TensorInterface {
  /// The tensor's name in the description.
  std::string name;
  /// What the tensor is called in C: "input" or "output" where there is one, else with its sanitised name appended.
  std::string identifier;
  /// The dimensions, batch included.
  std::vector<int64_t> shape;
  ElementKind kind = ElementKind::F32;
  /// What integers stand for; null for floats, and for the bytes of an image that the network normalises itself.
  mn::QuantizationAttr quantization;

  int64_t elements() const;
  bool isFloat() const { return kind == ElementKind::F32; }
  int64_t bytes() const { return elements() * (isFloat() ? 4 : 1); }
  const char *cType() const { return isFloat() ? "float" : kind == ElementKind::U8 ? "uint8_t" : "int8_t"; }
};

/// One call of a kernel, in running order.
struct LayerInterface {
  std::string name, kernel, layout;
  /// Of a chain, whose function `kernel` calls them in turns, the kernels of its layers.
  std::vector<std::string> stripKernels;
  /// Names of the layers it has taken in.
  std::vector<std::string> fused;
  std::vector<int64_t> shape;
  int64_t multiplyAdds = 0;
  /// What the kernel was built from; null for a dump that does not say it.
  mn::ScheduleAttr schedule;
  /// The kernel's arguments in order; the last is where the result is written.
  std::vector<mn::BufferAttr> buffers;
  /// What the kernel calls them, as in "input", "weights" or "ring_1".
  std::vector<std::string> bufferNames;
  mn::BufferAttr output;
  mlir::Location location;
  /// What the result's values are of: f32, f16, bf16, i8 or ui8.
  mlir::Type element;
  /// The engine whose rounding the layer has; empty for floats.
  std::string numerics;
  /// What the integers of the result stand for as they lie in memory; null for floats.
  mn::QuantizationAttr quantization;
};

/// What `numerics = fast` promises, in the words of headers and reports.
inline constexpr llvm::StringLiteral kFastPromise =
    "each layer of numerics fast is at most one unit off its exact value, rounded once";

/// A lowered model as `NAME_run` shows it.
struct ModelInterface {
  /// Prefix of every symbol, and the same in capitals for macros.
  std::string name, macroPrefix;
  std::vector<TensorInterface> inputs, outputs;
  std::vector<LayerInterface> layers;
  int64_t arenaBytes = 0, weightBytes = 0;
  /// 16 hex digits of a SHA-256 over the lowered module and its weights.
  std::string contentHash;
  /// How many threads the kernels are cut for; above 1, `NAME_run` takes a `NAME_parallel`.
  int64_t threads = 1;
  bool hooks = false;
  /// What the tensors between layers are of: "f32", "f16" or "bf16".
  std::string precision = "f32";
  /// How filters are stored: "f32", "f16" or "bf16".
  std::string weightsFormat = "f32";
  /// What filters, and in reduced precision tensors too, are of beside f32: "f16", "bf16" or nothing.
  std::string getNarrowType() const {
    const std::string &type = precision == "f32" ? weightsFormat : precision;
    return type == "f32" ? "" : type;
  }
  /// True where some tensor is of integers that stand for real numbers.
  bool isQuantized() const;
  /// True where some layer rounds as kFastPromise says, and not as an engine does.
  bool isFast() const;
  /// The row, or the first of several.
  mn::TargetAttr target;
  /// The rows' names, for banners: "x86-64-v4, x86-64-v3".
  std::string cpus;

  /// The parameters of `NAME_run`, all of them pointers: inputs, outputs, arena, what its options add.
  size_t countRunParameters() const {
    return inputs.size() + outputs.size() + 1 + (threads > 1 ? 1 : 0) + (hooks ? 1 : 0);
  }
};

/// Inputs and outputs of a module whose function @network is still there; nothing else is filled in.
ModelInterface describeNetwork(mlir::ModuleOp module);

/// Reads the facts off a module after lower-to-kernels (mn.stage "lower").
ModelInterface describeInterface(mlir::ModuleOp module);

/// The face of one `NAME_run` over variants of a model, `models`, that differ in their rows only; at least one. The
/// bytes of weights are the first's.
ModelInterface joinInterfaces(llvm::ArrayRef<ModelInterface> models, llvm::StringRef name);

/// `text` as a C identifier that is no keyword of C or C++; never empty.
std::string sanitizeIdentifier(llvm::StringRef text);

/// `text` on one line and safe inside a C comment: control characters and bytes outside ASCII are escaped, `*/` split.
std::string sanitizeComment(llvm::StringRef text);

/// A layer's name for a table's column of `width` characters, as sanitizeComment() writes it: of the several names that
/// TFLite's converter joins by semicolons the first, and of what is too long the end, after a dot dot dot.
std::string fitName(llvm::StringRef name, size_t width);

/// "1x28x28x256".
std::string formatShapeTimes(llvm::ArrayRef<int64_t> shape);

/// The name of `element`, which a tensor is of: "f32", "f16", "bf16", or of integers "s8" or "u8"; "" for null.
std::string formatElement(mlir::Type element);
/// As above, of an input or output.
std::string formatElement(ElementKind kind);

/// The scale as the shortest number that C reads back as the same float: "0.003921569".
std::string formatScale(mn::QuantizationAttr quantization);

/// The value of an integer q in terms of q: "0.003921569 * (q + 128)".
std::string formatMeaning(mn::QuantizationAttr quantization);

} // namespace mncc

#endif // MNCC_COMPILER_EMIT_INTERFACE_H
