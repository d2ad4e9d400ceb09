// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/InterleaveLoads.h"

#include "compiler/emit/JoinTurns.h"
#include "compiler/emit/LoopCode.h"
#include "compiler/emit/LoopCycles.h"
#include "compiler/emit/LoopRegisters.h"
#include "compiler/emit/ReductionReader.h"

#include "llvm/Transforms/Utils/ScalarEvolutionExpander.h"

using namespace llvm;
using namespace mncc;

namespace {

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

/// How a loop is written: its loads, the order of a turn, and where addresses come from. It changes nothing.
class TurnPlan {
public:
  TurnPlan(ReductionReader read, RegisterChoice choice, ScalarEvolution &evolution, const Pace &pace);

  ReductionReader read;
  std::vector<LoopStep> steps;
  /// The first one of each load of several.
  std::vector<unsigned> registers;
  SmallVector<Pointer> pointers;
  /// Of each load.
  std::vector<Place> places;
  /// What a turn takes.
  double cycles = 0;

private:
  Place findPlace(const Chunk &chunk, bool isForNextTurn);
  void placeMoves();

  ScalarEvolution &evolution;
  const Pace &pace;
};

/// Values of the old loop, and what they are in one turn of the new one.
using Copies = DenseMap<Value *, Value *>;

/// Writes the loop again, and its last turn behind it.
class LoopWriter {
public:
  LoopWriter(Loop &loop, ScalarEvolution &evolution, TurnPlan plan)
      : plan(std::move(plan)), block(*loop.getHeader()), before(*loop.getLoopPreheader()),
        expander(evolution, "ahead") {}

  /// `turns` is how often the loop comes back.
  void run(const SCEV *turns);

private:
  void start(const SCEV *turns);
  void load(IRBuilderBase &b, const LoopStep &step, ArrayRef<Value *> at, bool isMoved, Copies &values) const;
  Value *copy(IRBuilderBase &b, Value *value, Copies &values) const;
  void writeLoop();
  SmallVector<Value *> movePointers(IRBuilderBase &b, ArrayRef<Value *> at, bool isHidden) const;
  void writeLast();

  TurnPlan plan;
  BasicBlock &block, &before;
  BasicBlock *last = nullptr, *exit = nullptr;
  SCEVExpander expander;
  /// The turns that are left, and what the next turn uses.
  PHINode *left = nullptr;
  MapVector<LoadInst *, PHINode *> carried;
};

} // namespace

TurnPlan::TurnPlan(ReductionReader read, RegisterChoice choice, ScalarEvolution &evolution, const Pace &pace)
    : read(std::move(read)), steps(std::move(choice.steps)), registers(std::move(choice.first)),
      places(this->read.chunks.size()), evolution(evolution), pace(pace) {
  for (const LoopStep &step : steps)
    if (step.isLoad)
      places[step.index] = findPlace(this->read.chunks[step.index], step.isForNextTurn);
  placeMoves();
}

/// True where a load of `bytes` holds `offset`: any small one, or a larger one in units of what it loads.
static bool isImmediate(int64_t offset, int64_t bytes) {
  return (offset >= -256 && offset <= 255) || (offset >= 0 && offset % bytes == 0 && offset / bytes <= 4095);
}

Place TurnPlan::findPlace(const Chunk &chunk, bool isForNextTurn) {
  bool isShared = chunk.countRegisters() == 1;
  auto bytes = static_cast<int64_t>(chunk.loads.front()->getType()->getPrimitiveSizeInBits().getFixedValue() / 8);
  for (auto [index, pointer] : enumerate(pointers)) {
    std::optional<int64_t> distance = findDistance(pointer.address, chunk.address, evolution);
    if (!isShared || !pointer.isShared || pointer.step != chunk.step || !distance)
      continue;
    int64_t offset = *distance + (int64_t(isForNextTurn) - int64_t(pointer.isForNextTurn)) * chunk.step;
    // Where the arithmetic of addresses stands behind the load, a turn's step comes on top, unless it is out of reach.
    bool isLater = isImmediate(offset + chunk.step, bytes) || !isImmediate(chunk.step, bytes);
    if (isImmediate(offset, bytes) && isLater)
      return {index, offset};
  }
  pointers.push_back({chunk.address, chunk.step, isForNextTurn, isShared});
  return {pointers.size() - 1, 0};
}

