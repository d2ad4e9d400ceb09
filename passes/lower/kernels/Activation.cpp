// SPDX-License-Identifier: Apache-2.0
// Activations as compare-and-select, and our own exponential: the same bits on every target of a class.
#include "passes/lower/kernels/Kernels.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static Value select(KernelBuilder &b, arith::CmpFPredicate predicate, Value value, double bound) {
  Value limit = b.constant(bound, value.getType());
  return arith::SelectOp::create(b, arith::CmpFOp::create(b, predicate, value, limit), value, limit);
}

static Value relu(KernelBuilder &b, Value value) { return select(b, arith::CmpFPredicate::OGT, value, 0.0); }

static Value relu6(KernelBuilder &b, Value value) { return select(b, arith::CmpFPredicate::OLT, relu(b, value), 6.0); }

/// relu6(x + 3), a sixth of which is the hard sigmoid.
static Value shiftedRelu6(KernelBuilder &b, Value value) {
  return relu6(b, arith::AddFOp::create(b, value, b.constant(3.0, value.getType())));
}

static Value aSixth(KernelBuilder &b, Value value) {
  return arith::MulFOp::create(b, value, b.constant(1.0 / 6.0, value.getType()));
}

static Value sigmoid(KernelBuilder &b, Value value) {
  Value one = b.constant(1.0, value.getType());
  Value negated = arith::SubFOp::create(b, b.constant(0.0, value.getType()), value);
  return arith::DivFOp::create(b, one, arith::AddFOp::create(b, one, buildExp(b, negated)));
}

Value lower::buildActivation(KernelBuilder &b, mn::Activation activation, Value value) {
  switch (activation) {
  case mn::Activation::None:
    return value;
  case mn::Activation::Relu:
    return relu(b, value);
  case mn::Activation::Relu6:
    return relu6(b, value);
  case mn::Activation::Sigmoid:
    return sigmoid(b, value);
  case mn::Activation::HardSwish:
    return aSixth(b, arith::MulFOp::create(b, value, shiftedRelu6(b, value)));
  case mn::Activation::HardSigmoid:
    return aSixth(b, shiftedRelu6(b, value));
  }
  llvm_unreachable("every activation is built");
}

/// Cody and Waite's reduction x = n ln 2 + r with n rounded to nearest by the addition of 1.5 * 2^23, a polynomial of
/// degree 5 in r (Cephes, expf), and n added to the exponent's bits.
static Value expInRange(KernelBuilder &b, Value x) {
  Type type = x.getType();
  auto number = [&](double constant) { return b.constant(constant, type); };
  Value shifted = b.fma(x, number(1.44269504088896341), number(12582912.0));
  Value n = arith::SubFOp::create(b, shifted, number(12582912.0));
  Value r = b.fma(n, number(-1.428606765330187e-06), b.fma(n, number(-0.693145751953125), x));
  Value sum = number(1.9875691500e-4);
  for (double coefficient : {1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1})
    sum = b.fma(sum, r, number(coefficient));
  Value power = arith::AddFOp::create(b, b.fma(sum, arith::MulFOp::create(b, r, r), r), number(1.0));

  auto vector = dyn_cast<VectorType>(type);
  Type words = vector ? Type(VectorType::get(vector.getShape(), b.getI32Type())) : Type(b.getI32Type());
  TypedAttr places = b.getI32IntegerAttr(23);
  if (vector)
    places = DenseElementsAttr::get(cast<ShapedType>(words), Attribute(places));
  Value exponent =
      arith::ShLIOp::create(b, arith::BitcastOp::create(b, words, shifted), arith::ConstantOp::create(b, places));
  Value bits = arith::AddIOp::create(b, arith::BitcastOp::create(b, words, power), exponent);
  return arith::BitcastOp::create(b, type, bits);
}

Value lower::buildExpBelow88(KernelBuilder &b, Value value) {
  return expInRange(b, select(b, arith::CmpFPredicate::OGT, value, -87.0));
}

Value lower::buildExp(KernelBuilder &b, Value value) {
  Value atLeast = select(b, arith::CmpFPredicate::OGT, value, -87.0);
  return expInRange(b, select(b, arith::CmpFPredicate::OLT, atLeast, 88.0));
}
