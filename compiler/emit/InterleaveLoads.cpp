// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InterleaveLoads.h"

#include "compiler/emit/JoinTurns.h"
#include "compiler/emit/LoopCode.h"
#include "compiler/emit/LoopCycles.h"
#include "compiler/emit/LoopRegisters.h"

#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace mncc;

namespace {

/// One instruction that loads.
struct Chunk {
  SmallVector<LoadInst *, 4> loads;
  const SCEVAddRecExpr *address;
  int64_t step;
  /// Registers behind those of `loads` that are filled too, with what another one brings: one instruction fills four
  /// registers sooner than three.
  size_t unused = 0;
  size_t countRegisters() const { return loads.size() + unused; }
};

/// A register that loads take their addresses from, `step` bytes further on in each turn.
struct Pointer {
  const SCEVAddRecExpr *address;
  int64_t step;
  /// It is one turn ahead, as what it loads is.
  bool isForNextTurn;
  /// Several loads have it, each with an offset of its own.
  bool isShared;
  /// Its first load of a turn stands in front of the arithmetic that moves it on.
  bool isMovedLater = false;
  PHINode *phi = nullptr;
};

/// Where a chunk's address comes from.
struct Place {
  size_t pointer;
  int64_t offset;
};

/// Values of the old loop, and what they are in one turn of the new one.
using Copies = DenseMap<Value *, Value *>;

/// A loop's instructions, by what they do.
class ReductionReader {
public:
  ReductionReader(Loop &loop, ScalarEvolution &evolution, unsigned loadRegisters)
      : loop(loop), evolution(evolution), loadRegisters(loadRegisters), block(*loop.getHeader()) {}

  /// False where the loop is no reduction.
  bool run();

  Reduction reduction;
  SmallVector<PHINode *> sums;
  SmallVector<IntrinsicInst *> fmas;
  SmallVector<Chunk> chunks;

private:
  bool read(Instruction &instruction);
  bool readLoad(LoadInst &load);
  LoadInst *findKnown(const LoadInst &load) const;
  bool readFma(IntrinsicInst &fma);
  void fillShort();
  bool readFactor(Value *value, SmallVectorImpl<unsigned> &loads) const;
  bool isUsedOutside(const Instruction &instruction) const;

  Loop &loop;
  ScalarEvolution &evolution;
  unsigned loadRegisters;
  BasicBlock &block;
  DenseMap<Value *, unsigned> chunkOf, fmaOf;
};

/// Writes the loop again, and its last turn behind it.
class LoopWriter {
public:
  LoopWriter(Loop &loop, ScalarEvolution &evolution, const ReductionReader &read, std::vector<LoopStep> steps,
             std::optional<std::vector<unsigned>> registers, const Pace &pace)
      : evolution(evolution), read(read), steps(std::move(steps)), registers(std::move(registers)), pace(pace),
        block(*loop.getHeader()), before(*loop.getLoopPreheader()), expander(evolution, "ahead") {}

  /// `turns` is how often the loop comes back.
  void run(const SCEV *turns);

private:
  void start(const SCEV *turns);
  Place findPlace(const Chunk &chunk, bool isForNextTurn);
  void load(IRBuilderBase &b, const LoopStep &step, ArrayRef<Value *> at, bool isMoved, Copies &values) const;
  Value *copy(IRBuilderBase &b, Value *value, Copies &values) const;
  void writeLoop();
  void placeMoves();
  SmallVector<Value *> movePointers(IRBuilderBase &b, ArrayRef<Value *> at, bool isHidden) const;
  void writeLast();

  ScalarEvolution &evolution;
  const ReductionReader &read;
  std::vector<LoopStep> steps;
  /// The first one of each load, where we choose them.
  std::optional<std::vector<unsigned>> registers;
  const Pace &pace;
  BasicBlock &block, &before;
  BasicBlock *last = nullptr, *exit = nullptr;
  SCEVExpander expander;
  SmallVector<Pointer> pointers;
  std::vector<Place> places;
  /// The turns that are left, and what the next turn uses.
  PHINode *left = nullptr;
  MapVector<LoadInst *, PHINode *> carried;
};

} // namespace

