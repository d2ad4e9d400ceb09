// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/Report.h"

#include <nlohmann/json.hpp>

#include <map>

using Json = nlohmann::ordered_json;

namespace mncc {

static Json describeQuantization(mn::QuantizationAttr quantization) {
  if (!quantization)
    return nullptr;
  return {{"scale", static_cast<float>(quantization.getRealScale())}, {"zero_point", quantization.getZeroPoint()}};
}

static Json describeTensor(const TensorInterface &tensor) {
  return {{"name", tensor.name},
          {"identifier", tensor.identifier},
          {"type", formatElement(tensor.kind)},
          {"quantization", describeQuantization(tensor.quantization)},
          {"shape", tensor.shape},
          {"bytes", tensor.bytes()}};
}

static Json describeTensors(llvm::ArrayRef<TensorInterface> tensors) {
  Json list = Json::array();
  for (const TensorInterface &tensor : tensors)
    list.push_back(describeTensor(tensor));
  return list;
}

static Json describeSchedule(mn::ScheduleAttr schedule) {
  if (!schedule)
    return nullptr;
  return {{"vector", schedule.getVector()},
          {"rows", schedule.getRows()},
          {"pixels", schedule.getPixels()},
          {"channels", schedule.getChannels()},
          {"unroll", schedule.getUnroll()},
          {"order", mn::stringifyLoopOrder(schedule.getOrder()).str()},
          {"prefetch", schedule.getPrefetch()},
          {"parts", schedule.getParts()},
          {"split", mn::stringifySplit(schedule.getSplit()).str()}};
}

static Json describeLayer(const LayerInterface &layer) {
  return {{"layer", layer.name},
          {"fused", layer.fused},
          {"shape", layer.shape},
          {"type", formatElement(layer.element)},
          {"quantization", describeQuantization(layer.quantization)},
          {"numerics", layer.numerics.empty() ? Json(nullptr) : Json(layer.numerics)},
          {"layout", layer.layout},
          {"multiply_adds", layer.multiplyAdds},
          {"space", mn::stringifySpace(layer.output.getSpace()).str()},
          {"offset", layer.output.getOffset()},
          {"kernel", layer.kernel},
          {"strip_kernels", layer.stripKernels},
          {"schedule", describeSchedule(layer.schedule)}};
}

static Json describeKernel(const KernelCode &function) {
  const std::optional<int64_t> &frame = function.code.frameBytes;
  return {{"kernel", function.code.name},          {"code_bytes", function.code.bytes},
          {"spills", function.code.stackAccesses}, {"calls", function.code.calls},
          {"loop_align", function.code.loopAlign}, {"stack_bytes", frame ? Json(*frame) : Json(nullptr)},
          {"unroll", function.variant.unroll},     {"tuned_for", function.variant.tuneCpu}};
}

static Json describeRow(const RowCost &row) {
  Json json = {{"target", row.model.target.getString("triple").str()},
               {"cpu", row.model.target.getCpu().str()},
               {"code_bytes", row.codeBytes},
               {"weight_bytes", row.model.weightBytes},
               {"arena_bytes", row.model.arenaBytes},
               {"stack_bytes", row.stackBytes},
               {"multiply_adds", row.multiplyAdds()}};
  json["layers"] = Json::array();
  for (const LayerInterface &layer : row.model.layers)
    json["layers"].push_back(describeLayer(layer));
  std::map<std::string, const KernelCode *> sorted;
  for (const KernelCode &function : row.functions)
    sorted[function.code.name] = &function;
  json["kernels"] = Json::array();
  for (const auto &[name, function] : sorted)
    json["kernels"].push_back(describeKernel(*function));
  return json;
}

static const char *nameOf(WeightsPlacement placement) {
  switch (placement) {
  case WeightsPlacement::Section:
    return "section";
  case WeightsPlacement::Inline:
    return "inline";
  case WeightsPlacement::External:
    return "external";
  }
  return "";
}

std::string printReportJson(const ModelInterface &model, llvm::ArrayRef<RowCost> rows, const Artifacts &artifacts,
                            const Options &options, llvm::StringRef source) {
  Json json = {{"name", model.name},
               {"version", MNCC_VERSION},
               {"source", source.str()},
               {"content_hash", model.contentHash},
               {"options",
                {{"hooks", model.hooks},
                 {"pic", options.pic},
                 {"precision", model.precision},
                 {"weights_format", model.weightsFormat},
                 {"weights_placement", nameOf(options.weightsPlacement)},
                 {"disabled_passes", options.disabledPasses}}},
               {"inputs", describeTensors(model.inputs)},
               {"outputs", describeTensors(model.outputs)},
               {"code_bytes", artifacts.codeBytes},
               {"weight_bytes", model.weightBytes},
               {"flash_bytes", artifacts.codeBytes + model.weightBytes},
               {"arena_bytes", model.arenaBytes},
               {"stack_bytes", artifacts.stackBytes}};
  json["rows"] = Json::array();
  for (const RowCost &row : rows)
    json["rows"].push_back(describeRow(row));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace mncc
