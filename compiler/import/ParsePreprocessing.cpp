// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/ParsePreprocessing.h"

#include "compiler/import/FieldHelp.h"

#include <fmt/format.h>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;

/// Reads one number for all channels, or an array with one for each.
static void readPerChannel(JsonFields &fields, std::string_view name, std::vector<double> &values,
                           Diagnostics &diagnostics) {
  const JsonValue *field = fields.find(name);
  if (!field)
    return;
  if (std::optional<double> all = field->getNumber()) {
    values.assign(values.size(), *all);
    return;
  }
  auto *array = field->getIf<JsonValue::Array>();
  if (!array || array->size() != values.size()) {
    std::string found = array ? fmt::format("{} numbers", array->size()) : field->describe();
    diagnostics
        .error(field->location,
               fmt::format("'{}' expects a number, or {} numbers, found {}", name, values.size(), found))
        .note("there is one for each channel of the input");
    return;
  }
  for (size_t i = 0; i < array->size(); ++i) {
    std::optional<double> number = (*array)[i].getNumber();
    if (!number)
      reportMismatch((*array)[i], name, "numbers", diagnostics);
    values[i] = number.value_or(values[i]);
  }
}

static void readChannelOrder(JsonFields &fields, Preprocessing &result, int64_t channels, Diagnostics &diagnostics) {
  using Order = Preprocessing::ChannelOrder;
  result.channelOrder = channels == 1 ? Order::Gray : Order::Rgb;
  size_t order;
  if (!fields.readChoice("channel_order", order, {"rgb", "bgr", "gray"}))
    return;
  result.channelOrder = static_cast<Order>(order);
  int64_t expected = result.channelOrder == Order::Gray ? 1 : 3;
  if (channels != expected)
    diagnostics
        .error(fields.find("channel_order")->location,
               fmt::format("'channel_order' expects an input with {} channel{}, found {}", expected,
                           expected == 1 ? "" : "s", channels))
        .note(std::string(getFieldHelp("channel_order")));
}

static void readCrop(JsonFields &fields, Preprocessing &result, Diagnostics &diagnostics) {
  const JsonValue *field = fields.find("crop");
  if (!field)
    return;
  auto *text = field->getIf<std::string>();
  if (text && (*text == "none" || *text == "center")) {
    result.crop = *text == "none" ? Preprocessing::Crop::None : Preprocessing::Crop::Center;
    return;
  }
  if (!field->getIf<JsonValue::Array>()) {
    reportMismatch(*field, "crop", "\"none\", \"center\" or [x, y, width, height]", diagnostics);
    return;
  }
  auto box = parseIntegers(*field, "crop", {4, 4}, {0, kLargestDimension}, diagnostics);
  if (!box)
    return;
  if ((*box)[2] == 0 || (*box)[3] == 0)
    reportMismatch(*field, "crop", "a width and a height of at least 1", diagnostics);
  result.crop = Preprocessing::Crop::Box;
  std::copy(box->begin(), box->end(), result.cropBox.begin());
}

static void readPad(JsonFields &fields, Preprocessing &result, const Shape &shape, Diagnostics &diagnostics) {
  std::vector<int64_t> pad;
  if (!fields.readIntegers("pad", pad, {4, 4}, {0, kLargestDimension}))
    return;
  std::copy(pad.begin(), pad.end(), result.pad.begin());
  if (pad[0] + pad[1] >= shape[0] || pad[2] + pad[3] >= shape[1])
    diagnostics
        .error(fields.find("pad")->location,
               fmt::format("'pad' expects less than the {} x {} pixels of the input, found {} rows and {} columns",
                           shape[0], shape[1], pad[0] + pad[1], pad[2] + pad[3]))
        .note("the order is [top, bottom, left, right]");
}

FailureOr<Preprocessing> mncc::parsePreprocessing(const JsonValue &value, const Shape &shape,
                                                  Diagnostics &diagnostics) {
  if (shape.size() != 3)
    return diagnostics
        .error(value.location, fmt::format("'preprocessing' expects an input of shape [height, width, "
                                           "channels], found {}",
                                           formatShape(shape)))
        .note("only images are preprocessed; leave the field out");
  Preprocessing result;
  result.mean.assign(shape[2], 0);
  result.std.assign(shape[2], 1);
  JsonFields fields(value, "'preprocessing'", diagnostics);
  readChannelOrder(fields, result, shape[2], diagnostics);
  fields.readNumber("scale", result.scale);
  readPerChannel(fields, "mean", result.mean, diagnostics);
  readPerChannel(fields, "std", result.std, diagnostics);
  for (double deviation : result.std)
    if (!(deviation > 0)) {
      reportMismatch(*fields.find("std"), "std", "numbers above 0", diagnostics);
      break;
    }
  size_t resize = 0;
  if (fields.readChoice("resize", resize, {"bilinear", "nearest", "none"}))
    result.resize = static_cast<Preprocessing::Resize>(resize);
  readCrop(fields, result, diagnostics);
  readPad(fields, result, shape, diagnostics);
  if (failed(fields.finish()))
    return failure();
  return result;
}
