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
  const char *kBins = "\"low\": 0, \"high\": 1, \"bins\": [], \"values_per_channel\": 2, ";
  for (const std::string &text :
       {std::string("[]"), std::string("{\"mncc_calibration\": 2, \"images\": 1, \"tensors\": {}}"),
        std::string("{\"mncc_calibration\": 1, \"images\": 1, \"tensors\": []}"),
        std::string(kHead) + "\"low\": 0, \"high\": 0, \"bins\": []" + kTail,
        std::string(kHead) + "\"low\": 0, \"high\": 1, \"bins\": [[2048, 1]]" + kTail,
        std::string(kHead) + "\"low\": 0, \"high\": 1, \"bins\": [[1]]" + kTail,
        std::string(kHead) + kBins + "\"channel_sums\": [7e38], \"channel_magnitudes\": [1]}}}",
        std::string(kHead) + kBins + "\"channel_sums\": [6e38], \"channel_magnitudes\": [4e38]}}}",
        std::string(kHead) + kBins + "\"channel_sums\": [6e38], \"channel_magnitudes\": [1, 1]}}}"}) {
    Diagnostics diagnostics;
    EXPECT_TRUE(failed(readText(text, diagnostics))) << text;
    EXPECT_TRUE(diagnostics.hasErrors()) << text;
  }
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
