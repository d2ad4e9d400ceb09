// SPDX-License-Identifier: Apache-2.0
// The other way out: kernels as C++ that a person can read. Loops stay loops, vectors become the few types and
// functions that the printed file defines for its instruction set (compiler/emit/cpp/Prelude.h), and addresses stay
// expressions.
#include "passes/Passes.h"
#include "passes/lower/KernelTranslator.h"

#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Iterators.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/TypeSwitch.h"

#include <fmt/format.h>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

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

Type lower::convertToCpp(Type type) {
  MLIRContext *context = type.getContext();
  if (type.isIndex())
    return emitc::SizeTType::get(context);
  if (auto integer = dyn_cast<IntegerType>(type))
    return integer.getWidth() == 1 ? type : IntegerType::get(context, integer.getWidth(), IntegerType::Unsigned);
  if (auto vector = dyn_cast<VectorType>(type)) {
    Type lane = vector.getElementType();
    std::string element =
        lane.isInteger() ? fmt::format("u{}", lane.getIntOrFloatBitWidth()) : nameOf(cast<FloatType>(lane));
    return emitc::OpaqueType::get(context, fmt::format("{}x{}", element, vector.getNumElements()));
  }
  if (auto memref = dyn_cast<MemRefType>(type))
    return emitc::PointerType::get(convertToCpp(memref.getElementType()));
  if (type.isF16() || type.isBF16())
    return emitc::OpaqueType::get(context, nameOf(cast<FloatType>(type)));
  return type.isF32() ? type : Type();
}

/// The shortest decimal that reads back as the same float.
static std::string printFloat(float value) {
  std::string text = fmt::format("{}", value);
  return text + (text.find_first_of(".e") == std::string::npos ? ".0f" : "f");
}

/// `f32x8_load`: the functions whose operands do not tell the type of their result.
std::string KernelTranslator::functionOf(Type vector, StringRef name) {
  return (::llvm::cast<emitc::OpaqueType>(convertToCpp(vector)).getValue() + "_" + name).str();
}

void KernelTranslator::call(Operation *op, const std::string &function, ValueRange operands) {
  SmallVector<Value> translated;
  for (Value operand : operands)
    translated.push_back(get(operand));
  SmallVector<Type> types;
  for (Type type : op->getResultTypes())
    types.push_back(convertToCpp(type));
  auto call = emitc::CallOpaqueOp::create(*this, types, function, translated);
  if (!types.empty())
    set(op->getResult(0), call.getResult(0));
}

Value KernelTranslator::element(Value base, ValueRange indices, Type type) {
  SmallVector<Value> translated;
  for (Value index : indices)
    translated.push_back(get(index));
  return emitc::SubscriptOp::create(*this, emitc::LValueType::get(convertToCpp(type)), get(base), translated);
}

/// C++ promotes scalars of f16, so `name` rounds each result of theirs.
template <typename To> LogicalResult KernelTranslator::binary(Operation *op, const char *name) {
  if (op->getResult(0).getType().isF16())
    return call(op, name), success();
  Type type = convertToCpp(op->getResult(0).getType());
  set(op->getResult(0), To::create(*this, type, get(op->getOperand(0)), get(op->getOperand(1))));
  return success();
}

/// Words are unsigned in C++; between them and floats stands the signed one that the IR means.
template <typename To> LogicalResult KernelTranslator::cast(To op) {
  if (isa<VectorType>(op.getType()))
    return convertLanes(op);
  Value value = get(op.getOperand());
  if (isa<arith::SIToFPOp, arith::FPToSIOp>(op.getOperation()))
    value = emitc::CastOp::create(*this, getI32Type(), value);
  if (isa<arith::ExtSIOp>(op.getOperation()))
    value = emitc::CastOp::create(*this, op.getOperand().getType(), value);
  set(op.getResult(), emitc::CastOp::create(*this, convertToCpp(op.getType()), value));
  return success();
}

/// Lanes of bytes and halves have no sign, since compilers warn of those that have; what wraps around and words of 64
/// bits say how wide they are.
static std::string printInteger(IntegerAttr number, bool isLane) {
  APInt value = number.getValue();
  bool isIndex = number.getType().isIndex();
  if (isIndex ? !value.isNegative() : value.getBitWidth() < 32 || (value.getBitWidth() == 32 && !isLane))
    return std::to_string(value.getZExtValue());
  std::string text = std::to_string(value.getSExtValue());
  return isLane ? text : fmt::format("{}({})", isIndex ? "size_t" : "uint64_t", text);
}

