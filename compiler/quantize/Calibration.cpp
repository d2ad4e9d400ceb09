// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/Calibration.h"

#include "compiler/import/JsonFields.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/CheckedArithmetic.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

using namespace mncc;
using llvm::failed;
using llvm::failure;
using llvm::FailureOr;
using llvm::LogicalResult;
using llvm::success;

/// Of the form of the file; another one is refused.
static constexpr int64_t kVersion = 1;

void TensorStatistics::add(llvm::ArrayRef<float> values, int64_t channels) {
  histogram.add(values);
  channelSums.resize(channels, 0);
  channelMagnitudes.resize(channels, 0);
  for (size_t i = 0; i < values.size(); i += channels)
    for (int64_t c = 0; c < channels; ++c) {
      channelSums[c] += values[i + c];
      channelMagnitudes[c] = std::max<double>(channelMagnitudes[c], std::abs(values[i + c]));
    }
  valuesPerChannel += values.size() / channels;
}

std::vector<double> TensorStatistics::getMeans() const {
  std::vector<double> means;
  for (double sum : channelSums)
    means.push_back(sum / std::max<uint64_t>(valuesPerChannel, 1));
  return means;
}

/// A bin in two numbers: its own and its count. Most are empty.
static nlohmann::ordered_json printBins(const Histogram &histogram) {
  auto bins = nlohmann::ordered_json::array();
  for (auto [bin, count] : llvm::enumerate(histogram.getCounts()))
    if (count > 0)
      bins.push_back({bin, count});
  return bins;
}

std::string mncc::printCalibration(const Calibration &calibration) {
  nlohmann::ordered_json tensors = nlohmann::ordered_json::object();
  for (const auto &[name, tensor] : calibration.tensors) {
    const Histogram &histogram = tensor.histogram;
    tensors[name] = {{"least", histogram.getLeast()},      {"most", histogram.getMost()},
                     {"low", histogram.getLow()},          {"high", histogram.getHigh()},
                     {"bins", printBins(histogram)},       {"values_per_channel", tensor.valuesPerChannel},
                     {"channel_sums", tensor.channelSums}, {"channel_magnitudes", tensor.channelMagnitudes}};
  }
  std::string text =
      fmt::format("{{\"mncc_calibration\": {}, \"images\": {}, \"tensors\": {{", kVersion, calibration.images);
  const char *separator = "\n";
  for (const auto &[name, tensor] : tensors.items()) {
    auto spell = [](const nlohmann::ordered_json &value) {
      return value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
    };
    text += fmt::format("{}  {}: {}", separator, spell(name), spell(tensor));
    separator = ",\n";
  }
  return text + "\n}}\n";
}

static bool isFloat(double number) { return std::isfinite(static_cast<float>(number)); }

/// Reads a number that is finite in 32 bits, as all values of tensors are.
static void readFloat(JsonFields &fields, std::string_view name, double &value, Diagnostics &diagnostics) {
  if (fields.readNumber(name, value, Presence::Required) && !isFloat(value))
    reportMismatch(*fields.find(name), name, "a number that is finite in 32 bits", diagnostics);
}

namespace {

/// Reads one file; each method is a part of it.
class CalibrationReader {
public:
  explicit CalibrationReader(Diagnostics &diagnostics) : diagnostics(diagnostics) {}

  FailureOr<Calibration> read(const JsonValue &root);

private:
  FailureOr<TensorStatistics> readTensor(const JsonMember &member);
  FailureOr<std::vector<uint64_t>> readBins(const JsonValue &value, uint64_t values);
  LogicalResult checkEnds(const JsonValue &bins, const Histogram &histogram);
  FailureOr<std::vector<double>> readSums(const JsonValue &value, uint64_t summands);
  FailureOr<std::vector<double>> readMagnitudes(const JsonValue &value, size_t channels, double largest);

  Diagnostics &diagnostics;
};

} // namespace

