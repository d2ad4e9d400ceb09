// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/JoinLoads.h"

#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ScalarEvolutionExpressions.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicsAArch64.h"
#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;

static constexpr int64_t kVectorBytes = 16;

namespace {

/// Loads of one instruction, in the order of the code.
struct Chunk {
  int64_t offset;
  SmallVector<LoadInst *, 4> loads;
  int64_t bytes() const { return kVectorBytes * static_cast<int64_t>(loads.size()); }
};

/// Loads whose addresses differ by constants and advance by the same constant each turn.
struct Stream {
  const SCEVAddRecExpr *address;
  int64_t step;
  SmallVector<Chunk> chunks;
};

class LoopJoiner {
public:
  LoopJoiner(Loop &loop, ScalarEvolution &evolution, unsigned registers)
      : loop(loop), evolution(evolution), registers(registers), block(*loop.getHeader()) {}

  bool run() {
    for (Instruction &instruction : block) {
      if (auto *load = dyn_cast<LoadInst>(&instruction); load && isVectorLoad(*load))
        append(*load);
      else if (instruction.mayWriteToMemory())
        return false;
    }
    bool isChanged = false;
    for (Stream &stream : streams)
      if (any_of(stream.chunks, [](const Chunk &chunk) { return chunk.loads.size() > 1; })) {
        join(stream);
        isChanged = true;
      }
    if (isChanged)
      reloadStarts();
    return isChanged;
  }

private:
  static bool isVectorLoad(const LoadInst &load) {
    auto *type = dyn_cast<FixedVectorType>(load.getType());
    return load.isSimple() && type && type->getElementType()->isFloatingPointTy() &&
           type->getPrimitiveSizeInBits() == 8 * kVectorBytes;
  }

  void append(LoadInst &load) {
    auto *address = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(load.getPointerOperand()));
    if (!address || address->getLoop() != &loop || !address->isAffine())
      return;
    auto *step = dyn_cast<SCEVConstant>(address->getStepRecurrence(evolution));
    if (!step)
      return;
    for (Stream &stream : streams)
      if (auto *offset = dyn_cast<SCEVConstant>(evolution.getMinusSCEV(address, stream.address)))
        return append(stream, load, offset->getAPInt().getSExtValue());
    streams.push_back({address, step->getAPInt().getSExtValue(), {}});
    append(streams.back(), load, 0);
  }

  void append(Stream &stream, LoadInst &load, int64_t offset) {
    bool continues = !stream.chunks.empty() && stream.chunks.back().loads.size() < registers &&
                     stream.chunks.back().loads.front()->getType() == load.getType() &&
                     stream.chunks.back().offset + stream.chunks.back().bytes() == offset;
    if (!continues)
      stream.chunks.push_back({offset, {}});
    stream.chunks.back().loads.push_back(&load);
  }

  void join(Stream &stream) {
    SCEVExpander expander(evolution, "joined");
    Instruction *before = loop.getLoopPreheader()->getTerminator();
    Value *start =
        expander.expandCodeFor(stream.address->getStart(), PointerType::getUnqual(block.getContext()), before);
    PHINode *pointer = PHINode::Create(start->getType(), 2, "", block.begin());
    pointer->addIncoming(start, before->getParent());
    Value *current = pointer;
    for (size_t index = 0; index < stream.chunks.size(); ++index) {
      const Chunk &chunk = stream.chunks[index];
      bool isLast = index + 1 == stream.chunks.size();
      int64_t next = isLast ? stream.chunks.front().offset + stream.step : stream.chunks[index + 1].offset;
      current = join(chunk, current, next - chunk.offset);
    }
    pointer->addIncoming(current, &block);
  }