bool ReductionReader::run() {
  auto *branch = dyn_cast<BranchInst>(block.getTerminator());
  if (!branch || !branch->isConditional())
    return false;
  for (Instruction &instruction : block)
    if (auto *load = dyn_cast<LoadInst>(&instruction); load && !readLoad(*load))
      return false;
  fillShort();
  for (Instruction &instruction : block)
    if (!read(instruction))
      return false;
  for (PHINode *sum : sums)
    if (!fmaOf.contains(sum->getIncomingValueForBlock(&block)))
      return false;
  for (auto [index, chunk] : enumerate(chunks)) {
    if (none_of(reduction.fmas, [&, load = index](const Reduction::Fma &fma) { return is_contained(fma.loads, load); }))
      return false;
    reduction.loads.push_back(static_cast<unsigned>(chunk.countRegisters()));
  }
  reduction.sums = static_cast<unsigned>(sums.size());
  return !fmas.empty();
}

bool ReductionReader::read(Instruction &instruction) {
  if (auto *call = dyn_cast<IntrinsicInst>(&instruction); call && call->getIntrinsicID() == Intrinsic::fma)
    return readFma(*call);
  if (instruction.isTerminator() || isa<LoadInst>(instruction))
    return true;
  if (instruction.mayReadOrWriteMemory() || isUsedOutside(instruction))
    return false;
  if (auto *phi = dyn_cast<PHINode>(&instruction); phi && phi->getType()->isFPOrFPVectorTy())
    sums.push_back(phi);
  // What computes addresses is left behind.
  return true;
}

bool ReductionReader::readLoad(LoadInst &load) {
  std::optional<SteadyAddress> steady = findSteadyAddress(load.getPointerOperand(), loop, evolution);
  if (!load.isSimple() || isUsedOutside(load) || !steady)
    return false;
  auto [address, bytes] = *steady;
  if (LoadInst *known = findKnown(load)) {
    load.replaceAllUsesWith(known);
    return true;
  }
  for (auto [index, chunk] : enumerate(chunks)) {
    if (!isVectorLoad(load) || !isVectorLoad(*chunk.loads.front()) ||
        load.getType() != chunk.loads.front()->getType() || chunk.loads.size() == loadRegisters || chunk.step != bytes)
      continue;
    if (findDistance(chunk.address, address, evolution) != 16 * static_cast<int64_t>(chunk.loads.size()))
      continue;
    chunk.loads.push_back(&load);
    chunkOf[&load] = static_cast<unsigned>(index);
    return true;
  }
  chunkOf[&load] = static_cast<unsigned>(chunks.size());
  chunks.push_back({{&load}, address, bytes});
  return true;
}

/// A load of the same value, which LLVM did not see where their addresses are computed in different ways.
LoadInst *ReductionReader::findKnown(const LoadInst &load) const {
  const SCEV *address = evolution.getSCEV(const_cast<Value *>(load.getPointerOperand()));
  for (const Chunk &chunk : chunks)
    for (LoadInst *known : chunk.loads)
      if (known->getType() == load.getType() &&
          evolution.getMinusSCEV(address, evolution.getSCEV(known->getPointerOperand()))->isZero())
        return known;
  return nullptr;
}

/// Where a load has fewer registers than it may, takes some of the one in front of it.
void ReductionReader::fillShort() {
  for (auto [index, rest] : enumerate(chunks))
    for (Chunk &full : chunks) {
      if (rest.countRegisters() >= loadRegisters || full.loads.size() < loadRegisters || full.step != rest.step ||
          !isVectorLoad(*rest.loads.front()) || rest.loads.front()->getType() != full.loads.front()->getType() ||
          findDistance(full.address, rest.address, evolution) != 16 * static_cast<int64_t>(loadRegisters))
        continue;
      full.unused = loadRegisters - rest.loads.size();
      rest.loads.insert(rest.loads.begin(), full.loads.end() - full.unused, full.loads.end());
      full.loads.pop_back_n(full.unused);
      rest.address = cast<SCEVAddRecExpr>(evolution.getSCEV(rest.loads.front()->getPointerOperand()));
      for (LoadInst *load : rest.loads)
        chunkOf[load] = static_cast<unsigned>(index);
    }
}

