// SPDX-License-Identifier: Apache-2.0
// Upstream's conversions do the arithmetic. What they cannot know is added
// here: which pointers may overlap, how they are aligned, that there is no C
// library and no larger stack alignment, and the function that a firmware
// calls.
#include "passes/Passes.h"
#include "passes/lower/RunFunction.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/FuncToLLVM/ConvertFuncToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Pass/PassManager.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

namespace mncc {
#define GEN_PASS_DEF_LOWERTOLLVMPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// Bytes at which every stack frame is aligned on our targets; more would
/// realign frames and hide their depth.
static constexpr int64_t kStackAlign = 16;
static constexpr int64_t kArenaAlign = 64;
/// Rows of a tensor: its bytes are fewer than this.
static constexpr int64_t kMostRows = int64_t(1) << 31;

namespace {
/// What all calls of a kernel promise about one of its buffers.
struct BufferPromise {
  bool isDisjoint = true;
  int64_t alignment = kArenaAlign;
};
/// What they promise about all of its arguments.
struct Promise {
  SmallVector<BufferPromise> buffers;
  /// The number of a part, or of a row, is less.
  int64_t numbers = 1;
};
using Promises = llvm::StringMap<Promise>;
} // namespace

static bool overlap(mn::BufferAttr a, int64_t aBytes, mn::BufferAttr b, int64_t bBytes) {
  return a.getSpace() == b.getSpace() && a.getIndex() == b.getIndex() && a.getOffset() < b.getOffset() + bBytes &&
         b.getOffset() < a.getOffset() + aBytes;
}

static int64_t bytesOf(Type type) {
  auto memref = cast<MemRefType>(type);
  return memref.getNumElements() * memref.getElementTypeBitWidth() / 8;
}

/// A buffer in the arena or the weights starts at a multiple of 64; the
/// caller's tensors are aligned to their element.
static int64_t alignmentOf(mn::BufferAttr buffer, Type type) {
  bool isOurs = buffer.getSpace() == mn::Space::Arena || buffer.getSpace() == mn::Space::Weights;
  int64_t base = isOurs ? kArenaAlign : cast<MemRefType>(type).getElementTypeBitWidth() / 8;
  return llvm::MinAlign(base, buffer.getOffset());
}

/// The calls of kernels that the function behind `call` makes, a chain, with the addresses that `call` passes.
static SmallVector<KernelCall> collectStripCalls(func::FuncOp function, const KernelCall &call) {
  SmallVector<KernelCall> calls;
  function.walk([&](func::CallOp inner) {
    KernelCall &strip = calls.emplace_back(KernelCall{inner.getCallee().str(), {}, 1, inner.getLoc()});
    for (Value operand : inner.getOperands())
      if (auto argument = dyn_cast<BlockArgument>(operand); argument && isa<MemRefType>(argument.getType()))
        strip.buffers.push_back(call.buffers[argument.getArgNumber()]);
  });
  return calls;
}

/// In-place layers read and write one buffer: only the result is written, so
/// only overlaps with it count.
static LogicalResult collectPromises(ModuleOp module, ArrayRef<KernelCall> calls, Promises &promises,
                                     bool isStrip = false) {
  for (const KernelCall &call : calls) {
    auto kernel = module.lookupSymbol<func::FuncOp>(call.kernel);
    // Beside its buffers a kernel takes the number of a part, or of a row.
    size_t expected = call.buffers.size() + (call.parts > 1 || isStrip ? 1 : 0);
    if (!kernel || kernel.getNumArguments() != expected)
      return emitError(call.location) << "expects a kernel '" << call.kernel << "' with " << expected << " arguments";
    SmallVector<KernelCall> strips = collectStripCalls(kernel, call);
    // Chains are one level deep.
    if (isStrip && !strips.empty())
      return emitError(call.location) << "expects kernels that call nothing in a chain, found '" << call.kernel << "'";
    if (failed(collectPromises(module, strips, promises, /*isStrip=*/true)))
      return failure();
    ArrayRef<Type> types = kernel.getArgumentTypes();
    auto &[arguments, numbers] = promises[call.kernel];
    arguments.resize(call.buffers.size());
    size_t result = call.buffers.size() - 1;
    numbers = std::max(numbers, isStrip ? kMostRows : call.parts);
    for (size_t i = 0; i <= result; ++i) {
      arguments[i].alignment = std::min(arguments[i].alignment, alignmentOf(call.buffers[i], types[i]));
      if (i != result && overlap(call.buffers[i], bytesOf(types[i]), call.buffers[result], bytesOf(types[result])))
        arguments[i].isDisjoint = arguments[result].isDisjoint = false;
    }
  }
  return success();
}

/// Everything below scf in one walk: a pass for each dialect would visit the unrolled code once more each.
static LogicalResult convertToLlvm(ModuleOp module) {
  LowerToLLVMOptions options(module.getContext());
  options.useBarePtrCallConv = true;
  LLVMTypeConverter types(module.getContext(), options);
  RewritePatternSet patterns(module.getContext());
  populateVectorToLLVMConversionPatterns(types, patterns);
  populateFinalizeMemRefToLLVMConversionPatterns(types, patterns);
  populateMathToLLVMConversionPatterns(types, patterns);
  arith::populateArithToLLVMConversionPatterns(types, patterns);
  populateFuncToLLVMConversionPatterns(types, patterns);
  cf::populateControlFlowToLLVMConversionPatterns(types, patterns);
  LLVMConversionTarget target(*module.getContext());
  target.addLegalOp<ModuleOp>();
  return applyFullConversion(module, target, std::move(patterns));
}

/// Upstream writes vector.fma as an operation that a back end may round twice;
/// ours rounds once.
static void fuseMultiplyAdds(LLVM::LLVMFuncOp kernel) {
  kernel.walk([](LLVM::FMulAddOp op) {
    OpBuilder builder(op);
    op.replaceAllUsesWith(LLVM::FMAOp::create(builder, op.getLoc(), op.getA(), op.getB(), op.getC()).getResult());
    op.erase();
  });
}

/// What is no buffer is the number of a part or a row. Where that has no known end, LLVM adds up addresses one by one:
/// each could overflow.
static void describeArguments(LLVM::LLVMFuncOp kernel, const Promise &promise) {
  Builder b(kernel.getContext());
  for (unsigned index = promise.buffers.size(); index < kernel.getNumArguments(); ++index) {
    auto range = LLVM::ConstantRangeAttr::get(b.getContext(), llvm::APInt(64, 0), llvm::APInt(64, promise.numbers));
    kernel.setArgAttrs(index, {b.getNamedAttr("llvm.noundef", b.getUnitAttr()), b.getNamedAttr("llvm.range", range)});
  }
  for (auto [index, promise] : llvm::enumerate(promise.buffers)) {
    SmallVector<NamedAttribute> attributes = {b.getNamedAttr("llvm.nonnull", b.getUnitAttr()),
                                              b.getNamedAttr("llvm.noundef", b.getUnitAttr()),
                                              b.getNamedAttr("llvm.align", b.getI64IntegerAttr(promise.alignment))};
    if (promise.isDisjoint)
      attributes.push_back(b.getNamedAttr("llvm.noalias", b.getUnitAttr()));
    kernel.setArgAttrs(index, attributes);
  }
}

/// The attributes that all our functions share: the target's CPU, and the
/// promises of the emitted-code contract.
static void describeFunction(LLVM::LLVMFuncOp function, mn::TargetAttr target) {
  Builder b(function.getContext());
  auto pair = [&](StringRef key, const Twine &value) -> Attribute { return b.getStrArrayAttr({key, value.str()}); };
  SmallVector<Attribute> attributes = {b.getStringAttr("no-builtins"), b.getStringAttr("no-realign-stack")};
  if (int64_t bits = target.getInteger("vector_bits"); bits >= 128) {
    attributes.push_back(pair("prefer-vector-width", Twine(bits)));
    attributes.push_back(pair("min-legal-vector-width", Twine(bits)));
  }
  bool isBare = target.getString("triple").ends_with("-none-elf");
  // Interrupts of a bare machine push on the stack that the code runs on.
  if (isBare && target.getFlag("noredzone_on_bare_metal"))
    attributes.push_back(b.getStringAttr("noredzone"));
  StringRef cpu = target.getString("llvm_cpu");
  function.setTargetCpu(cpu.empty() ? target.getCpu() : cpu);
  SmallVector<StringRef> features;
  target.getString("features").split(features, ',', /*MaxSplit=*/-1, /*KeepEmpty=*/false);
  // While the MMU is off, memory refuses unaligned accesses.
  if (isBare && target.getFlag("strict_align_on_bare_metal"))
    features.push_back("+strict-align");
  if (!features.empty())
    function.setTargetFeaturesAttr(LLVM::TargetFeaturesAttr::get(function.getContext(), features));
  function.setPassthroughAttr(b.getArrayAttr(attributes));
  function.setNoUnwind(true);
}

/// Accumulators that stay in memory live in frames of ordinary alignment.
static void limitStackAlignment(LLVM::LLVMFuncOp kernel) {
  kernel.walk([](Operation *op) {
    if (auto alloca = dyn_cast<LLVM::AllocaOp>(op))
      alloca.setAlignment(kStackAlign);
    else if (auto load = dyn_cast<LLVM::LoadOp>(op); load && isa<VectorType>(load.getType()) && !load.getAlignment())
      load.setAlignment(kStackAlign);
    else if (auto store = dyn_cast<LLVM::StoreOp>(op);
             store && isa<VectorType>(store.getValue().getType()) && !store.getAlignment())
      store.setAlignment(kStackAlign);
  });
}

namespace {

struct LowerToLLVM : mncc::impl::LowerToLLVMPassBase<LowerToLLVM> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto target = module->getAttrOfType<mn::TargetAttr>(mn::kTargetAttr);
    Operation *network = module.lookupSymbol(mn::kNetworkFunction);
    if (!target || !network || !module->hasAttr("mn.inputs") || !module->hasAttr("mn.outputs")) {
      module.emitError() << "expects '@network', 'mn.target', 'mn.inputs' and "
                            "'mn.outputs' from lower-to-kernels";
      return signalPassFailure();
    }
    std::vector<KernelCall> calls = collectCalls(network);
    Promises promises;
    if (failed(collectPromises(module, calls, promises)))
      return signalPassFailure();
    network->erase();
    OpPassManager loops(ModuleOp::getOperationName());
    loops.addPass(createSCFToControlFlowPass());
    if (failed(runPipeline(loops, module)) || failed(convertToLlvm(module)))
      return signalPassFailure();
    for (auto kernel : module.getOps<LLVM::LLVMFuncOp>()) {
      describeFunction(kernel, target);
      describeArguments(kernel, promises[kernel.getName()]);
      fuseMultiplyAdds(kernel);
      limitStackAlignment(kernel);
      kernel.setLinkage(LLVM::Linkage::Internal);
      kernel.setDsoLocal(true);
      kernel.setNoInline(true);
    }
    auto name = module->getAttrOfType<StringAttr>("mn.name");
    for (LLVM::LLVMFuncOp function : buildRunFunctions(module, name ? name.getValue() : "network", calls))
      describeFunction(function, target);
  }
};

} // namespace