/// "u8x4{1, 2, 3, 4}".
static std::string printLanes(DenseIntElementsAttr lanes) {
  std::string text;
  for (const APInt &lane : lanes.getValues<APInt>())
    text += fmt::format("{}{}", text.empty() ? "" : ", ", lane.getZExtValue());
  return fmt::format("{}{{{}}}", printCppType(convertToCpp(lanes.getType())), text);
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
    text = printInteger(number, splat != nullptr);
  else if (auto lanes = dyn_cast<DenseIntElementsAttr>(value))
    text = printLanes(lanes);
  else
    return op.emitError() << "expects a number, a splat or integers for C++";
  if (auto narrow = dyn_cast<FloatType>(getElementTypeOrSelf(type)); narrow && !narrow.isF32())
    text = nameOf(narrow) + "_round(" + text + ")";
  if (splat)
    text = functionOf(type, "splat") + "(" + text + ")";
  set(op, literal(convertToCpp(type), text));
  return success();
}

/// "max" of `a > b ? a : b`, which the vectors of every instruction set have a function for, "min" of the like; else
/// "".
static std::string nameExtreme(arith::SelectOp op) {
  auto compare = op.getCondition().getDefiningOp<arith::CmpFOp>();
  if (!compare || compare.getLhs() != op.getTrueValue() || compare.getRhs() != op.getFalseValue())
    return "";
  if (compare.getPredicate() == arith::CmpFPredicate::OGT)
    return "max";
  return compare.getPredicate() == arith::CmpFPredicate::OLT ? "min" : "";
}

LogicalResult KernelTranslator::translate(arith::SelectOp op) {
  if (std::string extreme = nameExtreme(op); !extreme.empty())
    return call(op, extreme, {op.getTrueValue(), op.getFalseValue()}), success();
  if (isa<VectorType>(op.getCondition().getType()))
    return call(op, "select"), success();
  auto choice = emitc::ConditionalOp::create(*this, convertToCpp(op.getType()), get(op.getCondition()),
                                             get(op.getTrueValue()), get(op.getFalseValue()));
  return set(op, choice), success();
}

/// What compares vectors, and what compares numbers.
static FailureOr<std::pair<const char *, emitc::CmpPredicate>> convertPredicate(arith::CmpFOp op) {
  using Result = std::pair<const char *, emitc::CmpPredicate>;
  switch (op.getPredicate()) {
  case arith::CmpFPredicate::OLT:
    return Result{"is_less", emitc::CmpPredicate::lt};
  case arith::CmpFPredicate::OLE:
    return Result{"is_at_most", emitc::CmpPredicate::le};
  case arith::CmpFPredicate::OGT:
    return Result{"is_more", emitc::CmpPredicate::gt};
  case arith::CmpFPredicate::OGE:
    return Result{"is_at_least", emitc::CmpPredicate::ge};
  default:
    return op.emitError() << "expects an ordered comparison by size for C++";
  }
}

LogicalResult KernelTranslator::translate(arith::CmpFOp op) {
  auto isExtreme = [](Operation *user) {
    auto select = dyn_cast<arith::SelectOp>(user);
    return select && !nameExtreme(select).empty();
  };
  if (llvm::all_of(op->getUsers(), isExtreme))
    return success();
  auto predicate = convertPredicate(op);
  if (failed(predicate))
    return failure();
  return isa<VectorType>(op.getType()) ? compareLanes(op, predicate->first) : translateCompare(op, predicate->second);
}

std::string lower::printCppType(Type type) {
  if (auto opaque = dyn_cast<emitc::OpaqueType>(type))
    return opaque.getValue().str();
  if (auto integer = dyn_cast<IntegerType>(type))
    return fmt::format("uint{}_t", integer.getWidth());
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
  Type element = convertToCpp(op.getType().getElementType());
  emitc::VerbatimOp::create(*this, fmt::format("{} {}{};", printCppType(element), name, dimensions));
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
  Type type = convertToCpp(op.getType());
  Value place = emitc::SubscriptOp::create(*this, emitc::LValueType::get(type), get(op.getSource()), lane);
  return set(op, emitc::LoadOp::create(*this, type, place)), success();
}

LogicalResult KernelTranslator::translate(vector::ShuffleOp op) {
  if (op.getType().getElementType().isInteger())
    return shuffle(op, op.getV1(), op.getV2(), op.getMask());
  std::string lanes;
  for (int64_t lane : op.getMask())
    lanes += fmt::format("_{}", lane);
  bool isOfOne = op.getV1() == op.getV2();
  return call(op, "shuffle" + lanes, isOfOne ? ValueRange(op.getV1()) : ValueRange{op.getV1(), op.getV2()}), success();
}

/// A pair of values in memory, as a word that is spread over a vector (KernelBuilder::splatPair): the only use of casts
/// between vectors of floats.
static vector::LoadOp findPair(Value word) {
  auto cast = word.getDefiningOp<vector::BitCastOp>();
  bool isPair = cast && cast.getSourceVectorType().getElementType().isBF16();
  return isPair ? cast.getSource().getDefiningOp<vector::LoadOp>() : vector::LoadOp();
}