bool ReductionReader::readFma(IntrinsicInst &fma) {
  Reduction::Fma entry;
  Value *sum = fma.getArgOperand(2);
  if (auto found = fmaOf.find(sum); found != fmaOf.end())
    entry.previous = found->second;
  else if (!is_contained(sums, sum))
    return false;
  for (unsigned factor : {0, 1})
    if (!readFactor(fma.getArgOperand(factor), entry.loads))
      return false;
  fmaOf[&fma] = static_cast<unsigned>(fmas.size());
  fmas.push_back(&fma);
  reduction.fmas.push_back(std::move(entry));
  return true;
}

/// A load or a lane of one, or what does not change in the loop.
bool ReductionReader::readFactor(Value *value, SmallVectorImpl<unsigned> &loads) const {
  auto *instruction = dyn_cast<Instruction>(value);
  if (!instruction || instruction->getParent() != &block)
    return true;
  if (auto found = chunkOf.find(value); found != chunkOf.end()) {
    if (!is_contained(loads, found->second))
      loads.push_back(found->second);
    return true;
  }
  if (!isa<ShuffleVectorInst, InsertElementInst, FPExtInst>(instruction))
    return false;
  return all_of(instruction->operands(), [&](Value *operand) { return readFactor(operand, loads); });
}

bool ReductionReader::isUsedOutside(const Instruction &instruction) const {
  return any_of(instruction.users(), [&](const User *user) { return cast<Instruction>(user)->getParent() != &block; });
}

/// Immediate offsets of all loads reach as far.
static constexpr int64_t kLeastOffset = -256, kMostOffset = 16380;

Place LoopWriter::findPlace(const Chunk &chunk, bool isForNextTurn) {
  bool isShared = chunk.countRegisters() == 1;
  for (auto [index, pointer] : enumerate(pointers)) {
    std::optional<int64_t> distance = findDistance(pointer.address, chunk.address, evolution);
    if (!isShared || !pointer.isShared || pointer.step != chunk.step || !distance)
      continue;
    int64_t offset = *distance + (int64_t(isForNextTurn) - int64_t(pointer.isForNextTurn)) * chunk.step;
    if (offset >= kLeastOffset && offset <= kMostOffset)
      return {index, offset};
  }
  pointers.push_back({chunk.address, chunk.step, isForNextTurn, isShared});
  return {pointers.size() - 1, 0};
}

/// `isMoved`: the pointers `at` are those of this turn.
void LoopWriter::load(IRBuilderBase &b, const LoopStep &step, ArrayRef<Value *> at, bool isMoved,
                      Copies &values) const {
  const Chunk &chunk = read.chunks[step.index];
  Place place = places[step.index];
  const Pointer &pointer = pointers[place.pointer];
  int64_t offset = place.offset + (isMoved || pointer.isMovedLater ? 0 : pointer.step);
  Value *address = offset == 0 ? at[place.pointer] : b.CreatePtrAdd(at[place.pointer], b.getInt64(offset));
  if (chunk.countRegisters() > 1) {
    size_t count = chunk.countRegisters();
    Type *type = chunk.loads.front()->getType();
    SmallVector<Value *, 4> loaded = registers ? loadTogetherInto(b, type, address, count, (*registers)[step.index])
                                               : loadTogether(b, type, address, count);
    for (auto [load, value] : zip_first(chunk.loads, loaded))
      values[load] = value;
    return;
  }
  LoadInst *load = chunk.loads.front();
  Value *value = b.CreateAlignedLoad(load->getType(), address, load->getAlign());
  // A load that also spreads its value has no offset.
  values[load] = load->getType()->isFloatTy() ? hide(b, value) : value;
}

/// `value` of the old loop, in this turn of the new one.
Value *LoopWriter::copy(IRBuilderBase &b, Value *value, Copies &values) const {
  if (Value *known = values.lookup(value))
    return known;
  auto *instruction = dyn_cast<Instruction>(value);
  if (!instruction || instruction->getParent() != &block)
    return value;
  Instruction *copied = instruction->clone();
  for (Use &operand : copied->operands())
    operand.set(copy(b, operand.get(), values));
  values[value] = b.Insert(copied);
  return copied;
}

