// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/WalkPointers.h"

#include "compiler/emit/LoopCode.h"

#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace mncc;

namespace {

struct Access {
  /// Where the instruction has its address, and bytes from the stream's.
  Use *pointer;
  int64_t offset;
};

/// Accesses whose addresses differ by constants and advance by the same constant each turn.
struct Stream {
  SteadyAddress start;
  SmallVector<Access> accesses;
};

class LoopWalker {
public:
  LoopWalker(Loop &loop, ScalarEvolution &evolution) : loop(loop), evolution(evolution), block(*loop.getHeader()) {}

  bool run() {
    for (Instruction &instruction : block)
      if (isa<LoadInst, StoreInst>(instruction))
        append(instruction.getOperandUse(isa<LoadInst>(instruction) ? 0 : 1));
    for (Stream &stream : streams)
      walk(stream);
    return !streams.empty();
  }

private:
  void append(Use &pointer) {
    std::optional<SteadyAddress> steady = findSteadyAddress(pointer, loop, evolution);
    if (!steady)
      return;
    for (Stream &stream : streams)
      if (auto offset = findDistance(stream.start.address, steady->address, evolution))
        return stream.accesses.push_back({&pointer, *offset});
    streams.push_back({*steady, {{&pointer, 0}}});
  }

  void walk(const Stream &stream) {
    SCEVExpander expander(evolution, "walk");
    BasicBlock *before = loop.getLoopPreheader();
    Value *start = expander.expandCodeFor(stream.start.address->getStart(), PointerType::getUnqual(block.getContext()),
                                          before->getTerminator());
    PHINode *walking = PHINode::Create(start->getType(), 2, "", block.begin());
    walking->addIncoming(start, before);
    for (const Access &access : stream.accesses) {
      IRBuilder<> b(cast<Instruction>(access.pointer->getUser()));
      Value *address = access.pointer->get();
      access.pointer->set(b.CreatePtrAdd(walking, b.getInt64(access.offset)));
      RecursivelyDeleteTriviallyDeadInstructions(address);
    }
    IRBuilder<> b(block.getTerminator());
    walking->addIncoming(hide(b, b.CreatePtrAdd(walking, b.getInt64(stream.start.step))), &block);
  }

  Loop &loop;
  ScalarEvolution &evolution;
  BasicBlock &block;
  SmallVector<Stream, 4> streams;
};

} // namespace

PreservedAnalyses WalkPointersPass::run(Function &function, FunctionAnalysisManager &analyses) {
  auto &loops = analyses.getResult<LoopAnalysis>(function);
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  bool isChanged = false;
  for (Loop *loop : loops.getLoopsInPreorder())
    if (loop->isInnermost() && loop->getNumBlocks() == 1 && loop->getLoopPreheader())
      isChanged |= LoopWalker(*loop, evolution).run();
  if (!isChanged)
    return PreservedAnalyses::all();
  PreservedAnalyses preserved;
  preserved.preserveSet<CFGAnalyses>();
  return preserved;
}