LogicalResult KernelTranslator::translate(vector::BitCastOp op) {
  if (op.getSourceVectorType().getElementType().isInteger() || op.getType().getElementType().isInteger())
    return call(op, fmt::format("as<{}>", printCppType(convertToCpp(op.getType())))), success();
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
  if (op.getIntrin() == "llvm.aarch64.neon.bfmmla")
    return call(op, "multiply_matrices"), success();
  bool isFloat = getElementTypeOrSelf(op->getResult(0).getType()).isF32();
  return call(op, isFloat ? "dot" : nameInstruction(op.getIntrin()).str()), success();
}

/// Part of what findPair() finds, and printed where that is used.
static bool isPartOfPair(Operation *op) {
  auto isSplat = [](Operation *user) { return isa<vector::BitCastOp>(user); };
  if (auto load = dyn_cast<vector::LoadOp>(op); load && load.getVectorType().getElementType().isBF16())
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
        return set(op, emitc::LoadOp::create(*this, convertToCpp(op.getType()), place)), success();
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
      .Case<arith::ConstantOp, arith::CmpFOp, arith::SelectOp, scf::ForOp, scf::IfOp>(
          [&](auto op) { return translate(op); })
      .Case<arith::AddFOp, arith::AddIOp>([&](auto op) { return binary<emitc::AddOp>(op, "add"); })
      .Case<arith::SubFOp, arith::SubIOp>([&](auto op) { return binary<emitc::SubOp>(op, "sub"); })
      .Case<arith::MulFOp, arith::MulIOp>([&](auto op) { return binary<emitc::MulOp>(op, "mul"); })
      .Case<arith::DivFOp, arith::DivUIOp>([&](auto op) { return binary<emitc::DivOp>(op, "div"); })
      .Case([&](arith::RemUIOp op) { return binary<emitc::RemOp>(op); })
      .Case([&](arith::ShLIOp op) { return binary<emitc::BitwiseLeftShiftOp>(op); })
      .Case([&](arith::ShRUIOp op) { return binary<emitc::BitwiseRightShiftOp>(op); })
      .Case([&](arith::AndIOp op) { return binary<emitc::BitwiseAndOp>(op); })
      .Case([&](arith::OrIOp op) { return binary<emitc::BitwiseOrOp>(op); })
      .Case<arith::ExtUIOp, arith::ExtSIOp, arith::TruncIOp, arith::SIToFPOp, arith::FPToSIOp, arith::IndexCastOp,
            arith::IndexCastUIOp>([&](auto op) { return cast(op); })
      .Case([&](arith::ExtFOp op) { return callAs("widen", op.getIn()); })
      .Case([&](arith::TruncFOp op) { return callAs(printCppType(convertToCpp(op.getType())) + "_round", op.getIn()); })
      .Case([&](arith::BitcastOp op) {
        return callAs(getElementTypeOrSelf(op.getType()).isF32() ? "number" : "bits", op.getIn());
      })
      .Case([&](arith::CmpIOp op) -> LogicalResult {
        if (isa<VectorType>(op.getType()))
          return translateInteger(op);
        auto predicate = convertPredicate(op);
        return failed(predicate) ? failure() : translateCompare(op, *predicate);
      })
      .Case<math::FmaOp, vector::FMAOp>([&](auto op) { return callAs("fma", op->getOperands()); })
      .Default([&](Operation *op) { return translateInteger(op); });
}

LogicalResult KernelTranslator::translateBlock(Block &block) {
  for (Operation &op : block)
    if (failed(translate(&op)))
      return failure();
  return success();
}

/// C++ compilers warn of what nobody reads.
static void eraseUnused(func::FuncOp kernel) {
  kernel.walk<WalkOrder::PostOrder, ReverseIterator>([](Operation *op) {
    if (isOpTriviallyDead(op) || (isa<LLVM::CallIntrinsicOp, LLVM::InlineAsmOp>(op) && op->use_empty()))
      op->erase();
  });
}

LogicalResult KernelTranslator::translate() {
  eraseUnused(kernel);
  setInsertionPoint(kernel);
  SmallVector<Type> parameters;
  for (Type type : kernel.getArgumentTypes())
    parameters.push_back(convertToCpp(type));
  auto function = emitc::FuncOp::create(*this, kernel.getName(), getFunctionType(parameters, {}));
  function.setArgAttrsAttr(kernel.getArgAttrsAttr());
  setInsertionPointToStart(function.addEntryBlock());
  // The body speaks of its parameters by name; upstream's printer would number them.
  for (BlockArgument argument : kernel.getArguments()) {
    auto name = kernel.getArgAttrOfType<StringAttr>(argument.getArgNumber(), mn::kNameAttr);
    if (!name)
      return kernel.emitError() << "expects 'mn.name' on each argument";
    set(argument, literal(convertToCpp(argument.getType()), name.getValue().str()));
    // Where all results are one constant, nobody reads what they are made of.
    if (argument.use_empty())
      emitc::VerbatimOp::create(*this, fmt::format("(void){};", name.getValue().str()));
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