/// Where the pointers are moved on, and the turns counted.
void LoopWriter::placeMoves() {
  std::vector<unsigned> pointerOf;
  for (const Place &place : places)
    pointerOf.push_back(static_cast<unsigned>(place.pointer));
  steps =
      placeArithmetic(read.reduction, steps, pointerOf, registers ? ArrayRef(*registers) : ArrayRef<unsigned>(), pace);
  for (const LoopStep &step : steps) {
    if (step.isArithmetic)
      return;
    if (Pointer *pointer = step.isLoad ? &pointers[places[step.index].pointer] : nullptr; pointer && !pointer->isShared)
      pointer->isMovedLater = true;
  }
}

/// What the loop needs before its first turn.
void LoopWriter::start(const SCEV *turns) {
  for (const LoopStep &step : steps)
    if (step.isLoad)
      places[step.index] = findPlace(read.chunks[step.index], step.isForNextTurn);
  placeMoves();
  Instruction *end = before.getTerminator();
  IRBuilder<> b(end), phis(&block, block.begin());
  left = phis.CreatePHI(turns->getType(), 2);
  left->addIncoming(expander.expandCodeFor(turns, turns->getType(), end), &before);
  SmallVector<Value *> at;
  for (Pointer &pointer : pointers) {
    Value *first = expander.expandCodeFor(pointer.address->getStart(), b.getPtrTy(), end);
    at.push_back(pointer.isForNextTurn ? first : b.CreatePtrAdd(first, b.getInt64(-pointer.step)));
    pointer.phi = phis.CreatePHI(b.getPtrTy(), 2);
    pointer.phi->addIncoming(pointer.isMovedLater ? b.CreatePtrAdd(at.back(), b.getInt64(pointer.step)) : at.back(),
                             &before);
  }
  for (const LoopStep &step : steps)
    if (step.isForNextTurn) {
      Copies values;
      load(b, step, at, /*isMoved=*/true, values);
      for (LoadInst *load : read.chunks[step.index].loads) {
        carried[load] = phis.CreatePHI(load->getType(), 2);
        carried[load]->addIncoming(values.lookup(load), &before);
      }
    }
}

SmallVector<Value *> LoopWriter::movePointers(IRBuilderBase &b, ArrayRef<Value *> at, bool isHidden) const {
  SmallVector<Value *> moved;
  for (auto [pointer, value] : zip(pointers, at)) {
    // LLVM would take a load in front that has the same address for the one that moves the pointer.
    Value *next = b.CreatePtrAdd(isHidden ? hide(b, value) : value, b.getInt64(pointer.step));
    moved.push_back(isHidden ? hide(b, next) : next);
  }
  return moved;
}

void LoopWriter::writeLoop() {
  IRBuilder<> b(&block);
  Copies values, ahead;
  for (PHINode *sum : read.sums)
    values[sum] = sum;
  for (auto [load, phi] : carried)
    values[load] = phi;
  SmallVector<Value *> at;
  for (const Pointer &pointer : pointers)
    at.push_back(pointer.phi);
  Value *leftAfter = nullptr;
  for (const LoopStep &step : steps) {
    if (step.isArithmetic) {
      at = movePointers(b, at, /*isHidden=*/true);
      leftAfter = hide(b, b.CreateSub(left, ConstantInt::get(left->getType(), 1)));
    } else if (step.isLoad) {
      load(b, step, at, leftAfter, step.isForNextTurn ? ahead : values);
    } else {
      copy(b, read.fmas[step.index], values);
    }
  }
  left->addIncoming(leftAfter, &block);
  for (auto [pointer, value] : zip(pointers, at))
    pointer.phi->addIncoming(value, &block);
  for (auto [load, phi] : carried)
    phi->addIncoming(ahead.lookup(load), &block);
  for (PHINode *sum : read.sums)
    sum->setIncomingValueForBlock(&block, values.lookup(sum->getIncomingValueForBlock(&block)));
  b.CreateCondBr(b.CreateIsNull(leftAfter), last, &block);
}

