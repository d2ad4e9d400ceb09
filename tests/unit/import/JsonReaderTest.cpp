// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/JsonReader.h"

#include <gtest/gtest.h>

using namespace mncc;
using llvm::failed;
using llvm::succeeded;

static std::shared_ptr<const SourceFile> makeFile(std::string text) {
  return std::make_shared<SourceFile>(SourceFile{"m.json", std::move(text)});
}

/// The first line of what reading `text` prints.
static std::string firstError(std::string text) {
  Diagnostics diagnostics;
  if (succeeded(readJson(makeFile(std::move(text)), diagnostics)))
    return "success";
  EXPECT_EQ(diagnostics.countErrors(), 1u);
  std::string out = diagnostics.render();
  return out.substr(0, out.find('\n'));
}

TEST(JsonReader, PlacesOfKeysAndValues) {
  Diagnostics diagnostics;
  auto root = readJson(makeFile("{\n  \"a\": 12,\n  \"b\\\"c\" : [true, -3.5e2,\n null, \"x\", {}]\n}\n"), diagnostics);
  ASSERT_TRUE(succeeded(root));
  auto &members = *root->getIf<JsonValue::Object>();
  EXPECT_EQ(root->location.text(), "m.json:1:1");
  EXPECT_EQ(members[0].keyLocation.text(), "m.json:2:3");
  EXPECT_EQ(members[0].value.location.text(), "m.json:2:8");
  EXPECT_EQ(*members[0].value.getInteger(), 12);
  EXPECT_EQ(members[1].key, "b\"c");
  EXPECT_EQ(members[1].keyLocation.text(), "m.json:3:3");
  auto &items = *members[1].value.getIf<JsonValue::Array>();
  ASSERT_EQ(items.size(), 5u);
  EXPECT_EQ(items[0].location.text(), "m.json:3:13");
  EXPECT_EQ(items[1].location.text(), "m.json:3:19");
  EXPECT_EQ(items[1].describe(), "the number -3.5e2");
  EXPECT_EQ(items[2].location.text(), "m.json:4:2");
  EXPECT_EQ(items[3].location.text(), "m.json:4:8");
  EXPECT_EQ(items[4].location.text(), "m.json:4:13");
}

TEST(JsonReader, Integers) {
  Diagnostics diagnostics;
  auto root = readJson(makeFile("[3.0, 3.5, 18446744073709551615, 1e300, -9223372036854775808]"), diagnostics);
  ASSERT_TRUE(succeeded(root));
  auto &items = *root->getIf<JsonValue::Array>();
  EXPECT_EQ(items[0].getInteger(), 3);
  EXPECT_EQ(items[1].getInteger(), std::nullopt);
  EXPECT_EQ(items[2].getInteger(), std::nullopt);
  EXPECT_EQ(items[3].getInteger(), std::nullopt);
  EXPECT_EQ(items[4].getInteger(), INT64_MIN);
}

TEST(JsonReader, SyntaxErrors) {
  EXPECT_EQ(firstError("{\n  \"a\": 1,\n}"),
            "m.json:3:1: error: syntax error while parsing object key - unexpected '}'; expected string literal");
  EXPECT_EQ(firstError("{\"a\": [1, 2"),
            "m.json:1:12: error: syntax error while parsing array - unexpected end of input; expected ']'");
  EXPECT_EQ(firstError("{\"a\": 1} x"), "m.json:1:10: error: syntax error while parsing value - invalid literal");
  EXPECT_EQ(firstError("{'a': 1}"), "m.json:1:2: error: syntax error while parsing object key - invalid literal");
  EXPECT_EQ(firstError("{\"a\": \"b\n\"}").substr(0, 20), "m.json:1:9: error: s");
  EXPECT_EQ(firstError("{\"a\": 1 \"b\\\"c\"}"),
            "m.json:1:9: error: syntax error while parsing object - unexpected string "
            "literal; expected '}'");
  EXPECT_EQ(firstError("[1,, 2]").substr(0, 20), "m.json:1:4: error: s");
  EXPECT_EQ(firstError("[1 true]").substr(0, 20), "m.json:1:4: error: s");
  EXPECT_EQ(firstError("[1. ]").substr(0, 20), "m.json:1:4: error: s");
}

