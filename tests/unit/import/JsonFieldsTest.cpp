// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/JsonFields.h"

#include <gtest/gtest.h>

using namespace mncc;

namespace {
struct Sample {
  int64_t filters = 7;
  double rate = 0;
  bool flag = false;
  std::string name;
  std::array<int64_t, 2> strides = {1, 1};
  std::vector<int64_t> shape;
  size_t choice = 0;
};
} // namespace

/// Reads `text` into a Sample; returns what is reported.
static std::string readSample(std::string text, Sample &sample) {
  Diagnostics diagnostics;
  auto value = readJson(std::make_shared<SourceFile>(SourceFile{"m.json", std::move(text)}), diagnostics);
  if (failed(value))
    return diagnostics.render();
  JsonFields fields(*value, "layer 'a'", diagnostics);
  fields.readInteger("filters", sample.filters, {1, 100}, Presence::Required);
  fields.readNumber("rate", sample.rate);
  fields.readBoolean("flag", sample.flag);
  fields.readString("name", sample.name);
  fields.readPair("strides", sample.strides, {1, 9});
  fields.readIntegers("shape", sample.shape, {1, 3}, {1, 65536});
  fields.readChoice("method", sample.choice, {"nearest", "bilinear"});
  bool hasFailed = llvm::failed(fields.finish());
  EXPECT_EQ(hasFailed, diagnostics.hasErrors());
  return diagnostics.render();
}

/// The first line of what is reported for `text`.
static std::string firstError(std::string text) {
  Sample sample;
  std::string out = readSample(std::move(text), sample);
  return out.substr(0, out.find('\n'));
}

TEST(JsonFields, ReadsAllTypes) {
  Sample sample;
  EXPECT_EQ(readSample(R"({"filters": 3, "rate": 1, "flag": true, "name": "x", "strides": 2, "shape": [4, 5],
                           "method": "bilinear"})",
                       sample),
            "");
  EXPECT_EQ(sample.filters, 3);
  EXPECT_EQ(sample.rate, 1);
  EXPECT_TRUE(sample.flag);
  EXPECT_EQ(sample.strides[1], 2);
  EXPECT_EQ(sample.shape.size(), 2u);
  EXPECT_EQ(sample.choice, 1u);
}

TEST(JsonFields, Mismatches) {
  EXPECT_EQ(firstError(R"({"filters": "x"})"),
            "m.json:1:13: error: 'filters' expects an integer from 1 to 100, found the string 'x'");
  EXPECT_EQ(firstError(R"({"filters": 1.5})"),
            "m.json:1:13: error: 'filters' expects an integer from 1 to 100, found the number 1.5");
  EXPECT_EQ(firstError(R"({"filters": 18446744073709551616})"),
            "m.json:1:13: error: 'filters' expects an integer from 1 to 100, found the number 18446744073709551616");
  EXPECT_EQ(firstError(R"({"filters": 1, "flag": 1})"),
            "m.json:1:24: error: 'flag' expects true or false, found the number 1");
  EXPECT_EQ(
      firstError(R"({"filters": 1, "name": ""})"),
      "m.json:1:24: error: 'name' expects a string of at least one character and without NUL, found the string ''");
  EXPECT_EQ(firstError(R"({"filters": 1, "strides": [1, 2, 3]})"),
            "m.json:1:27: error: 'strides' expects an array of 2 integers, found [1, 2, 3]");
  EXPECT_EQ(firstError(R"({"filters": 1, "strides": [1, null]})"),
            "m.json:1:31: error: 'strides' expects an integer from 1 to 9, found null");
  EXPECT_EQ(firstError(R"({"filters": 1, "shape": {}})"),
            "m.json:1:25: error: 'shape' expects an array of 1 to 3 integers, found an object");
  EXPECT_EQ(firstError(R"([])"), "m.json:1:1: error: layer 'a' expects an object, found an empty array");
}

TEST(JsonFields, Suggestions) {
  Sample sample;
  EXPECT_EQ(readSample(R"({"filter": 3})", sample),
            "m.json:1:2: error: layer 'a' has an unknown field 'filter'\n{\"filter\": 3}\n ^\n"
            "note: did you mean 'filters'?\n"
            "note: known fields are filters, rate, flag, name, strides, shape, method\n");
  EXPECT_EQ(readSample(R"({"filters": 3, "method": "biliner"})", sample),
            "m.json:1:26: error: 'method' expects one of \"nearest\", \"bilinear\", found the string 'biliner'\n"
            "{\"filters\": 3, \"method\": \"biliner\"}\n                         ^\n"
            "note: 'method' says how the layer samples its input\nnote: did you mean 'bilinear'?\n");
  EXPECT_EQ(readSample(R"({})", sample),
            "m.json:1:1: error: layer 'a' needs the field 'filters'\n{}\n^\n"
            "note: add \"filters\": …; known fields are filters, rate, flag, name, strides, shape, method\n");
}
