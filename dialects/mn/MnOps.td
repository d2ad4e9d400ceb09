// SPDX-License-Identifier: Apache-2.0
// The ops of `mn`, in the order of docs/model-format.md.
#ifndef MNCC_DIALECTS_MN_MNOPS_TD
#define MNCC_DIALECTS_MN_MNOPS_TD

include "dialects/mn/MnAttributes.td"
include "dialects/mn/MnInterfaces.td"
include "mlir/IR/BuiltinAttributes.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

/// What passes between layers: floats, or integers with a `#mn.quantization`.
def Mn_Tensor : StaticShapeTensorOf<[F32, F16, BF16, I8, UI<8>]>;
/// Parameters of layers: floats, or the filter (i8), bias (i32) and scales (f32) of a quantised one.
def Mn_Weights : StaticShapeTensorOf<[F32, F16, BF16, I8, I32]>;

class Mn_Op<string mnemonic, list<Trait> traits = []> : Op<Mn_Dialect, mnemonic, traits>;

/// A layer: takes `operands`, gives one tensor, and carries what the tile stage decides about it.
class Mn_LayerOp<string mnemonic, dag operands, list<Trait> traits = []>
    : Mn_Op<mnemonic, !listconcat([Pure, Mn_LayerOpInterface], traits)> {
  let arguments = !con(operands, (ins OptionalAttr<StrArrayAttr>:$fused, OptionalAttr<StrAttr>:$layout,
                                      OptionalAttr<Mn_ScheduleAttr>:$schedule,
                                      OptionalAttr<Mn_PlacementAttr>:$placement,
                                      OptionalAttr<Mn_NumericsAttr>:$numerics));
  let results = (outs Mn_Tensor:$output);
  let hasVerifier = 1;
}

/// A layer with a filter: `mn.conv2d %input, %filter bias(%bias) skip(%skip) strides [2, 2] … : (…) -> …`. A quantised
/// one has a filter of i8, a bias of i32 and the filter's `scales`, one for all output channels or one a channel;
/// `filter_zero_point` is the integer that stands for 0 in the filter.
class Mn_WeightedOp<string mnemonic, dag attributes, string attributeFormat>
    : Mn_LayerOp<mnemonic,
                 !con((ins Mn_Tensor:$input, Mn_Weights:$filter, Optional<Mn_Weights>:$bias,
                           Optional<Mn_Weights>:$scales, Optional<Mn_Tensor>:$skip),
                      attributes, (ins DefaultValuedAttr<I64Attr, "0">:$filter_zero_point,
                                       DefaultValuedAttr<Mn_Activation, "::mncc::mn::Activation::None">:$activation)),
                 [AttrSizedOperandSegments, Mn_WeightedOpInterface]> {
  let assemblyFormat = "$input `,` $filter (`bias` `(` $bias^ `)`)? (`scales` `(` $scales^ `)`)? (`skip` `(` $skip^ `)`)? " #
                       attributeFormat # " (`filter_zero_point` $filter_zero_point^)? (`activation` $activation^)?" #
                       " attr-dict `:` functional-type(operands, results)";
}

defvar Mn_Pair = DenseI64ArrayAttr;
defvar Mn_Strides = DefaultValuedAttr<Mn_Pair, "{1, 1}">;
defvar Mn_Padding = DefaultValuedAttr<DenseI64ArrayAttr, "{0, 0, 0, 0}">;