  /// Replaces the chunk's loads by one from `pointer`; returns the pointer moved on by `advance` bytes.
  Value *join(const Chunk &chunk, Value *pointer, int64_t advance) {
    IRBuilder<> b(chunk.loads.front());
    if (chunk.loads.size() == 1) {
      LoadInst *load = chunk.loads.front();
      Value *address = load->getPointerOperand();
      load->setOperand(0, pointer);
      RecursivelyDeleteTriviallyDeadInstructions(address);
      b.SetInsertPoint(load->getNextNode());
    } else {
      static constexpr Intrinsic::ID kLoads[] = {Intrinsic::aarch64_neon_ld1x2, Intrinsic::aarch64_neon_ld1x3,
                                                 Intrinsic::aarch64_neon_ld1x4};
      Value *all = b.CreateIntrinsic(kLoads[chunk.loads.size() - 2],
                                     {chunk.loads.front()->getType(), pointer->getType()}, {pointer});
      for (auto [index, load] : enumerate(chunk.loads))
        load->replaceAllUsesWith(b.CreateExtractValue(all, index));
    }
    // A register's increment is free; a constant's only where it is what was loaded.
    Value *by = b.getInt64(advance);
    if (advance != chunk.bytes())
      by = hide(IRBuilder<>(loop.getLoopPreheader()->getTerminator()), by);
    Value *moved = hide(b, b.CreatePtrAdd(pointer, by));
    if (chunk.loads.size() > 1)
      for (LoadInst *load : chunk.loads)
        RecursivelyDeleteTriviallyDeadInstructions(load);
    return moved;
  }

  /// What the sums start from was loaded outside of the loops around, and would keep registers through this loop, of
  /// which there is none to spare. It is loaded again before each run of the loop.
  void reloadStarts() {
    BasicBlock *before = loop.getLoopPreheader();
    DenseMap<Value *, Value *> reloaded;
    for (PHINode &phi : block.phis()) {
      auto *start = dyn_cast<LoadInst>(phi.getIncomingValueForBlock(before));
      if (!start || start->getParent() == before || !isVectorLoad(*start) || !isConstantMemory(*start))
        continue;
      Value *&value = reloaded[start];
      if (!value) {
        IRBuilder<> b(before->getTerminator());
        value = b.CreateAlignedLoad(start->getType(), hide(b, start->getPointerOperand()), start->getAlign());
      }
      phi.setIncomingValueForBlock(before, value);
    }
    for (auto &[start, value] : reloaded)
      RecursivelyDeleteTriviallyDeadInstructions(start);
  }

  static bool isConstantMemory(const LoadInst &load) {
    auto *argument = dyn_cast<Argument>(getUnderlyingObject(load.getPointerOperand()));
    return argument && argument->onlyReadsMemory() && argument->hasNoAliasAttr();
  }

  /// `value`, of which the optimiser knows nothing. Otherwise it adds up the constants that the pointers move on by,
  /// and each load needs an addition again. The assembly is empty: no instruction comes of it.
  static Value *hide(IRBuilderBase &&b, Value *value) { return hide(b, value); }
  static Value *hide(IRBuilderBase &b, Value *value) {
    auto *type = FunctionType::get(value->getType(), {value->getType()}, /*isVarArg=*/false);
    return b.CreateCall(InlineAsm::get(type, "", "=r,0", /*hasSideEffects=*/false), {value});
  }

  Loop &loop;
  ScalarEvolution &evolution;
  unsigned registers;
  BasicBlock &block;
  SmallVector<Stream, 4> streams;
};

} // namespace

PreservedAnalyses mncc::JoinLoadsPass::run(Function &function, FunctionAnalysisManager &analyses) {
  auto &loops = analyses.getResult<LoopAnalysis>(function);
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  bool isChanged = false;
  for (Loop *loop : loops.getLoopsInPreorder())
    if (loop->isInnermost() && loop->getNumBlocks() == 1 && loop->getLoopPreheader())
      isChanged |= LoopJoiner(*loop, evolution, registers).run();
  if (!isChanged)
    return PreservedAnalyses::all();
  function.addFnAttr(kKeepOrder);
  return PreservedAnalyses::none();
}
