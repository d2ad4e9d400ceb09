// SPDX-License-Identifier: Apache-2.0
// The passes of mncc in running order: the table of contents of the compiler. Each entry ends with what is true
// afterwards.
#ifndef MNCC_PASSES_PASSES_TD
#define MNCC_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

// ---- fuse --------------------------------------------------------------------------------------------------------

def FuseDepthwiseBnRelu6Pass : Pass<"fuse-depthwise-bn-relu6", "::mlir::func::FuncOp"> {
  let summary = "Fuse batch norm and relu6 into the depthwise convolution before them";
  let description = [{
    `depthwise_conv2d`, `batch_norm`, `relu6` (or `relu`) become one layer: the batch norm is folded into the weights in
    double precision, the clamp becomes the layer's activation. Without a batch norm the clamp alone is taken.
    Afterwards: no relu or relu6 stands alone after a depthwise convolution (and its batch norm) with no other user.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FusePointwiseBnRelu6Pass : Pass<"fuse-pointwise-bn-relu6", "::mlir::func::FuncOp"> {
  let summary = "Fuse batch norm and relu6 into the pointwise convolution before them";
  let description = [{
    As `fuse-depthwise-bn-relu6`, for `pointwise_conv2d`.
    Afterwards: no relu or relu6 stands alone after a pointwise convolution (and its batch norm) with no other user.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FuseConvBnRelu6Pass : Pass<"fuse-conv-bn-relu6", "::mlir::func::FuncOp"> {
  let summary = "Fuse batch norm and relu6 into the convolution before them";
  let description = [{
    As `fuse-depthwise-bn-relu6`, for `conv2d`.
    Afterwards: no relu or relu6 stands alone after a convolution (and its batch norm) with no other user.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FoldBatchNormPass : Pass<"fold-batch-norm", "::mlir::func::FuncOp"> {
  let summary = "Fold the remaining batch norms into weights";
  let description = [{
    A batch norm that no fuse pass took, because no clamp follows it, is folded into the convolution or fully connected
    layer before it, with the bits that the fuse passes give. One without such a layer before it becomes a 1x1 depthwise
    convolution, which then takes the clamp after it.
    Afterwards: no `mn.batch_norm`.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FoldPaddingPass : Pass<"fold-padding", "::mlir::func::FuncOp"> {
  let summary = "Fold free padding into the convolution or pooling after it";
  let description = [{
    Keras writes a stride-2 convolution as `ZeroPadding2D(((0,1),(0,1)))` followed by a `valid` convolution; the taps on
    the padding are skipped instead of multiplied by zero.
    Afterwards: no `mn.pad` feeds only convolutions.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FuseResidualAddPass : Pass<"fuse-residual-add", "::mlir::func::FuncOp"> {
  let summary = "Fuse a residual sum into the convolution before it";
  let description = [{
    A layer with weights takes the other operand of the `add` after it as its `skip`, and the activation after the `add` as
    its own: the skip tensor is added to the finished sum, then the activation follows, so the bits do not change. The
    layer moves down to the `add` where the skip tensor is made after it.
    Afterwards: no `mn.add` of equal shapes reads a layer with weights, without activation, that has no other user.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FuseActivationPass : Pass<"fuse-activation", "::mlir::func::FuncOp"> {
  let summary = "Fuse an activation into the layer before it";
  let description = [{
    A sigmoid, hard_swish or hard_sigmoid goes into the convolution before it, and every activation into the `add`, `mul` or
    `fully_connected` before it. The clamps after convolutions belong to the `fuse-…-bn-relu6` passes.
    Afterwards: no activation stands alone that the layer before it could compute.
  }];
  let options = [Option<"clampsOnly", "clamps-only", "bool", "false", "Take relu and relu6 only, as layers on integers can">];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def FoldInputNormalizationPass : Pass<"fold-input-normalization", "::mlir::func::FuncOp"> {
  let summary = "Fold the preprocessing of a u8 image into the first convolution";
  let description = [{
    Scales go into the filter, offsets into the bias, in double precision. Where the convolution pads, outputs at the border
    get biases of their own, one for each set of taps inside the image: [row classes, column classes, out].
    Afterwards: no `mn.normalize` feeds only convolutions (of at most 1024 such classes).
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def RoundWeightsPass : Pass<"round-weights", "::mlir::func::FuncOp"> {
  let summary = "Round the weights to the format that they are stored in";
  let description = [{
    `weights_format = "f16"` or `"bf16"` in the module's `mn.options` asks for it; without it nothing changes. Filters are
    rounded to nearest, ties to even, biases stay f32. Kernels widen what they load, so that every sum is still one of
    f32 values in the same order: the rounded weights define the network, and its bits are the same on every target.
    Afterwards: all filters have the type that the option names.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def ConvertPrecisionPass : Pass<"convert-precision", "::mlir::func::FuncOp"> {
  let summary = "Give the tensors between layers the type that --precision asks for";
  let description = [{
    `precision = "bf16"` or `"f16"` in the module's `mn.options` asks for it; without it nothing changes. Of bf16, kernels widen
    what they load and round what they store, sums stay f32; filters of dense layers that read such a tensor are rounded too,
    those of depthwise layers are not. Of f16, filters of all layers that read such a tensor are rounded, and kernels whose
    tensors are all of f16 add up in it, but for pools, resizes and softmax. The promise of equal bits does not hold for such
    a network.
    Afterwards: every tensor has the type that the option names, except the network's inputs and results and what a
    softmax reads.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def EqualizeChannelsPass : Pass<"equalize-channels", "::mlir::func::FuncOp"> {
  let summary = "Scale the channels between two layers so that each uses the integers that their tensor will have";
  let description = [{
    Part of no stage: `mncc quantize --equalize` runs it before `quantize-network`. `mn.magnitudes` of the function has the
    largest magnitude of each channel of its tensors, by name. Between two layers with weights, of which the second
    alone reads the first, the first layer's weights are multiplied and those of the second divided by a factor for each
    channel, so that it comes nearer to the largest of its tensor, or to 6 behind a relu6. What the network computes stays
    the same while no channel is larger than `mn.magnitudes` says; beyond it, a relu6 may cut.
    Afterwards: channels of small values are larger, and weights are the only thing that has changed.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def QuantizeNetworkPass : Pass<"quantize-network", "::mlir::func::FuncOp"> {
  let summary = "Give a network of floats integers of 8 bits, in the ranges that its tensors have been seen in";
  let description = [{
    Part of no stage: `mncc quantize` runs it after the fuse passes but `fuse-residual-add`. `mn.ranges` of the function says
    between which values each tensor lies, by name; `mn.means`, where it is there, the mean of each channel: what the
    rounding of a filter adds to a mean is then taken off the bias. A range includes 0; relu and relu6 cut it; layers
    that move or compare integers keep the scale of their input, softmax and sigmoid have 1/256, and the operands of a
    concat share its range. Filters are symmetric, from -127 to 127. Layers that have no form on integers stay, between
    `mn.dequantize` and `mn.quantize`.
    Afterwards: every layer but those that `keep-float` names is of i8.
  }];
  let options = [
    ListOption<"keepFloat", "keep-float", "std::string", "Layers that stay as they are">,
    Option<"perTensor", "per-tensor", "bool", "false", "One scale for all channels of a filter">,
    Option<"floatInterface", "float-interface", "bool", "false", "Inputs and results of the network stay floats">];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def VerifyFusedPass : Pass<"verify-fused", "::mlir::func::FuncOp"> {
  let summary = "Check what the fuse stage promises";
  let description = [{
    Afterwards: no batch norm, no activation that the layer before it could compute, no padding in front of a convolution;
    work of the passes in `disabled` may be left, except batch norms, for which there is no kernel.
  }];
  let options = [ListOption<"disabled", "disabled", "std::string", "Passes that did not run, by their flag's name">];
}

// ---- tile --------------------------------------------------------------------------------------------------------

def ChooseStoragePass : Pass<"choose-storage", "::mlir::func::FuncOp"> {
  let summary = "Store the integers between layers as the row's instructions multiply them, with a sign or without";
  let description = [{
    Scales stay, zero points move by 128. Arguments and results of the network keep their types, behind a `mn.quantize`
    where a layer cannot read or write them. One that no longer changes anything goes.
    Afterwards: what quantised layers read is ui8 for rows that multiply unsigned bytes, else i8.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def ChooseLayoutsPass : Pass<"choose-layouts", "::mlir::func::FuncOp"> {
  let summary = "Choose how each tensor's channels lie in memory";
  let description = [{
    Inside the network channels stand in blocks as wide as the target's vectors; arguments and results are NHWC. Copies
    are inserted where a kernel cannot read what it is given.
    Afterwards: every layer has a `layout` that its readers' kernels accept.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def PlanFusionPass : Pass<"plan-fusion", "::mlir::func::FuncOp"> {
  let summary = "Put chains of layers whose tensors do not stay in the caches into `mn.fused`";
  let description = [{
    A 1x1 or first convolution, a depthwise one, a 1x1 one behind each other, each alone in reading the one before, are
    weighed: the bytes between them that would travel beyond L2, at the row's `beyond_l2_bytes_per_100_cycles`, against what
    strips of rows lose. Without that column, and with `threads`, nothing changes.
    Afterwards: chains that gain stand in `mn.fused`, with the strips and rings of their rows; the bits are the same.
  }];
  let options = [Option<"explain", "explain", "bool", "false", "Say what each chain saves, as remarks">];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def ChooseTilesPass : Pass<"choose-tiles", "::mlir::func::FuncOp"> {
  let summary = "Choose register tiles, unrolling and loop order from the target's row";
  let description = [{
    Each candidate tile is weighed by the cycles of its fma and its loads in the row's numbers.
    Afterwards: every layer has a `schedule`.
  }];
  let options = [Option<"explain", "explain", "bool", "false", "Say why each tile was chosen, as remarks">];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def ApplySchedulePass : Pass<"apply-schedule", "::mlir::func::FuncOp"> {
  let summary = "Put the schedules that the user gives in the place of the chosen ones";
  let description = [{
    The module's `mn.schedules` has an entry for each layer that has a schedule of its own, by the layer's name: fields of
    `#mn.schedule` by theirs, the `shapes` for which they were made, and the `location` where they are written. Fields
    and layers that are left out stay as choose-tiles has them; what the layer's kernel cannot obey is refused.
    Example: `mn.schedules = {pw_1 = {pixels = 3 : i64, order = "pixel_outer"}}`.
    Afterwards: the layers that have an entry obey it, and `mn.schedules` is gone.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def PlanThreadsPass : Pass<"plan-threads", "::mlir::func::FuncOp"> {
  let summary = "Cut the layers that several threads are to share into parts";
  let description = [{
    `threads = N` in the module's `mn.options` says how many threads there will be; without it nothing changes.
    Afterwards: the schedules of layers that are worth it have `parts`, and `split` says what is cut: as makes the least
    sum over all layers of work, rounds and lines that travel from the cache of the thread that has written them.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def PlanArenaPass : Pass<"plan-arena", "::mlir::func::FuncOp"> {
  let summary = "Give every tensor a place in the arena or in the caller's buffers";
  let description = [{
    Afterwards: every layer has a `placement`, and the module's `mn.arena_bytes` is the size of the arena.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def CheckArenaPass : Pass<"check-arena", "::mlir::func::FuncOp"> {
  let summary = "Prove that no two tensors that are alive at once overlap";
  let description = [{
    Independent of the planner, so that it also judges dumps edited by hand.
    Afterwards: nothing has changed.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

// ---- lower -------------------------------------------------------------------------------------------------------

def PackWeightsPass : Pass<"pack-weights", "::mlir::ModuleOp"> {
  let summary = "Lay the constants of all layers out in the order in which their kernels read them";
  let description = [{
    Afterwards: the module's `mn.weights` holds every packed layer at a multiple of 64 bytes, and each layer's `packed`
    says where.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect"];
}

def LowerToKernelsPass : Pass<"lower-to-kernels", "::mlir::ModuleOp"> {
  let summary = "Turn each layer into a call of a kernel, and each distinct kernel into a function";
  let description = [{
    Layouts, placements and schedules become loops and addresses. Layers whose kernels have the same text share one.
    Afterwards: `@network` is a list of `mn.call`s, kernels are `scf`, `memref`, `vector` and `arith`, and no tensor is
    left.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect", "::mlir::scf::SCFDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::LLVM::LLVMDialect"];
}

def UnrollLoopsPass : Pass<"unroll-loops", "::mlir::func::FuncOp"> {
  let summary = "Unroll the loops that kernels mark with `mn.unroll`";
  let description = [{
    On the way to machine code only, innermost loops first: a unit attribute unrolls fully, an integer by that factor.
    C++ keeps its loops.
    Afterwards: no loop carries `mn.unroll`.
  }];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"];
}

def PromoteAccumulatorsPass : Pass<"promote-accumulators", "::mlir::func::FuncOp"> {
  let summary = "Keep elements of accumulators as values within each block of unrolled code";
  let description = [{
    On the way to machine code only. Arithmetic on constants is folded; a load takes what the block has stored or loaded
    before at the same place, and a store goes where the block stores again before anything loads.
    Afterwards: LLVM has the same to compute, in a fraction of the operations.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

def LowerToLLVMPass : Pass<"lower-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Turn kernels into functions on pointers, and the list of calls into `NAME_run`";
  let description = [{
    Kernels become private functions without a C library, with the target's CPU as attributes; their arguments are
    `noalias` where no call passes overlapping buffers. `NAME_run` checks its pointers, then calls each kernel with
    addresses in the caller's memory and in the constant `NAME_weights`, whose bytes the emit stage adds. `hooks` in the
    module's `mn.options` adds the last argument.
    Afterwards: every function is `llvm`.
  }];
  let dependentDialects = ["::mncc::mn::MnDialect", "::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect",
                           "::mlir::arith::ArithDialect"];
}

def LowerToEmitCPass : Pass<"lower-to-emitc", "::mlir::ModuleOp"> {
  let summary = "Turn kernels into C++ functions with their loops kept";
  let description = [{
    The other printer's side of `lower-to-llvm`. Buffers become pointers, accumulators arrays, vectors the types `f32x8`
    and the like, which come with `load`, `store`, `splat`, `fma`, `max` and `min` for the target's instruction set;
    a loop that machine code unrolls gets a pragma.
    Afterwards: every kernel is an `emitc.func`; `@network` is still the list of `mn.call`s.
  }];
  let dependentDialects = ["::mlir::emitc::EmitCDialect"];
}

#endif // MNCC_PASSES_PASSES_TD
