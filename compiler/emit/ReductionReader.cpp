// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/ReductionReader.h"

#include "compiler/emit/LoopCode.h"

using namespace llvm;
using namespace mncc;

bool ReductionReader::run() {
  auto *branch = dyn_cast<BranchInst>(block.getTerminator());
  if (!branch || !branch->isConditional())
    return false;
  for (Instruction &instruction : block)
    if (auto *load = dyn_cast<LoadInst>(&instruction); load && !readLoad(*load))
      return false;
  fillShort();
  splitShort();
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
    repeated.emplace_back(&load, known);
    return true;
  }
  for (Chunk &chunk : chunks) {
    if (!isVectorLoad(load) || !isVectorLoad(*chunk.loads.front()) ||
        load.getType() != chunk.loads.front()->getType() || chunk.loads.size() == joining.most || chunk.step != bytes)
      continue;
    if (findDistance(chunk.address, address, evolution) != 16 * static_cast<int64_t>(chunk.loads.size()))
      continue;
    chunk.loads.push_back(&load);
    return true;
  }
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
  for (Chunk &rest : chunks)
    for (Chunk &full : chunks) {
      if (rest.countRegisters() >= joining.most || full.loads.size() < joining.most || full.step != rest.step ||
          !isVectorLoad(*rest.loads.front()) || rest.loads.front()->getType() != full.loads.front()->getType() ||
          findDistance(full.address, rest.address, evolution) != 16 * static_cast<int64_t>(joining.most))
        continue;
      full.unused = joining.most - rest.loads.size();
      rest.loads.insert(rest.loads.begin(), full.loads.end() - full.unused, full.loads.end());
      full.loads.pop_back_n(full.unused);
      rest.address = cast<SCEVAddRecExpr>(evolution.getSCEV(rest.loads.front()->getPointerOperand()));
    }
}

/// Loads the registers of what fills too few one by one.
void ReductionReader::splitShort() {
  SmallVector<Chunk> joined = std::exchange(chunks, {});
  for (Chunk &chunk : joined) {
    if (chunk.countRegisters() >= joining.least) {
      chunks.push_back(std::move(chunk));
      continue;
    }
    for (LoadInst *load : chunk.loads)
      chunks.push_back({{load}, cast<SCEVAddRecExpr>(evolution.getSCEV(load->getPointerOperand())), chunk.step});
  }
  for (auto [index, chunk] : enumerate(chunks))
    for (LoadInst *load : chunk.loads)
      chunkOf[load] = static_cast<unsigned>(index);
  for (auto [load, known] : repeated)
    chunkOf[load] = chunkOf.lookup(known);
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