/// Where the pointers are moved on, and the turns counted.
void TurnPlan::placeMoves() {
  std::vector<unsigned> pointerOf;
  for (const Place &place : places)
    pointerOf.push_back(static_cast<unsigned>(place.pointer));
  steps = placeArithmetic(read.reduction, steps, pointerOf, registers, pace);
  cycles = countCycles(read.reduction, steps, pointerOf, pace);
  for (const LoopStep &step : steps) {
    if (step.isArithmetic)
      return;
    if (Pointer *pointer = step.isLoad ? &pointers[places[step.index].pointer] : nullptr; pointer && !pointer->isShared)
      pointer->isMovedLater = true;
  }
}

/// `isMoved`: the pointers `at` are those of this turn.
void LoopWriter::load(IRBuilderBase &b, const LoopStep &step, ArrayRef<Value *> at, bool isMoved,
                      Copies &values) const {
  const Chunk &chunk = plan.read.chunks[step.index];
  Place place = plan.places[step.index];
  const Pointer &pointer = plan.pointers[place.pointer];
  int64_t offset = place.offset + (isMoved || pointer.isMovedLater ? 0 : pointer.step);
  Value *address = offset == 0 ? at[place.pointer] : b.CreatePtrAdd(at[place.pointer], b.getInt64(offset));
  if (chunk.countRegisters() > 1) {
    size_t count = chunk.countRegisters();
    Type *type = chunk.loads.front()->getType();
    SmallVector<Value *, 4> loaded = loadTogetherInto(b, type, address, count, plan.registers[step.index]);
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

/// What the loop needs before its first turn.
void LoopWriter::start(const SCEV *turns) {
  Instruction *end = before.getTerminator();
  IRBuilder<> b(end), phis(&block, block.begin());
  left = phis.CreatePHI(turns->getType(), 2);
  left->addIncoming(expander.expandCodeFor(turns, turns->getType(), end), &before);
  SmallVector<Value *> at;
  for (Pointer &pointer : plan.pointers) {
    Value *first = expander.expandCodeFor(pointer.address->getStart(), b.getPtrTy(), end);
    at.push_back(pointer.isForNextTurn ? first : b.CreatePtrAdd(first, b.getInt64(-pointer.step)));
    pointer.phi = phis.CreatePHI(b.getPtrTy(), 2);
    pointer.phi->addIncoming(pointer.isMovedLater ? b.CreatePtrAdd(at.back(), b.getInt64(pointer.step)) : at.back(),
                             &before);
  }
  for (const LoopStep &step : plan.steps)
    if (step.isForNextTurn) {
      Copies values;
      load(b, step, at, /*isMoved=*/true, values);
      for (LoadInst *load : plan.read.chunks[step.index].loads) {
        carried[load] = phis.CreatePHI(load->getType(), 2);
        carried[load]->addIncoming(values.lookup(load), &before);
      }
    }
}

SmallVector<Value *> LoopWriter::movePointers(IRBuilderBase &b, ArrayRef<Value *> at, bool isHidden) const {
  SmallVector<Value *> moved;
  for (auto [pointer, value] : zip(plan.pointers, at)) {
    // LLVM would take a load in front that has the same address for the one that moves the pointer.
    Value *next = b.CreatePtrAdd(isHidden ? hide(b, value) : value, b.getInt64(pointer.step));
    moved.push_back(isHidden ? hide(b, next) : next);
  }
  return moved;
}

void LoopWriter::writeLoop() {
  IRBuilder<> b(&block);
  Copies values, ahead;
  for (PHINode *sum : plan.read.sums)
    values[sum] = sum;
  for (auto [load, phi] : carried)
    values[load] = phi;
  SmallVector<Value *> at;
  for (const Pointer &pointer : plan.pointers)
    at.push_back(pointer.phi);
  Value *leftAfter = nullptr;
  for (const LoopStep &step : plan.steps) {
    if (step.isArithmetic) {
      at = movePointers(b, at, /*isHidden=*/true);
      leftAfter = hide(b, b.CreateSub(left, ConstantInt::get(left->getType(), 1)));
    } else if (step.isLoad) {
      load(b, step, at, leftAfter, step.isForNextTurn ? ahead : values);
    } else {
      copy(b, plan.read.fmas[step.index], values);
    }
  }
  left->addIncoming(leftAfter, &block);
  for (auto [pointer, value] : zip(plan.pointers, at))
    pointer.phi->addIncoming(value, &block);
  for (auto [load, phi] : carried)
    phi->addIncoming(ahead.lookup(load), &block);
  for (PHINode *sum : plan.read.sums)
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
  for (PHINode *sum : plan.read.sums)
    values[sum] = enter(sum);
  for (auto [load, phi] : carried)
    values[load] = enter(phi);
  SmallVector<Value *> at;
  for (const Pointer &pointer : plan.pointers)
    at.push_back(enter(pointer.phi));
  bool isMoved = false;
  for (const LoopStep &step : plan.steps) {
    if (step.isArithmetic)
      at = movePointers(b, at, /*isHidden=*/false), isMoved = true;
    else if (!step.isLoad)
      copy(b, plan.read.fmas[step.index], values);
    else if (!step.isForNextTurn)
      load(b, step, at, isMoved, values);
  }
  b.CreateBr(exit);
  exit->replacePhiUsesWith(&block, last);
  for (IntrinsicInst *fma : plan.read.fmas)
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
  for (auto [load, known] : plan.read.repeated)
    load->replaceAllUsesWith(known);
  SmallVector<Instruction *> old;
  for (Instruction &instruction : block)
    if (!is_contained(plan.read.sums, &instruction))
      old.push_back(&instruction);
  start(turns);
  branch->removeFromParent();
  writeLoop();
  writeLast();
  for (Instruction *instruction : reverse(old)) {
    instruction->replaceAllUsesWith(PoisonValue::get(instruction->getType()));
    instruction->getParent() ? (void)instruction->eraseFromParent() : instruction->deleteValue();
  }
}

/// The plan by which a turn of `loop` takes the least, with loads of at most `loadRegisters`; none where it is no
/// reduction.
static std::optional<TurnPlan> findPlan(Loop &loop, ScalarEvolution &evolution, const Pace &pace,
                                        unsigned loadRegisters) {
  std::optional<TurnPlan> best;
  std::vector<std::vector<unsigned>> tried;
  for (const Joining &joining : {Joining{2, loadRegisters}, Joining{loadRegisters, loadRegisters}, Joining{1, 1}}) {
    ReductionReader read(loop, evolution, joining);
    if (!read.run())
      return std::nullopt;
    if (is_contained(tried, read.reduction.loads))
      continue;
    tried.push_back(read.reduction.loads);
    for (FmaChoice fma : {FmaChoice::FewestLoads, FmaChoice::First}) {
      std::vector<LoopStep> steps = orderTurn(read.reduction, pace, fma);
      for (RegisterChoice &choice : chooseLoadRegisters(read.reduction, steps, pace.registers)) {
        TurnPlan plan(read, std::move(choice), evolution, pace);
        if (!best || plan.cycles < best->cycles)
          best.emplace(std::move(plan));
      }
    }
  }
  return best;
}

/// False where `loop` stays as it is.
static bool interleave(Loop &loop, ScalarEvolution &evolution, const Pace &pace, unsigned loadRegisters) {
  const SCEV *turns = evolution.getBackedgeTakenCount(&loop);
  if (isa<SCEVCouldNotCompute>(turns))
    return false;
  std::optional<TurnPlan> plan = findPlan(loop, evolution, pace, loadRegisters);
  if (!plan)
    return false;
  reloadStarts(loop);
  LoopWriter(loop, evolution, std::move(*plan)).run(turns);
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
      isChanged |= interleave(*loop, evolution, pace, loadRegisters);
  if (!isChanged)
    return PreservedAnalyses::all();
  function.addFnAttr(kKeepOrder);
  function.addFnAttr(kKeepEachInstruction);
  return PreservedAnalyses::none();
}
