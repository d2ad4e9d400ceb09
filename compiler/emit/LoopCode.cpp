// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/LoopCode.h"

#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/IntrinsicsAArch64.h"
#include "llvm/Transforms/Utils/Local.h"

using namespace llvm;

bool mncc::isVectorLoad(const LoadInst &load) {
  auto *type = dyn_cast<FixedVectorType>(load.getType());
  return load.isSimple() && type && type->getPrimitiveSizeInBits() == 128;
}

std::optional<mncc::SteadyAddress> mncc::findSteadyAddress(Value *pointer, const Loop &loop,
                                                           ScalarEvolution &evolution) {
  auto *address = dyn_cast<SCEVAddRecExpr>(evolution.getSCEV(pointer));
  if (!address || address->getLoop() != &loop || !address->isAffine())
    return std::nullopt;
  auto *step = dyn_cast<SCEVConstant>(address->getStepRecurrence(evolution));
  if (!step)
    return std::nullopt;
  return SteadyAddress{address, step->getAPInt().getSExtValue()};
}

std::optional<int64_t> mncc::findDistance(const SCEV *from, const SCEV *to, ScalarEvolution &evolution) {
  auto *distance = dyn_cast<SCEVConstant>(evolution.getMinusSCEV(to, from));
  return distance ? std::optional(distance->getAPInt().getSExtValue()) : std::nullopt;
}

Value *mncc::hide(IRBuilderBase &b, Value *value) {
  auto *type = FunctionType::get(value->getType(), {value->getType()}, /*isVarArg=*/false);
  StringRef registers = value->getType()->isFPOrFPVectorTy() ? "=w,0" : "=r,0";
  return b.CreateCall(InlineAsm::get(type, "", registers, /*hasSideEffects=*/false), {value});
}

static SmallVector<Value *, 4> takeApart(IRBuilderBase &b, Value *all, size_t count) {
  SmallVector<Value *, 4> values;
  for (unsigned index = 0; index < count; ++index)
    values.push_back(b.CreateExtractValue(all, index));
  return values;
}

SmallVector<Value *, 4> mncc::loadTogether(IRBuilderBase &b, Type *type, Value *pointer, size_t count) {
  static constexpr Intrinsic::ID kLoads[] = {Intrinsic::aarch64_neon_ld1x2, Intrinsic::aarch64_neon_ld1x3,
                                             Intrinsic::aarch64_neon_ld1x4};
  return takeApart(b, b.CreateIntrinsic(kLoads[count - 2], {type, pointer->getType()}, {pointer}), count);
}

SmallVector<Value *, 4> mncc::loadTogetherInto(IRBuilderBase &b, Type *type, Value *pointer, size_t count,
                                               unsigned first) {
  std::string registers, constraints;
  for (size_t index = 0; index < count; ++index) {
    std::string name = "v" + std::to_string(first + index);
    registers += (index == 0 ? "" : ", ") + name + ".4s";
    constraints += "={" + name + "},";
  }
  auto *result = StructType::get(b.getContext(), SmallVector<Type *, 4>(count, type));
  auto *signature = FunctionType::get(result, {pointer->getType()}, /*isVarArg=*/false);
  std::string text = "ld1 { " + registers + " }, $" + std::to_string(count);
  CallInst *all =
      b.CreateCall(InlineAsm::get(signature, text, constraints + "*Q", /*hasSideEffects=*/false), {pointer});
  all->addParamAttr(0, Attribute::get(b.getContext(), Attribute::ElementType, ArrayType::get(type, count)));
  all->setMemoryEffects(MemoryEffects::argMemOnly(ModRefInfo::Ref));
  return takeApart(b, all, count);
}

bool mncc::isConstantMemory(const LoadInst &load) {
  auto *argument = dyn_cast<Argument>(getUnderlyingObject(load.getPointerOperand()));
  return argument && argument->onlyReadsMemory() && argument->hasNoAliasAttr();
}

void mncc::reloadStarts(Loop &loop) {
  BasicBlock *before = loop.getLoopPreheader();
  DenseMap<Value *, Value *> reloaded;
  for (PHINode &phi : loop.getHeader()->phis()) {
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
