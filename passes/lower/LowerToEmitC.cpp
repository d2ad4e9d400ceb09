// SPDX-License-Identifier: Apache-2.0
// The other way out: kernels as C++ that a person can read. Loops stay loops, vectors become the few types and
// functions that the printed file defines for its instruction set (compiler/emit/cpp/Prelude.h), and addresses stay
// expressions.
#include "passes/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/EmitC/IR/EmitC.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;

namespace mncc {
#define GEN_PASS_DEF_LOWERTOEMITCPASS
#include "passes/Passes.h.inc"
} // namespace mncc

/// "f32", "f16", "bf16".
static std::string nameOf(FloatType type) {
  std::string name;
  llvm::raw_string_ostream(name) << type;
  return name;
}

/// The C++ type of a kernel's value; null for what no kernel holds. Integers are unsigned: they wrap around as in the
/// IR.
static Type convertType(Type type) {
  MLIRContext *context = type.getContext();
  if (type.isIndex())
    return emitc::SizeTType::get(context);
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.getWidth() == 1 ? type : IntegerType::get(context, integer.getWidth(), IntegerType::Unsigned);
  if (auto vector = dyn_cast<VectorType>(type)) {
    std::string element =
        vector.getElementType().isInteger() ? "u32" : nameOf(cast<FloatType>(vector.getElementType()));
    return emitc::OpaqueType::get(context, fmt::format("{}x{}", element, vector.getNumElements()));
  }
  if (auto memref = dyn_cast<MemRefType>(type))
    return emitc::PointerType::get(convertType(memref.getElementType()));
  if (type.isF16() || type.isBF16())
    return emitc::OpaqueType::get(context, nameOf(cast<FloatType>(type)));
  return type.isF32() ? type : Type();
}

/// The shortest decimal that reads back as the same float.
static std::string printFloat(float value) {
  std::string text = fmt::format("{}", value);
  return text + (text.find_first_of(".e") == std::string::npos ? ".0f" : "f");
}

namespace {

/// Writes one kernel as an `emitc.func`, one method a kind of operation.
class KernelTranslator : public ImplicitLocOpBuilder {
public:
  explicit KernelTranslator(func::FuncOp kernel)
      : ImplicitLocOpBuilder(kernel.getLoc(), kernel.getContext()), kernel(kernel) {}

  /// Puts the function in the place of the kernel.
  LogicalResult translate();

private:
  LogicalResult translateBlock(Block &block);
  LogicalResult translate(Operation *op);
  LogicalResult translate(arith::ConstantOp op);
  LogicalResult translate(arith::SelectOp op);
  LogicalResult translate(memref::AllocaOp op);
  LogicalResult translate(vector::ExtractOp op);
  LogicalResult translate(vector::ShuffleOp op);
  LogicalResult translate(vector::BitCastOp op);
  LogicalResult translate(LLVM::CallIntrinsicOp op);
  LogicalResult translateAccess(Operation *op);
  LogicalResult translate(scf::ForOp op);
  LogicalResult translate(scf::IfOp op);
  LogicalResult translateCompare(Operation *op, emitc::CmpPredicate predicate);

  Value get(Value value) { return values.lookup(value); }
  void set(Value value, Value translated) { values.map(value, translated); }
  Value literal(Type type, const std::string &text) { return emitc::LiteralOp::create(*this, type, text); }
  Value element(Value base, ValueRange indices, Type type);
  void call(Operation *op, const std::string &function) { call(op, function, op->getOperands()); }
  void call(Operation *op, const std::string &function, ValueRange operands);
  template <typename To> LogicalResult binary(Operation *op, const char *name = "");
  template <typename To> LogicalResult cast(To op);
  std::string functionOf(Type vector, StringRef name);

  func::FuncOp kernel;
  IRMapping values;
  /// The names of arrays so far.
  llvm::StringMap<unsigned> arrays;
};

} // namespace