/// The counts of bins, which ascend and hold `values` values between them.
FailureOr<std::vector<uint64_t>> CalibrationReader::readBins(const JsonValue &value, uint64_t values) {
  auto *bins = value.getIf<JsonValue::Array>();
  if (!bins)
    return reportMismatch(value, "bins", "an array of pairs: a bin and its count", diagnostics);
  std::vector<uint64_t> counts(Histogram::kBins, 0);
  constexpr IntegerRange kAny{0, INT64_MAX};
  uint64_t left = values;
  int64_t next = 0;
  for (const JsonValue &bin : *bins) {
    auto pair = parseIntegers(bin, "bins", {2, 2}, kAny, diagnostics);
    if (!pair)
      return failure();
    if (pair->front() >= static_cast<int64_t>(Histogram::kBins))
      return reportMismatch(bin, "bins", fmt::format("bins below {}", Histogram::kBins), diagnostics);
    if (pair->front() < next)
      return reportMismatch(bin, "bins", fmt::format("bins that ascend, {} or more here", next), diagnostics);
    uint64_t count = pair->back();
    if (count < 1 || count > left)
      return reportMismatch(bin, "bins",
                            fmt::format("counts of 1 or more that come to {}, the values of all channels", values),
                            diagnostics);
    counts[pair->front()] = count;
    next = pair->front() + 1;
    left -= count;
  }
  if (left > 0)
    return reportMismatch(
        value, "bins",
        fmt::format("counts that come to {}, the values of all channels, instead of {}", values, values - left),
        diagnostics);
  return counts;
}

/// The first bin in use holds the least value, the last one the largest.
LogicalResult CalibrationReader::checkEnds(const JsonValue &bins, const Histogram &histogram) {
  const JsonValue::Array &pairs = *bins.getIf<JsonValue::Array>();
  // Bins that became one were rounded apart.
  auto isNear = [&](size_t bin, double value) {
    return std::abs(histogram.getCenter(bin) - value) <= 1.5 * histogram.getWidth();
  };
  llvm::ArrayRef<uint64_t> counts = histogram.getCounts();
  auto isUsed = [](uint64_t count) { return count > 0; };
  size_t first = llvm::find_if(counts, isUsed) - counts.begin();
  size_t last = Histogram::kBins - 1 - (llvm::find_if(llvm::reverse(counts), isUsed) - counts.rbegin());
  if (!isNear(first, histogram.getLeast()))
    return reportMismatch(pairs.front(), "bins",
                          fmt::format("a first bin around {}, the least value", histogram.getLeast()), diagnostics);
  if (!isNear(last, histogram.getMost()))
    return reportMismatch(pairs.back(), "bins",
                          fmt::format("a last bin around {}, the largest value", histogram.getMost()), diagnostics);
  return success();
}

/// Numbers each of which is the sum of `summands` floats.
FailureOr<std::vector<double>> CalibrationReader::readSums(const JsonValue &value, uint64_t summands) {
  auto *items = value.getIf<JsonValue::Array>();
  if (!items || items->empty())
    return reportMismatch(value, "channel_sums", "an array of numbers, one for each channel", diagnostics);
  std::vector<double> sums;
  for (const JsonValue &item : *items) {
    auto number = item.getNumber();
    if (!number || !isFloat(*number / summands))
      return reportMismatch(item, "channel_sums", "numbers that finite floats of 32 bits come to", diagnostics);
    sums.push_back(*number);
  }
  return sums;
}

/// Numbers the largest of which is `largest`.
FailureOr<std::vector<double>> CalibrationReader::readMagnitudes(const JsonValue &value, size_t channels,
                                                                 double largest) {
  auto *items = value.getIf<JsonValue::Array>();
  if (!items || items->size() != channels)
    return reportMismatch(value, "channel_magnitudes", "as many numbers as 'channel_sums'", diagnostics);
  std::vector<double> magnitudes;
  for (const JsonValue &item : *items) {
    auto number = item.getNumber();
    if (!number || !(*number >= 0) || !(*number <= largest))
      return reportMismatch(item, "channel_magnitudes",
                            fmt::format("numbers from 0 to {}, the largest magnitude of 'least' and 'most'", largest),
                            diagnostics);
    magnitudes.push_back(*number);
  }
  if (!llvm::is_contained(magnitudes, largest))
    return reportMismatch(value, "channel_magnitudes",
                          fmt::format("a channel that has {}, the largest magnitude of 'least' and 'most'", largest),
                          diagnostics);
  return magnitudes;
}

