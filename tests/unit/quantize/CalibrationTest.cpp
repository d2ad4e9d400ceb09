// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/Calibration.h"

#include "tests/unit/TemporaryFile.h"

#include <gtest/gtest.h>

using namespace mncc;

/// Reads a calibration file with `text`.
static llvm::FailureOr<Calibration> readText(const std::string &text, Diagnostics &diagnostics) {
  test::TemporaryFile file("json", text);
  return readCalibration(file.getPath(), diagnostics);
}

TEST(Calibration, MeansAreThoseOfChannels) {
  TensorStatistics tensor;
  tensor.add({1.0F, 10.0F, 3.0F, 30.0F}, 2);
  tensor.add({5.0F, 50.0F, 7.0F, 70.0F}, 2);
  EXPECT_EQ(tensor.getMeans(), (std::vector<double>{4, 40}));
  EXPECT_EQ(tensor.channelMagnitudes, (std::vector<double>{7, 70}));
}

TEST(Calibration, ReadsWhatItPrints) {
  Calibration calibration;
  calibration.images = 2;
  calibration.tensors["a \"b\""].add({0.1F, -7.25F, 3.0F, 1e-30F}, 2);
  calibration.tensors["zeros"].add({0.0F, 0.0F}, 1);
  std::string text = printCalibration(calibration);
  Diagnostics diagnostics;
  auto read = readText(text, diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  EXPECT_EQ(printCalibration(*read), text);
}

TEST(Calibration, RefusesWhatIsNone) {
  const char *kHead = "{\"mncc_calibration\": 1, \"images\": 1, \"tensors\": {\"a\": {\"least\": 0, \"most\": 1, ";
  const char *kTail = ", \"channel_sums\": [1], \"channel_magnitudes\": [1], \"values_per_channel\": 1}}}";
  const char *kMany = "\"low\": 0, \"high\": 1, \"bins\": [[0, 2]], \"values_per_channel\": 9223372036854775807, ";
  const char *kBins = "\"low\": 0, \"high\": 1, \"bins\": [], \"values_per_channel\": 2, ";
  for (const std::string &text :
       {std::string("[]"), std::string("{\"mncc_calibration\": 2, \"images\": 1, \"tensors\": {}}"),
        std::string("{\"mncc_calibration\": 1, \"images\": 1, \"tensors\": []}"),
        std::string(kHead) + "\"low\": 0, \"high\": 0, \"bins\": []" + kTail,
        std::string(kHead) + "\"low\": 0, \"high\": 1, \"bins\": [[2048, 1]]" + kTail,
        std::string(kHead) + "\"low\": 0, \"high\": 1, \"bins\": [[1]]" + kTail,
        std::string(kHead) + kMany + "\"channel_sums\": [1, 1, 1, 1], \"channel_magnitudes\": [1, 1, 1, 1]}}}",
        std::string(kHead) + kBins + "\"channel_sums\": [7e38], \"channel_magnitudes\": [1]}}}",
        std::string(kHead) + kBins + "\"channel_sums\": [6e38], \"channel_magnitudes\": [4e38]}}}",
        std::string(kHead) + kBins + "\"channel_sums\": [6e38], \"channel_magnitudes\": [1, 1]}}}"}) {
    Diagnostics diagnostics;
    EXPECT_TRUE(failed(readText(text, diagnostics))) << text;
    EXPECT_TRUE(diagnostics.hasErrors()) << text;
  }
}

/// The first error about a file of one tensor of two channels, six values each from -2 to 3, whose `field` is `value`.
static std::string findFault(const std::string &field, const std::string &value) {
  std::map<std::string, std::string> fields = {{"least", "-2"},
                                               {"most", "3"},
                                               {"low", "-2"},
                                               {"high", "3"},
                                               {"bins", "[[0, 4], [1000, 7], [2047, 1]]"},
                                               {"values_per_channel", "6"},
                                               {"channel_sums", "[1, -3]"},
                                               {"channel_magnitudes", "[3, 2]"}};
  fields[field] = value;
  std::string text = "{\"mncc_calibration\": 1, \"images\": 1, \"tensors\": {\"a\": {";
  for (const auto &[name, written] : fields)
    text += (text.back() == '{' ? "\n\"" : ",\n\"") + name + "\":\n" + written;
  Diagnostics diagnostics;
  if (succeeded(readText(text + "}}}", diagnostics)))
    return "";
  const Diagnostic &error = diagnostics.all().front();
  auto line = static_cast<unsigned>(2 * (std::distance(fields.begin(), fields.find(field)) + 1) + 1);
  EXPECT_EQ(error.location.line(), line) << error.message;
  return error.message.substr(0, error.message.find(", found"));
}

TEST(Calibration, RefusesImpossibleHistograms) {
  EXPECT_EQ(findFault("least", "-2"), "");
  const char *kSum = "'bins' expects counts of 1 or more that come to 12, the values of all channels";
  EXPECT_EQ(findFault("bins", "[]"), "'bins' expects counts that come to 12, the values of all channels, instead of 0");
  EXPECT_EQ(findFault("bins", "[[0, 4], [1000, 6], [2047, 1]]"),
            "'bins' expects counts that come to 12, the values of all channels, instead of 11");
  EXPECT_EQ(findFault("bins", "[[0, 11], [1000, 0], [2047, 1]]"), kSum);
  EXPECT_EQ(findFault("bins", "[[0, 9223372036854775807], [1000, 9223372036854775807], [2047, 14]]"), kSum);
  EXPECT_EQ(findFault("bins", "[[0, 4], [0, 7], [2047, 1]]"), "'bins' expects bins that ascend, 1 or more here");
  EXPECT_EQ(findFault("bins", "[[2047, 1], [1000, 7], [0, 4]]"), "'bins' expects bins that ascend, 2048 or more here");
  EXPECT_EQ(findFault("bins", "[[1000, 11], [2047, 1]]"), "'bins' expects a first bin around -2, the least value");
  EXPECT_EQ(findFault("bins", "[[0, 12]]"), "'bins' expects a last bin around 3, the largest value");
}

TEST(Calibration, RefusesImpossibleChannels) {
  EXPECT_EQ(findFault("channel_sums", "[]"), "'channel_sums' expects an array of numbers, one for each channel");
  EXPECT_EQ(findFault("channel_magnitudes", "[3]"), "'channel_magnitudes' expects as many numbers as 'channel_sums'");
  const char *kRange = "'channel_magnitudes' expects numbers from 0 to 3, the largest magnitude of 'least' and 'most'";
  EXPECT_EQ(findFault("channel_magnitudes", "[3, -2]"), kRange);
  EXPECT_EQ(findFault("channel_magnitudes", "[3, 4]"), kRange);
  EXPECT_EQ(findFault("channel_magnitudes", "[2, 2]"),
            "'channel_magnitudes' expects a channel that has 3, the largest magnitude of 'least' and 'most'");
}

TEST(Calibration, PointsAtNumbersThatAreNoFloats) {
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(readText("{\"mncc_calibration\": 1, \"images\": 1, \"tensors\": {\"a\":\n"
                              "{\"least\": 0, \"most\": 1, \"low\": 0, \"high\": 1e300, \"bins\": [], "
                              "\"channel_sums\": [], \"channel_magnitudes\": [], \"values_per_channel\": 1}}}",
                              diagnostics)));
  ASSERT_EQ(diagnostics.all().size(), 1u);
  const Diagnostic &error = diagnostics.all().front();
  EXPECT_EQ(error.location.line(), 2u);
  EXPECT_EQ(error.location.column(), 43u);
  EXPECT_EQ(error.message, "'high' expects a number that is finite in 32 bits, found the number 1e300");
}
