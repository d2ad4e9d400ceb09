// SPDX-License-Identifier: Apache-2.0
// What passes may ask of any layer, and of any layer with weights.
#ifndef MNCC_DIALECTS_MN_MNINTERFACES_TD
#define MNCC_DIALECTS_MN_MNINTERFACES_TD

include "mlir/IR/OpBase.td"

def Mn_LayerOpInterface : OpInterface<"LayerOpInterface"> {
  let cppNamespace = "::mncc::mn";
  let description = [{
    An op that computes one tensor and becomes one kernel call. `fused` names the layers of the description that the op
    has taken in, in order; the last of them, or else the op itself, names the tensor that it produces.
    `layout` is "nhwc" or "nchw<B>c": channels in blocks of B, each block a plane of pixels, the last block padded.
  }];
  let methods = [
    InterfaceMethod<"The tensor's layout, or null before choose-layouts", "::mlir::StringAttr", "getLayoutAttr">,
    InterfaceMethod<"Sets the tensor's layout", "void", "setLayoutAttr", (ins "::mlir::StringAttr":$layout)>,
    InterfaceMethod<"The kernel's schedule, or null before choose-tiles", "::mncc::mn::ScheduleAttr", "getScheduleAttr">,
    InterfaceMethod<"Sets the kernel's schedule", "void", "setScheduleAttr", (ins "::mncc::mn::ScheduleAttr":$schedule)>,
    InterfaceMethod<"Where the result lives, or null before plan-arena", "::mncc::mn::PlacementAttr", "getPlacementAttr">,
    InterfaceMethod<"Sets where the result lives", "void", "setPlacementAttr", (ins "::mncc::mn::PlacementAttr":$placement)>,
    InterfaceMethod<"The layers taken in, or null", "::mlir::ArrayAttr", "getFusedAttr">,
    InterfaceMethod<"Sets the layers taken in", "void", "setFusedAttr", (ins "::mlir::ArrayAttr":$fused)>
  ];
}

def Mn_WeightedOpInterface : OpInterface<"WeightedOpInterface", [Mn_LayerOpInterface]> {
  let cppNamespace = "::mncc::mn";
  let description = [{
    A convolution or fully connected layer: activation(sum + skip), where the sum is one chain that starts at the bias and
    runs (ky, kx, c) ascending. The filter's output channels are counted by `getOutputChannels`.
  }];
  let methods = [
    InterfaceMethod<"The tensor that is convolved", "::mlir::Value", "getInput">,
    InterfaceMethod<"The filter", "::mlir::Value", "getFilter">,
    InterfaceMethod<"The bias, or null", "::mlir::Value", "getBias">,
    InterfaceMethod<"The scales of a quantised filter, or null", "::mlir::Value", "getScales">,
    InterfaceMethod<"The integer that stands for 0 in a quantised filter", "uint64_t", "getFilterZeroPoint">,
    InterfaceMethod<"The tensor added to the finished sum, or null", "::mlir::Value", "getSkip">,
    InterfaceMethod<"The operand that holds the filter", "::mlir::OpOperand &", "getFilterMutable">,
    InterfaceMethod<"The operand that holds the bias", "::mlir::MutableOperandRange", "getBiasMutable">,
    InterfaceMethod<"The operand that holds the scales", "::mlir::MutableOperandRange", "getScalesMutable">,
    InterfaceMethod<"The operand that holds the skip tensor", "::mlir::MutableOperandRange", "getSkipMutable">,
    InterfaceMethod<"The activation", "::mncc::mn::Activation", "getActivation">,
    InterfaceMethod<"Sets the activation", "void", "setActivation", (ins "::mncc::mn::Activation":$activation)>
  ];
}

#endif // MNCC_DIALECTS_MN_MNINTERFACES_TD
