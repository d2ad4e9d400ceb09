// SPDX-License-Identifier: Apache-2.0
// Kernels of integers as C++: lanes are unsigned, so what takes them as signed is a function that says so
// (compiler/emit/cpp/Integers.h).
#include "passes/lower/KernelTranslator.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

StringRef lower::nameInstruction(StringRef intrinsic) {
  intrinsic.consume_front("llvm.");
  for (StringRef family : {"x86.", "aarch64.", "avx512.", "avx2.", "ssse3.", "sse2.", "neon."})
    intrinsic.consume_front(family);
  return intrinsic.take_until([](char letter) { return letter == '.'; });
}

/// Lanes of another type, in the place of each its value.
LogicalResult KernelTranslator::convertLanes(Operation *op) {
  const char *function = llvm::TypeSwitch<Operation *, const char *>(op)
                             .Case<arith::ExtSIOp, arith::SIToFPOp>([](auto) { return "convert_signed"; })
                             .Case([](arith::FPToSIOp) { return "convert_to_signed"; })
                             .Default([](Operation *) { return "convert"; });
  return call(op, fmt::format("{}<{}>", function, printCppType(convertToCpp(op->getResult(0).getType())))), success();
}

/// A mask has lanes of the width that it was made from, and is all ones or zeros in each.
LogicalResult KernelTranslator::compareLanes(Operation *op, StringRef function) {
  auto vector = ::llvm::cast<VectorType>(op->getOperand(0).getType());
  Type mask = convertToCpp(vector.clone(getIntegerType(vector.getElementTypeBitWidth())));
  SmallVector<Value> operands = {get(op->getOperand(0)), get(op->getOperand(1))};
  return set(op->getResult(0), emitc::CallOpaqueOp::create(*this, mask, function, operands).getResult(0)), success();
}

static FailureOr<StringRef> namePredicate(arith::CmpIOp op) {
  switch (op.getPredicate()) {
  case arith::CmpIPredicate::ne:
    return StringRef("is_unequal");
  case arith::CmpIPredicate::slt:
    return StringRef("is_less_signed");
  default:
    return op.emitError() << "expects 'ne' or 'slt' between vectors for C++";
  }
}

/// By the compilers' own function, which takes lanes as numbers.
LogicalResult KernelTranslator::shuffle(Operation *op, Value low, Value high, ArrayRef<int64_t> lanes) {
  SmallVector<Attribute> arguments = {getIndexAttr(0), getIndexAttr(1)};
  for (int64_t lane : lanes)
    arguments.push_back(getI32IntegerAttr(static_cast<int32_t>(lane)));
  auto call = emitc::CallOpaqueOp::create(*this, convertToCpp(op->getResult(0).getType()), "__builtin_shufflevector",
                                          ValueRange{get(low), get(high)}, getArrayAttr(arguments));
  return set(op->getResult(0), call.getResult(0)), success();
}

static SmallVector<int64_t> interleave(int64_t lanes) {
  SmallVector<int64_t> mask;
  for (int64_t lane = 0; lane < lanes; ++lane)
    mask.append({lane, lanes + lane});
  return mask;
}

LogicalResult KernelTranslator::translateInteger(Operation *op) {
  auto callAs = [&](const std::string &function) { return call(op, function), success(); };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](arith::MaxSIOp) { return callAs("max_signed"); })
      .Case([&](arith::MinSIOp) { return callAs("min_signed"); })
      .Case([&](arith::ShRSIOp) { return callAs("shift_right_signed"); })
      .Case([&](arith::DivSIOp) { return callAs("divide_signed"); })
      .Case([&](math::CountLeadingZerosOp) { return callAs("count_leading_zeros"); })
      .Case([&](arith::CmpIOp op) -> LogicalResult {
        auto function = namePredicate(op);
        return failed(function) ? failure() : compareLanes(op, *function);
      })
      .Case([&](vector::InterleaveOp op) {
        return shuffle(op, op.getLhs(), op.getRhs(), interleave(op.getSourceVectorType().getNumElements()));
      })
      .Case([&](vector::FromElementsOp op) {
        return callAs(fmt::format("of<{}>", printCppType(convertToCpp(op.getType()))));
      })
      .Case([&](memref::ExtractAlignedPointerAsIndexOp) { return callAs("address_of"); })
      .Case([&](LLVM::IntToPtrOp op) { return set(op, get(op.getArg())), success(); })
      .Case([&](LLVM::LoadOp op) { return callAs(functionOf(op.getType(), "at")); })
      // What LLVM is not to see through, C++ compilers may.
      .Case([&](LLVM::InlineAsmOp op) { return set(op.getRes(), get(op.getOperands().front())), success(); })
      .Default([&](Operation *op) { return translateAccess(op); });
}
