// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/TaskFunctions.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static std::string nameTask(const KernelCall &call) { return call.kernel + "_task"; }

TaskFunctions::TaskFunctions(ModuleOp module, StringRef name, ArrayRef<KernelCall> calls)
    : b(module.getLoc(), module.getContext()), pointer(LLVM::LLVMPointerType::get(module.getContext())),
      number(b.getI32Type()) {
  b.setInsertionPointToEnd(module.getBody());
  buildForParts(name);
  for (const KernelCall &call : calls)
    if (call.parts > 1 && !module.lookupSymbol(nameTask(call)))
      buildTask(call);
}

LLVM::LLVMFuncOp TaskFunctions::declare(const std::string &symbol, ArrayRef<Type> parameters) {
  auto type = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), parameters);
  auto function = LLVM::LLVMFuncOp::create(b, symbol, type, LLVM::Linkage::Internal, /*dsoLocal=*/true);
  function.setNoInline(true);
  functions.push_back(function);
  return function;
}

void TaskFunctions::buildForParts(StringRef name) {
  OpBuilder::InsertionGuard guard(b);
  LLVM::LLVMFuncOp function = declare((name + "_for_parts").str(), {pointer, pointer, pointer, number});
  Block *entry = function.addEntryBlock(b);
  Value parallel = entry->getArgument(0), task = entry->getArgument(1), arguments = entry->getArgument(2),
        parts = entry->getArgument(3);
  Block *share = b.createBlock(&function.getBody()), *loop = b.createBlock(&function.getBody());
  Block *end = b.createBlock(&function.getBody());
  auto constant = [&](int64_t value) -> Value {
    return LLVM::ConstantOp::create(b, number, b.getI32IntegerAttr(static_cast<int32_t>(value)));
  };
  b.setInsertionPointToEnd(entry);
  Value isThere = LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::ne, parallel, LLVM::ZeroOp::create(b, pointer));
  LLVM::CondBrOp::create(b, isThere, share, ValueRange(), loop, ValueRange(constant(0)));

  // parallel->run(parallel->context, task, arguments, parts);
  b.setInsertionPointToEnd(share);
  Value context = LLVM::LoadOp::create(b, pointer, parallel);
  Value place = LLVM::GEPOp::create(b, pointer, pointer, parallel, LLVM::GEPArg(1), LLVM::GEPNoWrapFlags::inbounds);
  Value run = LLVM::LoadOp::create(b, pointer, place);
  auto runType =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer, pointer, pointer, number});
  LLVM::CallOp::create(b, runType, ValueRange{run, context, task, arguments, parts});
  LLVM::BrOp::create(b, ValueRange(), end);

  // for (part = 0; part != parts; ++part) task(arguments, part);
  Value part = loop->addArgument(number, b.getLoc());
  b.setInsertionPointToEnd(loop);
  auto taskType = LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()), {pointer, number});
  LLVM::CallOp::create(b, taskType, ValueRange{task, arguments, part});
  Value next = LLVM::AddOp::create(b, part, constant(1));
  Value isLast = LLVM::ICmpOp::create(b, LLVM::ICmpPredicate::eq, next, parts);
  LLVM::CondBrOp::create(b, isLast, end, ValueRange(), loop, ValueRange(next));

  b.setInsertionPointToEnd(end);
  LLVM::ReturnOp::create(b, ValueRange());
}

void TaskFunctions::buildTask(const KernelCall &call) {
  OpBuilder::InsertionGuard guard(b);
  LLVM::LLVMFuncOp function = declare(nameTask(call), {pointer, number});
  b.setInsertionPointToStart(function.addEntryBlock(b));
  SmallVector<Value> arguments;
  for (size_t index = 0; index < call.buffers.size(); ++index) {
    Value place = LLVM::GEPOp::create(b, pointer, pointer, function.getArgument(0),
                                      LLVM::GEPArg(static_cast<int32_t>(index)), LLVM::GEPNoWrapFlags::inbounds);
    arguments.push_back(LLVM::LoadOp::create(b, pointer, place));
  }
  arguments.push_back(LLVM::ZExtOp::create(b, b.getI64Type(), function.getArgument(1)));
  LLVM::CallOp::create(b, TypeRange(), call.kernel, arguments);
  LLVM::ReturnOp::create(b, ValueRange());
}

void TaskFunctions::call(OpBuilder &builder, const KernelCall &call, Value parallel, Value arguments) {
  Location location = call.location;
  Value task = LLVM::AddressOfOp::create(builder, location, pointer, nameTask(call));
  Value parts =
      LLVM::ConstantOp::create(builder, location, number, builder.getI32IntegerAttr(static_cast<int32_t>(call.parts)));
  LLVM::CallOp::create(builder, location, TypeRange(), functions.front().getSymName(),
                       ValueRange{parallel, task, arguments, parts});
}