def Mn_ConstantOp : Mn_Op<"constant", [Pure, ConstantLike, AllTypesMatch<["value", "output"]>]> {
  let summary = "Weights of a layer";
  let description = [{
    The value is a resource whose key is `<layer>_<parameter>_<16 hex digits of its SHA-256>`; tests may write small
    `dense` values. Example: `%0 = mn.constant dense_resource<conv_kernel_0123456789abcdef> : tensor<3x3x3x32xf32>`.
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs Mn_Weights:$output);
  let assemblyFormat = "$value attr-dict";
  let builders = [OpBuilder<(ins "::mlir::ElementsAttr":$value), [{
    build($_builder, $_state, value.getShapedType(), value);
  }]>];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Mn_NormalizeOp : Mn_LayerOp<"normalize", (ins Mn_Tensor:$input, DenseF64ArrayAttr:$scale, DenseF64ArrayAttr:$offset)> {
  let summary = "Preprocessing of an image, per channel: pixel * scale + offset";
  let description = [{
    Stands at the head of a network whose input type is u8. One entry for all channels, or one a channel.
    Example: `%1 = mn.normalize %0 scale [0.0078431] offset [-1.0] : (tensor<1x224x224x3xui8>) -> tensor<1x224x224x3xf32>`.
  }];
  let assemblyFormat = [{
    $input `scale` $scale `offset` $offset attr-dict `:` functional-type(operands, results)
  }];
}

def Mn_Conv2DOp : Mn_WeightedOp<"conv2d", (ins Mn_Strides:$strides, Mn_Padding:$padding, Mn_Strides:$dilations),
    "(`strides` $strides^)? (`padding` $padding^)? (`dilations` $dilations^)?"> {
  let summary = "Convolution";
  let description = [{
    Filter [kh, kw, in, out]; bias [out], or [row classes, column classes, out] where border outputs have their own
    (`fold-input-normalization`); padding [top, bottom, left, right] in pixels; taps outside the image are skipped.
    Example: `%1 = mn.conv2d %0, %w bias(%b) strides [2, 2] padding [0, 1, 0, 1] activation relu6 :
    (tensor<1x224x224x3xf32>, tensor<3x3x3x32xf32>, tensor<32xf32>) -> tensor<1x112x112x32xf32>`.
  }];
}

def Mn_DepthwiseConv2DOp : Mn_WeightedOp<"depthwise_conv2d",
    (ins Mn_Strides:$strides, Mn_Padding:$padding, Mn_Strides:$dilations),
    "(`strides` $strides^)? (`padding` $padding^)? (`dilations` $dilations^)?"> {
  let summary = "Depthwise convolution (MobileNets paper, section 3.1)";
  let description = [{
    Filter [kh, kw, in, multiplier]; output channel c * multiplier + m sees input channel c only. Bias, padding and taps
    as in `mn.conv2d`. Example: `%1 = mn.depthwise_conv2d %0, %w padding [1, 1, 1, 1] :
    (tensor<1x112x112x32xf32>, tensor<3x3x32x1xf32>) -> tensor<1x112x112x32xf32>`.
  }];
}

def Mn_PointwiseConv2DOp : Mn_WeightedOp<"pointwise_conv2d", (ins Mn_Strides:$strides), "(`strides` $strides^)?"> {
  let summary = "1x1 convolution (MobileNets paper, section 3.1)";
  let description = [{
    Filter [1, 1, in, out]; bias as in `mn.conv2d`.
    Example: `%1 = mn.pointwise_conv2d %0, %w bias(%b) activation relu6 :
    (tensor<1x112x112x32xf32>, tensor<1x1x32x64xf32>, tensor<64xf32>) -> tensor<1x112x112x64xf32>`.
  }];
}

def Mn_FullyConnectedOp : Mn_WeightedOp<"fully_connected", (ins), ""> {
  let summary = "Matrix times vector";
  let description = [{
    Input [1, in], filter [in, out], bias [out]. Example: `%1 = mn.fully_connected %0, %w bias(%b) :
    (tensor<1x1024xf32>, tensor<1024x1000xf32>, tensor<1000xf32>) -> tensor<1x1000xf32>`.
  }];
}

def Mn_BatchNormOp : Mn_LayerOp<"batch_norm", (ins Mn_Tensor:$input, Mn_Weights:$gamma, Mn_Weights:$beta,
                                                   Mn_Weights:$mean, Mn_Weights:$variance, F64Attr:$epsilon)> {
  let summary = "Batch normalisation with frozen statistics: gamma * (x - mean) / sqrt(variance + epsilon) + beta";
  let description = [{
    Each parameter is [channels]. Example: `%1 = mn.batch_norm %0, %g, %b, %m, %v epsilon 1.0e-3 :
    (tensor<1x8x8x4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>, tensor<4xf32>) -> tensor<1x8x8x4xf32>`.
  }];
  let assemblyFormat = [{
    $input `,` $gamma `,` $beta `,` $mean `,` $variance `epsilon` $epsilon attr-dict `:`
    functional-type(operands, results)
  }];
}

class Mn_ActivationOp<string mnemonic, string formula> : Mn_LayerOp<mnemonic, (ins Mn_Tensor:$input)> {
  let summary = formula;
  let description = "Example: `%1 = mn." # mnemonic # " %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>`.";
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}
def Mn_ReluOp : Mn_ActivationOp<"relu", "x > 0 ? x : 0">;
def Mn_Relu6Op : Mn_ActivationOp<"relu6", "min(relu(x), 6)">;
def Mn_SigmoidOp : Mn_ActivationOp<"sigmoid", "1 / (1 + exp(-x))">;
def Mn_HardSwishOp : Mn_ActivationOp<"hard_swish", "x * relu6(x + 3) / 6 (MobileNetV3 paper, section 5.2)">;
def Mn_HardSigmoidOp : Mn_ActivationOp<"hard_sigmoid", "relu6(x + 3) / 6 (MobileNetV3 paper, section 5.2)">;

class Mn_BinaryOp<string mnemonic, string formula>
    : Mn_LayerOp<mnemonic, (ins Mn_Tensor:$lhs, Mn_Tensor:$rhs,
                                DefaultValuedAttr<Mn_Activation, "::mncc::mn::Activation::None">:$activation)> {
  let summary = formula;
  let description = [{
    Equal shapes, or one side [1, 1, 1, C] against [1, H, W, C].
    Example: `%2 = mn.}] # mnemonic # [{ %0, %1 : (tensor<1x8xf32>, tensor<1x8xf32>) -> tensor<1x8xf32>`.
  }];
  let assemblyFormat = "$lhs `,` $rhs (`activation` $activation^)? attr-dict `:` functional-type(operands, results)";
}
def Mn_AddOp : Mn_BinaryOp<"add", "Elementwise sum">;
def Mn_MulOp : Mn_BinaryOp<"mul", "Elementwise product">;

class Mn_PoolOp<string mnemonic, string formula, dag attributes = (ins)>
    : Mn_LayerOp<mnemonic, !con((ins Mn_Tensor:$input, Mn_Pair:$pool_size, Mn_Strides:$strides, Mn_Padding:$padding),
                                attributes)> {
  let summary = formula;
  let description = [{
    Padded places are not part of a window. Example:
    `%1 = mn.}] # mnemonic # [{ %0 pool_size [2, 2] strides [2, 2] : (tensor<1x4x4x8xf32>) -> tensor<1x2x2x8xf32>`.
  }];
  let assemblyFormat = [{
    $input `pool_size` $pool_size (`strides` $strides^)? (`padding` $padding^)? attr-dict `:`
    functional-type(operands, results)
  }];
}
/// `stored_shift`: what choose-storage added to the integers; means are rounded away from what was 0 before.
def Mn_AveragePoolOp : Mn_PoolOp<"average_pool", "Mean of a window: its sum in row order, divided by the count of places",
                                 (ins DefaultValuedAttr<I64Attr, "0">:$stored_shift)>;
def Mn_MaxPoolOp : Mn_PoolOp<"max_pool", "Largest value of a window">;

def Mn_GlobalAveragePoolOp : Mn_LayerOp<"global_average_pool", (ins Mn_Tensor:$input)> {
  let summary = "Mean over height and width: the sum in row order, divided by the count";
  let description = [{
    The result is [1, C], or [1, 1, 1, C] where the dimensions are kept.
    Example: `%1 = mn.global_average_pool %0 : (tensor<1x7x7x1024xf32>) -> tensor<1x1024xf32>`.
  }];
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Mn_SoftmaxOp : Mn_LayerOp<"softmax", (ins Mn_Tensor:$input)> {
  let summary = "exp(x - max) / sum over the last dimension, the sum ascending";
  let description = "Example: `%1 = mn.softmax %0 : (tensor<1x1000xf32>) -> tensor<1x1000xf32>`.";
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

class Mn_ShapeOp<string mnemonic, string formula> : Mn_LayerOp<mnemonic, (ins Mn_Tensor:$input)> {
  let summary = formula;
  let description = "Example: `%1 = mn." # mnemonic # " %0 : (tensor<1x1x1x8xf32>) -> tensor<1x8xf32>`.";
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}
def Mn_ReshapeOp : Mn_ShapeOp<"reshape", "The same values in row-major NHWC order, in another shape">;
def Mn_FlattenOp : Mn_ShapeOp<"flatten", "The same values in row-major NHWC order as [1, n]">;

def Mn_ConcatOp : Mn_LayerOp<"concat", (ins Variadic<Mn_Tensor>:$inputs, I64Attr:$axis)> {
  let summary = "Concatenation along `axis` (1 to rank - 1, the batch counted)";
  let description = [{
    Example: `%2 = mn.concat %0, %1 axis 3 : (tensor<1x4x4x8xf32>, tensor<1x4x4x3xf32>) -> tensor<1x4x4x11xf32>`.
  }];
  let assemblyFormat = "$inputs `axis` $axis attr-dict `:` functional-type(operands, results)";
}

def Mn_PadOp : Mn_LayerOp<"pad", (ins Mn_Tensor:$input, DenseI64ArrayAttr:$padding)> {
  let summary = "Zeros around the image: [top, bottom, left, right] pixels";
  let description = [{
    Example: `%1 = mn.pad %0 padding [0, 1, 0, 1] : (tensor<1x8x8x3xf32>) -> tensor<1x9x9x3xf32>`.
  }];
  let assemblyFormat = "$input `padding` $padding attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Mn_ResizeOp : Mn_LayerOp<"resize", (ins Mn_Tensor:$input, Mn_ResizeMethod:$method,
                                            DefaultValuedAttr<BoolAttr, "false">:$align_corners,
                                            DefaultValuedAttr<BoolAttr, "false">:$half_pixel_centers)> {
  let summary = "Resampling to the result's height and width (TFLite's RESIZE_NEAREST_NEIGHBOR and RESIZE_BILINEAR)";
  let description = [{
    Example: `%1 = mn.resize %0 bilinear {half_pixel_centers = true} : (tensor<1x4x4x3xf32>) -> tensor<1x7x9x3xf32>`.
  }];
  let assemblyFormat = "$input $method attr-dict `:` functional-type(operands, results)";
}

def Mn_DropoutOp : Mn_LayerOp<"dropout", (ins Mn_Tensor:$input)> {
  let summary = "The identity: dropout acts in training only";
  let description = "Example: `%1 = mn.dropout %0 : (tensor<1x8xf32>) -> tensor<1x8xf32>`.";
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
  let hasFolder = 1;
}

def Mn_QuantizeOp : Mn_LayerOp<"quantize", (ins Mn_Tensor:$input)> {
  let summary = "Values as integers of the result's scale (TFLite's QUANTIZE)";
  let description = [{
    Takes floats, or integers of another scale, zero point or element type. Floats: round(x / scale), halves away from
    zero, + zero_point, clamped to the element type. Example: `%1 = mn.quantize %0 :
    (tensor<1x8xf32>) -> tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>`.
  }];
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Mn_DequantizeOp : Mn_LayerOp<"dequantize", (ins Mn_Tensor:$input)> {
  let summary = "Integers as floats: scale * (x - zero_point) (TFLite's DEQUANTIZE)";
  let description = [{
    Example: `%1 = mn.dequantize %0 :
    (tensor<1x8xi8, #mn.quantization<scale = 5.000000e-01 : f32, zero_point = 0>>) -> tensor<1x8xf32>`.
  }];
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Mn_CopyOp : Mn_LayerOp<"copy", (ins Mn_Tensor:$input)> {
  let summary = "The same tensor in another layout or place, inserted by the tile stage";
  let description = [{
    Example: `%1 = mn.copy %0 {layout = "nchw16c"} : (tensor<1x8x8x3xf32>) -> tensor<1x8x8x3xf32>`.
  }];
  let assemblyFormat = "$input attr-dict `:` functional-type(operands, results)";
}

def Mn_FusedOp : Mn_Op<"fused", [IsolatedFromAbove, RecursiveMemoryEffects, SingleBlock,
                                 DeclareOpInterfaceMethods<Mn_LayerOpInterface, [
                                   "getLayoutAttr", "setLayoutAttr", "getScheduleAttr", "setScheduleAttr",
                                   "getPlacementAttr", "setPlacementAttr", "getFusedAttr", "setFusedAttr"]>]> {
  let summary = "A chain of convolutions that runs in turns, with rings of rows between its layers";
  let description = [{
    Written by `plan-fusion`; becomes one kernel. Each layer reads what the one before it wrote. In turn t the last layer
    computes its rows t * `strips.back()` on, the others before it the rows that it needs and that are not there yet,
    `strips[i]` at a time. Of the result of layer i only the last `rings[i]` rows are kept: row r in place r modulo
    `rings[i]`. Rows are computed once, so the bits are those of the layers one by one. The region takes the inputs of the
    chain (the first layer's, and the last one's skip tensor); weights are constants inside it. Layout, placement and
    schedule of the result are those of the last layer; the placement of the others is their ring's.
    Example: `%1 = mn.fused %0 strips [2, 2] rings [2] : (tensor<1x8x8x4xf32>) -> tensor<1x8x8x16xf32> {
    ^bb0(%in: tensor<1x8x8x4xf32>):
      %w = mn.constant dense<1.0> : tensor<1x1x4x8xf32>
      %a = mn.pointwise_conv2d %in, %w : (tensor<1x8x8x4xf32>, tensor<1x1x4x8xf32>) -> tensor<1x8x8x8xf32>
      %v = mn.constant dense<1.0> : tensor<1x1x8x16xf32>
      %b = mn.pointwise_conv2d %a, %v : (tensor<1x8x8x8xf32>, tensor<1x1x8x16xf32>) -> tensor<1x8x8x16xf32>
      mn.yield %b : tensor<1x8x8x16xf32>
    }`.
  }];
  let arguments = (ins Variadic<Mn_Tensor>:$inputs, DenseI64ArrayAttr:$strips, DenseI64ArrayAttr:$rings);
  let results = (outs Mn_Tensor:$output);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $inputs `strips` $strips `rings` $rings attr-dict `:` functional-type(operands, results) $body
  }];
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The layers of the chain in order; at least one in a verified op.
    ::llvm::SmallVector<::mncc::mn::WeightedOpInterface> getLayers();
    /// The layer whose result is the op's own.
    ::mncc::mn::LayerOpInterface getLastLayer();
    /// What `argument` of the body stands for outside.
    ::mlir::Value getOutside(::mlir::BlockArgument argument) { return getInputs()[argument.getArgNumber()]; }
  }];
}

def Mn_YieldOp : Mn_Op<"yield", [Pure, Terminator, HasParent<"FusedOp">]> {
  let summary = "The result of `mn.fused`";
  let description = "Ends the region, as `mn.fused` shows. Example: `mn.yield %1 : tensor<1x8x8x16xf32>`.";
  let arguments = (ins Mn_Tensor:$value);
  let assemblyFormat = "$value attr-dict `:` type($value)";
}

def Mn_BufferAttr : Mn_Attr<"Buffer", "buffer"> {
  let summary = "An address: a byte offset in the arena, the weights, an input or an output";
  let description = "Example: `#mn.buffer<space = weights, index = 0, offset = 512>`.";
  let parameters = (ins EnumParameter<Mn_Space>:$space, "int64_t":$index, "int64_t":$offset);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Mn_CallOp : Mn_Op<"call", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "One layer at run time: a call of its kernel with the addresses of its tensors";
  let description = [{
    Written by lower-to-kernels in the order of execution; the kernel is a `func.func` with one memref for each buffer,
    and where `schedule` cuts it into parts, an index: the part to compute. The last buffer is the layer's result, stored
    in `layout`.
    Example: `mn.call @net_pw_6x64_k32_f32 "pw_1" [#mn.buffer<space = arena, index = 0, offset = 0>]`.
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, StrAttr:$layer, ArrayAttr:$buffers, OptionalAttr<StrArrayAttr>:$fused,
                       OptionalAttr<StrAttr>:$layout, OptionalAttr<TypeAttr>:$type,
                       OptionalAttr<Mn_ScheduleAttr>:$schedule);
  let assemblyFormat = "$kernel $layer $buffers attr-dict";
}

#endif // MNCC_DIALECTS_MN_MNOPS_TD