/// The last turn loads nothing for a next one.
void LoopWriter::writeLast() {
  IRBuilder<> b(last);
  bool mayBeOnly = !isa<ConstantInt>(left->getIncomingValueForBlock(&before));
  auto enter = [&](PHINode *phi) {
    PHINode *entered = b.CreatePHI(phi->getType(), 2);
    entered->addIncoming(phi->getIncomingValueForBlock(&block), &block);
    if (mayBeOnly)
      entered->addIncoming(phi->getIncomingValueForBlock(&before), &before);
    return entered;
  };
  Copies values;
  for (PHINode *sum : read.sums)
    values[sum] = enter(sum);
  for (auto [load, phi] : carried)
    values[load] = enter(phi);
  SmallVector<Value *> at;
  for (const Pointer &pointer : pointers)
    at.push_back(enter(pointer.phi));
  bool isMoved = false;
  for (const LoopStep &step : steps) {
    if (step.isArithmetic)
      at = movePointers(b, at, /*isHidden=*/false), isMoved = true;
    else if (!step.isLoad)
      copy(b, read.fmas[step.index], values);
    else if (!step.isForNextTurn)
      load(b, step, at, isMoved, values);
  }
  b.CreateBr(exit);
  exit->replacePhiUsesWith(&block, last);
  for (IntrinsicInst *fma : read.fmas)
    fma->replaceUsesWithIf(values.lookup(fma),
                           [&](Use &use) { return cast<Instruction>(use.getUser())->getParent() != &block; });
  if (mayBeOnly) {
    Value *turns = left->getIncomingValueForBlock(&before);
    before.getTerminator()->eraseFromParent();
    IRBuilder<> guard(&before);
    guard.CreateCondBr(guard.CreateIsNull(turns), last, &block);
  }
}

void LoopWriter::run(const SCEV *turns) {
  auto *branch = cast<BranchInst>(block.getTerminator());
  exit = branch->getSuccessor(branch->getSuccessor(0) == &block ? 1 : 0);
  last = BasicBlock::Create(block.getContext(), "", block.getParent(), exit);
  SmallVector<Instruction *> old;
  for (Instruction &instruction : block)
    if (!is_contained(read.sums, &instruction))
      old.push_back(&instruction);
  places.resize(read.chunks.size());
  start(turns);
  branch->removeFromParent();
  writeLoop();
  writeLast();
  for (Instruction *instruction : reverse(old)) {
    instruction->replaceAllUsesWith(PoisonValue::get(instruction->getType()));
    instruction->getParent() ? (void)instruction->eraseFromParent() : instruction->deleteValue();
  }
}

/// Writes `loop` with loads of at most `loadRegisters`; false where it is no reduction, or finds no place for them.
static bool interleave(Loop &loop, ScalarEvolution &evolution, const Pace &pace, unsigned loadRegisters) {
  const SCEV *turns = evolution.getBackedgeTakenCount(&loop);
  ReductionReader read(loop, evolution, loadRegisters);
  if (isa<SCEVCouldNotCompute>(turns) || !read.run())
    return false;
  // Loads side by side are the better the more there are.
  auto isAlone = [](unsigned registers) { return registers == 1; };
  if (loadRegisters > 1 && 2 * count_if(read.reduction.loads, isAlone) > static_cast<int64_t>(read.chunks.size()))
    return false;
  std::vector<LoopStep> steps = orderTurn(read.reduction, pace);
  std::optional<std::vector<unsigned>> registers = chooseLoadRegisters(read.reduction, steps, pace.registers);
  if (loadRegisters > 1 && !registers)
    return false;
  reloadStarts(loop);
  LoopWriter(loop, evolution, read, std::move(steps), std::move(registers), pace).run(turns);
  evolution.forgetAllLoops();
  return true;
}

static bool isOneBlock(const Loop &loop) {
  return loop.isInnermost() && loop.getNumBlocks() == 1 && loop.getLoopPreheader();
}

PreservedAnalyses InterleaveLoadsPass::run(Function &function, FunctionAnalysisManager &analyses) {
  auto &loops = analyses.getResult<LoopAnalysis>(function);
  auto &evolution = analyses.getResult<ScalarEvolutionAnalysis>(function);
  bool isChanged = false;
  for (Loop *loop : loops.getLoopsInPreorder())
    if (isOneBlock(*loop))
      isChanged |= joinTurns(*loop, function, analyses);
  for (Loop *loop : loops.getLoopsInPreorder())
    if (isOneBlock(*loop))
      isChanged |= (loadRegisters > 1 && interleave(*loop, evolution, pace, loadRegisters)) ||
                   interleave(*loop, evolution, pace, 1);
  if (!isChanged)
    return PreservedAnalyses::all();
  function.addFnAttr(kKeepOrder);
  function.addFnAttr(kKeepEachInstruction);
  return PreservedAnalyses::none();
}