/// `f32x8_load`: the functions whose operands do not tell the type of their result.
std::string KernelTranslator::functionOf(Type vector, StringRef name) {
  return (::llvm::cast<emitc::OpaqueType>(convertType(vector)).getValue() + "_" + name).str();
}

void KernelTranslator::call(Operation *op, const std::string &function, ValueRange operands) {
  SmallVector<Value> translated;
  for (Value operand : operands)
    translated.push_back(get(operand));
  SmallVector<Type> types;
  for (Type type : op->getResultTypes())
    types.push_back(convertType(type));
  auto call = emitc::CallOpaqueOp::create(*this, types, function, translated);
  if (!types.empty())
    set(op->getResult(0), call.getResult(0));
}

Value KernelTranslator::element(Value base, ValueRange indices, Type type) {
  SmallVector<Value> translated;
  for (Value index : indices)
    translated.push_back(get(index));
  return emitc::SubscriptOp::create(*this, emitc::LValueType::get(convertType(type)), get(base), translated);
}

/// C++ promotes scalars of f16, so `name` rounds each result of theirs.
template <typename To> LogicalResult KernelTranslator::binary(Operation *op, const char *name) {
  if (op->getResult(0).getType().isF16())
    return call(op, name), success();
  Type type = convertType(op->getResult(0).getType());
  set(op->getResult(0), To::create(*this, type, get(op->getOperand(0)), get(op->getOperand(1))));
  return success();
}

/// Words are unsigned in C++; between them and floats stands the signed one that the IR means.
template <typename To> LogicalResult KernelTranslator::cast(To op) {
  Value value = get(op.getOperand());
  if (isa<arith::SIToFPOp, arith::FPToSIOp>(op.getOperation()))
    value = emitc::CastOp::create(*this, getI32Type(), value);
  set(op.getResult(), emitc::CastOp::create(*this, convertType(op.getType()), value));
  return success();
}

LogicalResult KernelTranslator::translate(arith::ConstantOp op) {
  Type type = op.getType();
  Attribute value = op.getValue();
  auto splat = dyn_cast<SplatElementsAttr>(value);
  if (splat)
    value = splat.getSplatValue<Attribute>();
  std::string text;
  if (auto number = dyn_cast<FloatAttr>(value))
    text = printFloat(number.getValue().convertToFloat());
  else if (auto number = dyn_cast<IntegerAttr>(value))
    text = std::to_string(number.getValue().getZExtValue());
  else
    return op.emitError() << "expects a number or a splat for C++";
  if (auto narrow = dyn_cast<FloatType>(getElementTypeOrSelf(type)); narrow && !narrow.isF32())
    text = nameOf(narrow) + "_round(" + text + ")";
  if (splat)
    text = functionOf(type, "splat") + "(" + text + ")";
  set(op, literal(convertType(type), text));
  return success();
}

/// `a > b ? a : b` is what the vectors of every instruction set have a function for.
LogicalResult KernelTranslator::translate(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare) {
    auto choice = emitc::ConditionalOp::create(*this, convertType(op.getType()), get(op.getCondition()),
                                               get(op.getTrueValue()), get(op.getFalseValue()));
    set(op, choice);
    return success();
  }
  bool isMaximum = compare.getPredicate() == arith::CmpFPredicate::OGT;
  bool isMinimum = compare.getPredicate() == arith::CmpFPredicate::OLT;
  if (!(isMaximum || isMinimum) || compare.getLhs() != op.getTrueValue() || compare.getRhs() != op.getFalseValue())
    return op.emitError() << "expects the larger or the smaller of the two values that are compared for C++";
  call(op, isMaximum ? "max" : "min", {compare.getLhs(), compare.getRhs()});
  return success();
}

static std::string printType(Type type) {
  if (auto opaque = dyn_cast<emitc::OpaqueType>(type))
    return opaque.getValue().str();
  return type.isF32() ? "float" : "size_t";
}

