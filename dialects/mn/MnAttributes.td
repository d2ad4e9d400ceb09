// SPDX-License-Identifier: Apache-2.0
// What an op of `mn` may carry beside its operands: activation, target, layout, schedule, placement.
#ifndef MNCC_DIALECTS_MN_MNATTRIBUTES_TD
#define MNCC_DIALECTS_MN_MNATTRIBUTES_TD

include "dialects/mn/Mn.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/TensorEncoding.td"

class Mn_Attr<string name, string attrMnemonic, list<Trait> traits = []> : AttrDef<Mn_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class Mn_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::mncc::mn";
}

/// An enumeration that is only ever a field of another attribute.
class Mn_FieldEnum<string name, string summary, list<I32EnumAttrCase> cases> : Mn_Enum<name, summary, cases> {
  let genSpecializedAttr = 0;
}

def Mn_Activation : Mn_Enum<"Activation", "The function applied to a finished sum", [
  I32EnumAttrCase<"None", 0, "none">, I32EnumAttrCase<"Relu", 1, "relu">, I32EnumAttrCase<"Relu6", 2, "relu6">,
  I32EnumAttrCase<"Sigmoid", 3, "sigmoid">, I32EnumAttrCase<"HardSwish", 4, "hard_swish">,
  I32EnumAttrCase<"HardSigmoid", 5, "hard_sigmoid">]>;

def Mn_ResizeMethod : Mn_Enum<"ResizeMethod", "How `mn.resize` samples", [
  I32EnumAttrCase<"Nearest", 0, "nearest">, I32EnumAttrCase<"Bilinear", 1, "bilinear">]>;

def Mn_Numerics : Mn_FieldEnum<"Numerics", "The engine whose bits quantised layers give", [
  I32EnumAttrCase<"Tflm", 0, "tflm">, I32EnumAttrCase<"Litert", 1, "litert">, I32EnumAttrCase<"Xnnpack", 2, "xnnpack">,
  I32EnumAttrCase<"Fast", 3, "fast">]>;

def Mn_NumericsAttr : EnumAttr<Mn_Dialect, Mn_Numerics, "numerics"> {
  let summary = "How a quantised layer rounds; left out: `tflm`";
  let description = [{
    - `tflm`: twice, as TensorFlow Lite Micro and CMSIS-NN do (TFLite's MultiplyByQuantizedMultiplier).
    - `litert`: as LiteRT's reference kernels: once in `mn.fully_connected`, else twice.
    - `xnnpack`: the product of the sum and a scale, both floats, to the nearest integer, halves to even.
    - `fast`: whatever is fastest within one unit of the result's scale.

    Example: `#mn.numerics<litert>`.
  }];
  let assemblyFormat = "`<` $value `>`";
}

def Mn_QuantizationAttr : Mn_Attr<"Quantization", "quantization", [DeclareAttrInterfaceMethods<VerifiableTensorEncoding>]> {
  let summary = "What the integers of a tensor stand for: scale * (integer - zero_point)";
  let description = [{
    The encoding of a tensor of i8 or ui8 between layers (TFLite's quantisation specification: asymmetric, one scale and
    zero point a tensor). The scale is a positive, finite f32, the zero point one of the values of the element type.
    Example: `tensor<1x8x8x4xi8, #mn.quantization<scale = 0.0235294122 : f32, zero_point = -128>>`.
  }];
  let parameters = (ins "::mlir::FloatAttr":$scale, "int64_t":$zero_point);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The scale as a number; every f32 is one.
    double getRealScale() const { return getScale().getValueAsDouble(); }
  }];
}

def Mn_LoopOrder : Mn_FieldEnum<"LoopOrder", "Which loop of a tiled kernel is outermost", [
  I32EnumAttrCase<"PanelOuter", 0, "panel_outer">, I32EnumAttrCase<"PixelOuter", 1, "pixel_outer">]>;

def Mn_Split : Mn_FieldEnum<"Split", "What of a kernel's output is cut into parts for threads", [
  I32EnumAttrCase<"Channels", 0, "channels">, I32EnumAttrCase<"Pixels", 1, "pixels">]>;

def Mn_Space : Mn_FieldEnum<"Space", "The memory that a buffer lives in", [
  I32EnumAttrCase<"Arena", 0, "arena">, I32EnumAttrCase<"Input", 1, "input">, I32EnumAttrCase<"Output", 2, "output">,
  I32EnumAttrCase<"Weights", 3, "weights">]>;

