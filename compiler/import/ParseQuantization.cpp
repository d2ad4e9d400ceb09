// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ParseQuantization.h"

#include <cmath>

using namespace mncc;

void mncc::readQuantization(JsonFields &fields, std::optional<TensorQuantization> &quantization,
                            Diagnostics &diagnostics) {
  const JsonValue *value = fields.find("quantization");
  if (!value)
    return;
  JsonFields members(*value, "'quantization'", diagnostics);
  TensorQuantization read;
  read.location = value->location;
  size_t type = 0;
  double scale = 1;
  bool isComplete = members.readChoice("type", type, {"int8", "uint8"}, Presence::Required);
  read.type = type == 0 ? QuantizedType::Int8 : QuantizedType::UInt8;
  if (members.readNumber("scale", scale, Presence::Required)) {
    read.scale = static_cast<float>(scale);
    // Below normal floats scales are less and less exact.
    if (!(read.scale > 0) || !std::isnormal(read.scale))
      reportMismatch(*members.find("scale"), "scale", "a positive number that is a normal float of 32 bits",
                     diagnostics);
  }
  QuantizedRange range = getQuantizedRange(read.type);
  if (isComplete)
    members.readInteger("zero_point", read.zeroPoint, {range.least, range.most}, Presence::Required);
  else
    members.find("zero_point");
  if (succeeded(members.finish()))
    quantization = read;
}

void mncc::readQuantizedFields(JsonFields &fields, Layer &layer, Diagnostics &diagnostics) {
  readQuantization(fields, layer.quantization, diagnostics);
  size_t choice = 0;
  if (fields.readChoice("numerics", choice, {"tflm", "litert", "xnnpack", "fast"}))
    layer.numerics = static_cast<Numerics>(choice);
  if (clampsIntegers(layer.op) && fields.readChoice("activation", choice, {"none", "relu", "relu6"}))
    layer.activation = static_cast<LayerActivation>(choice);
  if (isWeighted(layer.op))
    fields.readInteger("filter_zero_point", layer.filterZeroPoint, {-128, 127});
}