/// Declared by hand: upstream's printer would number it.
LogicalResult KernelTranslator::translate(memref::AllocaOp op) {
  auto attribute = op->getAttrOfType<StringAttr>(mn::kNameAttr);
  std::string name = attribute ? attribute.getValue().str() : "values", dimensions;
  if (unsigned number = ++arrays[name]; number > 1)
    name = fmt::format("{}_{}", name, number);
  for (int64_t size : op.getType().getShape())
    dimensions += fmt::format("[{}]", size);
  Type element = convertType(op.getType().getElementType());
  emitc::VerbatimOp::create(*this, fmt::format("{} {}{};", printType(element), name, dimensions));
  set(op, literal(emitc::ArrayType::get(op.getType().getShape(), element), name));
  return success();
}

LogicalResult KernelTranslator::translateCompare(Operation *op, emitc::CmpPredicate predicate) {
  set(op->getResult(0),
      emitc::CmpOp::create(*this, getI1Type(), predicate, get(op->getOperand(0)), get(op->getOperand(1))));
  return success();
}

static FailureOr<emitc::CmpPredicate> convertPredicate(arith::CmpIOp op) {
  switch (op.getPredicate()) {
  case arith::CmpIPredicate::eq:
    return emitc::CmpPredicate::eq;
  case arith::CmpIPredicate::ne:
    return emitc::CmpPredicate::ne;
  case arith::CmpIPredicate::ult:
    return emitc::CmpPredicate::lt;
  case arith::CmpIPredicate::ule:
    return emitc::CmpPredicate::le;
  case arith::CmpIPredicate::ugt:
    return emitc::CmpPredicate::gt;
  case arith::CmpIPredicate::uge:
    return emitc::CmpPredicate::ge;
  default:
    return op.emitError() << "expects an unsigned comparison for C++";
  }
}

/// What `unroll-loops` does for machine code is a request to the C++ compiler here.
LogicalResult KernelTranslator::translate(scf::ForOp op) {
  std::optional<APInt> turns = op.getStaticTripCount();
  if (auto factor = op->getAttrOfType<IntegerAttr>("mn.unroll"))
    emitc::VerbatimOp::create(*this, fmt::format("#pragma GCC unroll {}", factor.getInt()));
  else if (op->hasAttr("mn.unroll") && turns)
    emitc::VerbatimOp::create(*this, fmt::format("#pragma GCC unroll {}", turns->getZExtValue()));
  auto loop = emitc::ForOp::create(*this, get(op.getLowerBound()), get(op.getUpperBound()), get(op.getStep()));
  set(op.getInductionVar(), loop.getInductionVar());
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(loop.getBody());
  return translateBlock(*op.getBody());
}