def Mn_TargetAttr : Mn_Attr<"Target", "target"> {
  let summary = "The row of the target table that the module is compiled for";
  let description = [{
    A dictionary with the columns of `compiler/targets/targets.json`; passes read it through the typed accessors and
    never look at the triple. Example: `#mn.target<{cpu = "x86-64-v3", vector_bits = 256 : i64, …}>`.
  }];
  let parameters = (ins "::mlir::DictionaryAttr":$columns);
  let assemblyFormat = "`<` $columns `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The integer in column `name`, or `fallback` where the row leaves it out.
    int64_t getInteger(::llvm::StringRef name, int64_t fallback = 0) const;
    /// The string in column `name`, or an empty string.
    ::llvm::StringRef getString(::llvm::StringRef name) const;
    /// The flag in column `name`, or false.
    bool getFlag(::llvm::StringRef name) const;
    /// The integers in column `name`, or none.
    ::llvm::SmallVector<int64_t> getIntegers(::llvm::StringRef name) const;
    /// The strings in column `name`, or none.
    ::llvm::SmallVector<::llvm::StringRef> getStrings(::llvm::StringRef name) const;
    /// The row's name, as `--mcpu` takes it.
    ::llvm::StringRef getCpu() const { return getString("cpu"); }
    /// fp32 values in one vector register.
    int64_t getLanes() const { return getInteger("vector_bits") / 32; }
    /// Values of `element` that kernels work on at once: tensors of f16 fill a register where the row computes in f16,
    /// and are widened to f32 elsewhere, as those of bf16 are.
    int64_t getLanes(::mlir::Type element) const { return element.isF16() && hasF16Fma() ? 2 * getLanes() : getLanes(); }
    /// Vector registers that the instruction set names.
    int64_t getRegisters() const { return getInteger("registers"); }
    /// True where the row multiplies and adds with one rounding; else kernels use a multiplication and an addition.
    bool hasFma() const { return getFlag("fma"); }
    /// True where an fma takes its multiplicand from a lane of a vector register (NEON's by-element form).
    bool hasLaneFma() const { return getFlag("lane_fma"); }
    /// True where one instruction adds the products of two pairs of bf16 to an f32.
    bool hasBf16Dot() const { return getFlag("bf16_dot"); }
    /// True where one instruction multiplies a 2x4 and a 4x2 matrix of bf16 into a 2x2 one of f32 (BFMMLA).
    bool hasBf16Matrix() const { return getFlag("bf16_matrix"); }
    /// True where the row multiplies and adds vectors of f16.
    bool hasF16Fma() const { return getFlag("f16_fma"); }
    /// True where the row widens floats of `type` (f16 or bf16) without a call; bf16 is a shift everywhere.
    bool widens(::mlir::Type type) const { return !type.isF16() || getFlag("f16_convert"); }
  }];
}

/// An enumeration that is left out of the text where it is `value`.
class DefaultedEnumParameter<EnumInfo info, string value> : EnumParameter<info> { let defaultValue = value; }

def Mn_ScheduleAttr : Mn_Attr<"Schedule", "schedule"> {
  let summary = "How a kernel walks its loops, decided by choose-tiles";
  let description = [{
    Kernels read these fields and nothing else, so an edited dump changes the machine code and never the result.
    - `vector`: fp32 lanes of one vector; divides the channel block of the layouts it works on.
    - `pixels`: output pixels of one register tile; with `rows`, those of one row.
    - `channels`: output channels of one register tile, a multiple of `vector`.
    - `rows`: output rows of one register tile of a depthwise convolution or a pool, 1 (left out) elsewhere.
    - `unroll`: how often the innermost loop of the reduction is repeated in straight-line code; of a depthwise
      convolution or a pool, the taps in straight-line code, whose weights are held in registers: all taps of the window
      (across a tile's rows, so that each input is loaded once), the taps of a kernel row, or 1.
    - `order`: `panel_outer` reads each panel of weights once and walks all pixels under it; `pixel_outer` the reverse.
    - `prefetch`: lines of the next panel of weights that a tile asks for at each block of input channels, so that the panel is
      in L2 when its turn comes; 0 (left out) for none. Needs `panel_outer` with several panels and tiles.
    - `parts`: into how many parts the kernel is cut for threads, 1 (left out) for none; `split`: what is cut, the output
      `channels` (left out; elementwise walks: the memory) or the output `pixels` (tiles of a 1x1 convolution, rows of
      the others). Parts write places of their own with the tiles that the whole would have: the bits are the same.

    Example: `#mn.schedule<vector = 16, pixels = 6, channels = 64, unroll = 4, order = panel_outer>`.
  }];
  let parameters = (ins "int64_t":$vector, "int64_t":$pixels, "int64_t":$channels, "int64_t":$unroll,
                        EnumParameter<Mn_LoopOrder>:$order, DefaultValuedParameter<"int64_t", "1">:$rows, DefaultValuedParameter<"int64_t", "0">:$prefetch,
                        DefaultValuedParameter<"int64_t", "1">:$parts,
                        DefaultedEnumParameter<Mn_Split, "::mncc::mn::Split::Channels">:$split);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The names of all fields, in the order of the parameters.
    static ::llvm::ArrayRef<::llvm::StringLiteral> getFieldNames();
    /// The word for `value` in field number `field`, an enumeration; empty for other values, and for fields with
    /// numbers. Every enumeration has the value 0.
    static ::llvm::StringRef getFieldWord(size_t field, int64_t value);
    /// The values of all fields in the order of their names, an enumeration's by its number.
    ::llvm::SmallVector<int64_t> getFieldValues() const;
    /// The schedule with `values`, one a field; null after an error to `emitError` where the verifier refuses them.
    static ScheduleAttr getFromValues(::llvm::function_ref<::mlir::InFlightDiagnostic()> emitError,
                                      ::mlir::MLIRContext *context, ::llvm::ArrayRef<int64_t> values);
  }];
}

def Mn_PlacementAttr : Mn_Attr<"Placement", "placement"> {
  let summary = "Where a value lives, decided by plan-arena";
  let description = [{
    `space` is `arena`, or `input`/`output` with the number of the argument or result in `index`; `offset` and `bytes`
    are in bytes, `offset` a multiple of 64 in the arena.
    Example: `#mn.placement<space = arena, index = 0, offset = 16384, bytes = 8192>`.
  }];
  let parameters = (ins EnumParameter<Mn_Space>:$space, "int64_t":$index, "int64_t":$offset, "int64_t":$bytes);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

#endif // MNCC_DIALECTS_MN_MNATTRIBUTES_TD