FailureOr<TensorStatistics> CalibrationReader::readTensor(const JsonMember &member) {
  JsonFields fields(member.value, fmt::format("the statistics of {}", quote(member.key)), diagnostics);
  double least = 0, most = 0, low = 0, high = 0;
  int64_t valuesPerChannel = 0;
  readFloat(fields, "least", least, diagnostics);
  readFloat(fields, "most", most, diagnostics);
  readFloat(fields, "low", low, diagnostics);
  readFloat(fields, "high", high, diagnostics);
  fields.readInteger("values_per_channel", valuesPerChannel, {1, INT64_MAX}, Presence::Required);
  const JsonValue *bins = fields.find("bins", Presence::Required);
  const JsonValue *sums = fields.find("channel_sums", Presence::Required);
  const JsonValue *magnitudes = fields.find("channel_magnitudes", Presence::Required);
  if (failed(fields.finish()))
    return failure();
  if (!(low < high) || !(low <= least) || !(least <= most) || !(most <= high))
    return diagnostics
        .error(member.keyLocation, fmt::format("expects low <= least <= most <= high and low < high, found {}, {}, {} "
                                               "and {}",
                                               low, least, most, high))
        .note("'mncc quantize MODEL --images DIR -o DIR' writes such a file");
  auto channelSums = readSums(*sums, valuesPerChannel);
  if (failed(channelSums))
    return failure();
  auto values = llvm::checkedMulUnsigned<uint64_t>(valuesPerChannel, channelSums->size());
  if (!values)
    return reportMismatch(*fields.find("values_per_channel"), "values_per_channel",
                          fmt::format("a number that {} channels can have", channelSums->size()), diagnostics);
  auto channelMagnitudes = readMagnitudes(*magnitudes, channelSums->size(), std::max(most, -least));
  auto counts = readBins(*bins, *values);
  if (failed(channelMagnitudes) || failed(counts))
    return failure();
  Histogram histogram(low, high, least, most, std::move(*counts));
  if (failed(checkEnds(*bins, histogram)))
    return failure();
  return TensorStatistics{std::move(histogram), std::move(*channelSums), std::move(*channelMagnitudes),
                          static_cast<uint64_t>(valuesPerChannel), member.keyLocation};
}

FailureOr<Calibration> CalibrationReader::read(const JsonValue &root) {
  JsonFields fields(root, "a calibration file", diagnostics);
  int64_t version = 0;
  Calibration calibration;
  fields.readInteger("mncc_calibration", version, {kVersion, kVersion}, Presence::Required);
  fields.readInteger("images", calibration.images, {1, INT64_MAX}, Presence::Required);
  const JsonValue *tensors = fields.find("tensors", Presence::Required);
  if (failed(fields.finish()))
    return failure();
  auto *members = tensors->getIf<JsonValue::Object>();
  if (!members)
    return reportMismatch(*tensors, "tensors", "an object with an entry for each tensor", diagnostics);
  for (const JsonMember &member : *members) {
    auto statistics = readTensor(member);
    if (failed(statistics))
      return failure();
    calibration.tensors[member.key] = std::move(*statistics);
  }
  return calibration;
}

FailureOr<Calibration> mncc::readCalibration(const std::string &path, Diagnostics &diagnostics) {
  auto file = readSourceFile(path, diagnostics, {"a calibration file", "docs/quantization.md"});
  if (failed(file))
    return failure();
  auto root = readJson(std::move(*file), diagnostics);
  if (failed(root))
    return failure();
  return CalibrationReader(diagnostics).read(*root);
}