LogicalResult KernelTranslator::translate(scf::IfOp op) {
  if (op.getNumResults() > 0 || op.elseBlock())
    return op.emitError() << "expects a branch without results and alternative for C++";
  auto branch = emitc::IfOp::create(*this, get(op.getCondition()), /*addThenBlock=*/true, /*addElseBlock=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(&branch.getThenRegion().front());
  if (failed(translateBlock(*op.thenBlock())))
    return failure();
  emitc::YieldOp::create(*this);
  return success();
}

LogicalResult KernelTranslator::translate(vector::ExtractOp op) {
  Value lane;
  if (!op.getDynamicPosition().empty())
    lane = get(op.getDynamicPosition().front());
  else if (!op.getStaticPosition().empty())
    lane = literal(emitc::SizeTType::get(getContext()), std::to_string(op.getStaticPosition().front()));
  if (!lane)
    return set(op, get(op.getSource())), success();
  Type type = convertType(op.getType());
  Value place = emitc::SubscriptOp::create(*this, emitc::LValueType::get(type), get(op.getSource()), lane);
  return set(op, emitc::LoadOp::create(*this, type, place)), success();
}

LogicalResult KernelTranslator::translate(vector::ShuffleOp op) {
  std::string lanes;
  for (int64_t lane : op.getMask())
    lanes += fmt::format("_{}", lane);
  bool isOfOne = op.getV1() == op.getV2();
  return call(op, "shuffle" + lanes, isOfOne ? ValueRange(op.getV1()) : ValueRange{op.getV1(), op.getV2()}), success();
}

/// A pair of values in memory, as a word that is spread over a vector (KernelBuilder::splatPair): the only use of casts
/// between vectors.
static vector::LoadOp findPair(Value word) {
  auto cast = word.getDefiningOp<vector::BitCastOp>();
  return cast ? cast.getSource().getDefiningOp<vector::LoadOp>() : vector::LoadOp();
}

LogicalResult KernelTranslator::translate(vector::BitCastOp op) {
  if (findPair(op.getResult()) && op.getType().getNumElements() == 1)
    return success();
  auto spread = op.getSource().getDefiningOp<vector::BroadcastOp>();
  auto word = spread ? spread.getSource().getDefiningOp<vector::ExtractOp>() : vector::ExtractOp();
  vector::LoadOp pair = word ? findPair(word.getSource()) : vector::LoadOp();
  if (!pair)
    return op.emitError() << "expects a pair of values that is spread over a vector for C++";
  return call(op, functionOf(op.getType(), "splat_pair"), {pair.getBase(), pair.getIndices().front()}), success();
}

LogicalResult KernelTranslator::translate(LLVM::CallIntrinsicOp op) {
  bool isMatrices = op.getIntrin() == "llvm.aarch64.neon.bfmmla";
  return call(op, isMatrices ? "multiply_matrices" : "dot"), success();
}

/// Part of what findPair() finds, and printed where that is used.
static bool isPartOfPair(Operation *op) {
  auto isSplat = [](Operation *user) { return isa<vector::BitCastOp>(user); };
  if (auto load = dyn_cast<vector::LoadOp>(op))
    return llvm::all_of(load->getUsers(), isSplat) && load.getVectorType().getNumElements() == 2;
  if (auto extract = dyn_cast<vector::ExtractOp>(op))
    return findPair(extract.getSource()) != nullptr;
  auto broadcast = dyn_cast<vector::BroadcastOp>(op);
  auto word = broadcast ? broadcast.getSource().getDefiningOp<vector::ExtractOp>() : vector::ExtractOp();
  return word && findPair(word.getSource());
}

/// What reads and writes memory, takes vectors apart and ends a body.
LogicalResult KernelTranslator::translateAccess(Operation *op) {
  auto callAs = [&](const std::string &function, ValueRange operands) {
    return call(op, function, operands), success();
  };
  if (isPartOfPair(op))
    return success();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](vector::BroadcastOp op) { return callAs(functionOf(op.getType(), "splat"), op.getSource()); })
      .Case([&](vector::LoadOp op) {
        return callAs(functionOf(op.getType(), "load"), {op.getBase(), op.getIndices().front()});
      })
      .Case([&](vector::StoreOp op) {
        return callAs("store", {op.getBase(), op.getIndices().front(), op.getValueToStore()});
      })
      .Case([&](memref::PrefetchOp op) { return callAs("prefetch", {op.getMemref(), op.getIndices().front()}); })
      .Case<vector::ExtractOp, vector::ShuffleOp, vector::BitCastOp, LLVM::CallIntrinsicOp, memref::AllocaOp>(
          [&](auto op) { return translate(op); })
      .Case([&](memref::LoadOp op) {
        Value place = element(op.getMemRef(), op.getIndices(), op.getType());
        return set(op, emitc::LoadOp::create(*this, convertType(op.getType()), place)), success();
      })
      .Case([&](memref::StoreOp op) {
        Value value = op.getValueToStore();
        emitc::AssignOp::create(*this, element(op.getMemRef(), op.getIndices(), value.getType()), get(value));
        return success();
      })
      .Case([&](func::CallOp op) {
        SmallVector<Value> operands =
            llvm::map_to_vector(op.getOperands(), [&](Value operand) { return get(operand); });
        emitc::CallOpaqueOp::create(*this, TypeRange(), op.getCallee(), operands);
        return success();
      })
      .Case<scf::YieldOp, func::ReturnOp>([&](auto) { return success(); })
      .Default([](Operation *op) { return op->emitError() << "'" << op->getName() << "' has no form in C++"; });
}

LogicalResult KernelTranslator::translate(Operation *op) {
  setLoc(op->getLoc());
  auto callAs = [&](const std::string &function, ValueRange operands) {
    return call(op, function, operands), success();
  };
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case<arith::ConstantOp, arith::SelectOp, scf::ForOp, scf::IfOp>([&](auto op) { return translate(op); })
      .Case<arith::AddFOp, arith::AddIOp>([&](auto op) { return binary<emitc::AddOp>(op, "add"); })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto op) { return binary<emitc::SubOp>(op, "sub"); })
      .Case<arith::MulFOp, arith::MulIOp>([&](auto op) { return binary<emitc::MulOp>(op, "mul"); })
      .Case<arith::DivFOp, arith::DivUIOp>([&](auto op) { return binary<emitc::DivOp>(op, "div"); })
      .Case([&](arith::RemUIOp op) { return binary<emitc::RemOp>(op); })
      .Case([&](arith::ShLIOp op) { return binary<emitc::BitwiseLeftShiftOp>(op); })
      .Case<arith::ExtUIOp, arith::SIToFPOp, arith::FPToSIOp, arith::IndexCastOp>([&](auto op) { return cast(op); })
      .Case([&](arith::ExtFOp op) { return callAs("widen", op.getIn()); })
      .Case([&](arith::TruncFOp op) { return callAs(printType(convertType(op.getType())) + "_round", op.getIn()); })
      .Case([&](arith::BitcastOp op) {
        return callAs(getElementTypeOrSelf(op.getType()).isF32() ? "number" : "bits", op.getIn());
      })
      // Printed where it is selected by.
      .Case([&](arith::CmpFOp) { return success(); })
      .Case([&](arith::CmpIOp op) -> LogicalResult {
        auto predicate = convertPredicate(op);
        return failed(predicate) ? failure() : translateCompare(op, *predicate);
      })
      .Case<math::FmaOp, vector::FMAOp>([&](auto op) { return callAs("fma", op->getOperands()); })
      .Default([&](Operation *op) { return translateAccess(op); });
}

LogicalResult KernelTranslator::translateBlock(Block &block) {
  for (Operation &op : block)
    if (failed(translate(&op)))
      return failure();
  return success();
}

LogicalResult KernelTranslator::translate() {
  setInsertionPoint(kernel);
  SmallVector<Type> parameters;
  for (Type type : kernel.getArgumentTypes())
    parameters.push_back(convertType(type));
  auto function = emitc::FuncOp::create(*this, kernel.getName(), getFunctionType(parameters, {}));
  function.setArgAttrsAttr(kernel.getArgAttrsAttr());
  setInsertionPointToStart(function.addEntryBlock());
  // The body speaks of its parameters by name; upstream's printer would number them.
  for (BlockArgument argument : kernel.getArguments()) {
    auto name = kernel.getArgAttrOfType<StringAttr>(argument.getArgNumber(), mn::kNameAttr);
    if (!name)
      return kernel.emitError() << "expects 'mn.name' on each argument";
    set(argument, literal(convertType(argument.getType()), name.getValue().str()));
  }
  if (failed(translateBlock(kernel.getBody().front())))
    return failure();
  setLoc(kernel.getLoc());
  emitc::ReturnOp::create(*this, Value());
  kernel.erase();
  return success();
}

namespace {

struct LowerToEmitC : mncc::impl::LowerToEmitCPassBase<LowerToEmitC> {
  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (function.getName() != mn::kNetworkFunction && failed(KernelTranslator(function).translate()))
        return signalPassFailure();
  }
};

} // namespace