TEST(JsonReader, DuplicateKeys) {
  EXPECT_EQ(firstError("{\"a\": 1, \"b\": {\"a\": 2},\n \"a\": 3}"), "m.json:2:2: error: duplicate key 'a'");
}

TEST(JsonReader, NoNumbers) {
  EXPECT_EQ(firstError("{\"a\": NaN}"), "m.json:1:7: error: expected a JSON value, found NaN");
  EXPECT_EQ(firstError("{\"a\": -Infinity}"), "m.json:1:7: error: expected a JSON value, found -Infinity");
  EXPECT_EQ(firstError("{\"a\": Infinity}"), "m.json:1:7: error: expected a JSON value, found Infinity");
  EXPECT_EQ(firstError("{\"a\": 1e999}"),
            "m.json:1:7: error: expected a number within the range of a double, found 1e999");
}

TEST(JsonReader, Encoding) {
  EXPECT_EQ(firstError("\xef\xbb\xbf{}"),
            "m.json:1:1: error: expected JSON to start with its first character, found a byte order mark");
  EXPECT_EQ(firstError("{\"a\": \"\xc3(\"}"), "m.json:1:8: error: expected UTF-8, found the byte 0xc3");
  EXPECT_EQ(firstError("{\"ä\": \"\u2028\"}"), "success");
}

TEST(JsonReader, Limits) {
  EXPECT_EQ(firstError(std::string(64, '[') + std::string(64, ']')), "success");
  EXPECT_EQ(firstError(std::string(65, '[')), "m.json:1:65: error: expected at most 64 levels of nesting, found more");
  EXPECT_EQ(firstError(" \n"), "m.json:1:1: error: expected a JSON object, found an empty file");
  EXPECT_EQ(firstError(""), "m.json: error: expected a JSON object, found an empty file");
}

TEST(JsonReader, EveryCutOfATextFailsAtAPlace) {
  std::string text = "{\"name\": \"a\\\"b\", \"x\": [1.5e3, true, null, {\"k\": -2}], \"y\": \"\\u00e4\"}";
  for (size_t length = 0; length < text.size(); ++length)
    EXPECT_NE(firstError(text.substr(0, length)).find("error"), std::string::npos) << length;
}

TEST(Diagnostics, RenderShowsTheLineWithACaret) {
  Diagnostics diagnostics;
  auto file = makeFile("{\n  \"filters\": \"x\"\n}");
  diagnostics.error({file, 15}, "no").note("so").note({file, 4}, "here");
  EXPECT_EQ(diagnostics.render(), "m.json:2:14: error: no\n  \"filters\": \"x\"\n             ^\nnote: so\n"
                                  "m.json:2:3: note: here\n  \"filters\": \"x\"\n  ^\n");
}

TEST(Diagnostics, LongLinesAreCut) {
  Diagnostics diagnostics;
  diagnostics.error({makeFile(std::string(5000, 'x')), 3000}, "no");
  std::string out = diagnostics.render();
  EXPECT_EQ(out, "m.json:1:3001: error: no\n" + std::string(120, 'x') + "\n" + std::string(60, ' ') + "^\n");
}

TEST(Diagnostics, QuoteIsOneLine) {
  EXPECT_EQ(quote("a\nb\x1b"), "'a\\nb\\x1b'");
  EXPECT_EQ(quote("\xff"), "'\\xff'");
  EXPECT_EQ(quote("ä"), "'ä'");
  EXPECT_LT(quote(std::string(1000, 'a')).size(), 100u);
}

TEST(Diagnostics, NearestNames) {
  EXPECT_EQ(findNearest("filter", {"filters", "strides"}), "filters");
  EXPECT_EQ(findNearest("colour", {"filters", "strides"}), "");
  EXPECT_EQ(findNearest("conv2", {"conv2d", "concat"}), "conv2d");
}
