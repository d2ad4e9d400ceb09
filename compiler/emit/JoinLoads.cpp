// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/JoinLoads.h"

#include "compiler/emit/LoopCode.h"

#include "llvm/Transforms/Utils/Local.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace mncc;

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
  SteadyAddress start;
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
      reloadStarts(loop);
    return isChanged;
  }

private:
  void append(LoadInst &load) {
    std::optional<SteadyAddress> steady = findSteadyAddress(load.getPointerOperand(), loop, evolution);
    if (!steady)
      return;
    for (Stream &stream : streams)
      if (auto offset = findDistance(stream.start.address, steady->address, evolution))
        return append(stream, load, *offset);
    streams.push_back({*steady, {}});
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
        expander.expandCodeFor(stream.start.address->getStart(), PointerType::getUnqual(block.getContext()), before);
    PHINode *pointer = PHINode::Create(start->getType(), 2, "", block.begin());
    pointer->addIncoming(start, before->getParent());
    Value *current = pointer;
    for (size_t index = 0; index < stream.chunks.size(); ++index) {
      const Chunk &chunk = stream.chunks[index];
      bool isLast = index + 1 == stream.chunks.size();
      int64_t next = isLast ? stream.chunks.front().offset + stream.start.step : stream.chunks[index + 1].offset;
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
      SmallVector<Value *, 4> values = loadTogether(b, chunk.loads.front()->getType(), pointer, chunk.loads.size());
      for (auto [load, value] : zip(chunk.loads, values))
        load->replaceAllUsesWith(value);
    }
    // A register's increment is free; a constant's only where it is what was loaded.
    Value *by = b.getInt64(advance);
    if (advance != chunk.bytes()) {
      IRBuilder<> before(loop.getLoopPreheader()->getTerminator());
      by = hide(before, by);
    }
    Value *moved = hide(b, b.CreatePtrAdd(pointer, by));
    if (chunk.loads.size() > 1)
      for (LoadInst *load : chunk.loads)
        RecursivelyDeleteTriviallyDeadInstructions(load);
    return moved;
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
