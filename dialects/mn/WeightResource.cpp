// SPDX-License-Identifier: Apache-2.0
#include "dialects/mn/WeightResource.h"

#include "dialects/mn/NarrowFloat.h"

#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/SHA256.h"

using namespace mlir;
using namespace mncc::mn;

int64_t mncc::mn::countBytes(ShapedType type) { return type.getNumElements() * type.getElementTypeBitWidth() / 8; }

static std::string makeKey(StringRef name, ArrayRef<char> bytes) {
  llvm::SHA256 hash;
  hash.update(StringRef(bytes.data(), bytes.size()));
  std::string key;
  for (char c : name)
    key.push_back(llvm::isAlnum(c) ? c : '_');
  if (key.empty() || llvm::isDigit(key.front()))
    key.insert(key.begin(), '_');
  return key + "_" + llvm::toHex(hash.final(), /*LowerCase=*/true).substr(0, 16);
}

DenseResourceElementsAttr mncc::mn::makeWeights(MLIRContext *context, StringRef name, ArrayRef<int64_t> shape,
                                                ArrayRef<float> values) {
  ArrayRef<char> bytes(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(float));
  return makeWeights(name, RankedTensorType::get(shape, Float32Type::get(context)), bytes);
}

DenseResourceElementsAttr mncc::mn::makeWeights(StringRef name, RankedTensorType type, ArrayRef<char> bytes) {
  MLIRContext *context = type.getContext();
  std::string key = makeKey(name, bytes);
  auto &manager = DenseResourceElementsHandle::getManagerInterface(context);
  if (auto *entry = manager.getBlobManager().lookup(key)) {
    // Whoever was done with these bytes may have dropped them.
    if (!entry->getBlob() || entry->getBlob()->getData().size() != bytes.size())
      entry->setBlob(HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
    return DenseResourceElementsAttr::get(
        type, DenseResourceElementsHandle(entry, cast<BuiltinDialect>(manager.getDialect())));
  }
  return DenseResourceElementsAttr::get(type, key, HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
}

ConstantOp mncc::mn::createWeights(OpBuilder &builder, Location location, StringRef name, ArrayRef<int64_t> shape,
                                   ArrayRef<float> values) {
  return ConstantOp::create(builder, location, makeWeights(builder.getContext(), name, shape, values));
}

/// The bytes of the resource behind `constant`; an error where they are not loaded.
static FailureOr<ArrayRef<char>> getBytes(ConstantOp constant) {
  auto resource = cast<DenseResourceElementsAttr>(constant.getValue());
  AsmResourceBlob *blob = resource.getRawHandle().getBlob();
  size_t bytes = countBytes(resource.getType());
  if (!blob || blob->getData().size() != bytes)
    return constant.emitError() << "expects the weights '" << resource.getRawHandle().getKey() << "' of " << bytes
                                << " bytes, but " << (blob ? "they have another size" : "they are not loaded");
  return blob->getData();
}

FailureOr<std::vector<float>> mncc::mn::readWeights(ConstantOp constant) {
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue())) {
    std::vector<float> values;
    for (const APFloat &value : dense.getValues<APFloat>())
      values.push_back(value.convertToFloat());
    return values;
  }
  FailureOr<ArrayRef<char>> bytes = getBytes(constant);
  if (failed(bytes))
    return failure();
  Type type = constant.getType().getElementType();
  size_t elements = constant.getType().getNumElements();
  std::vector<float> values(elements);
  if (!type.isF32()) {
    const auto *narrow = reinterpret_cast<const uint16_t *>(bytes->data());
    llvm::transform(ArrayRef(narrow, elements), values.begin(), [&](uint16_t bits) { return widenFloat(bits, type); });
    return values;
  }
  memcpy(values.data(), bytes->data(), bytes->size());
  return values;
}

FailureOr<std::vector<float>> mncc::mn::readWeights(Value value) {
  if (auto constant = value.getDefiningOp<ConstantOp>())
    return readWeights(constant);
  return emitError(value.getLoc()) << "expects weights from 'mn.constant'";
}

FailureOr<std::vector<int64_t>> mncc::mn::readIntegers(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  if (!constant)
    return emitError(value.getLoc()) << "expects weights from 'mn.constant'";
  if (auto dense = dyn_cast<DenseElementsAttr>(constant.getValue())) {
    std::vector<int64_t> values;
    for (const APInt &number : dense.getValues<APInt>())
      values.push_back(number.getSExtValue());
    return values;
  }
  FailureOr<ArrayRef<char>> bytes = getBytes(constant);
  if (failed(bytes))
    return failure();
  auto numbers = [count = constant.getType().getNumElements()](auto *first) {
    return std::vector<int64_t>(first, first + count);
  };
  if (constant.getType().getElementType().isInteger(8))
    return numbers(reinterpret_cast<const int8_t *>(bytes->data()));
  return numbers(reinterpret_cast<const int32_t *>(bytes->data()));
}

StringRef mncc::mn::getWeightKey(ConstantOp constant) {
  auto resource = dyn_cast<DenseResourceElementsAttr>(constant.getValue());
  return resource ? StringRef(resource.getRawHandle().getKey()) : StringRef();
}
