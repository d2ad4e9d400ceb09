// SPDX-License-Identifier: Apache-2.0
// Damaged files are refused or read, never more than that; the asan preset sees to the rest.
#include "compiler/import/Weights.h"
#include "tests/unit/import/ImportTesting.h"

#include <gtest/gtest.h>
#include <random>

using namespace mncc;
using llvm::succeeded;

/// `text` with one to four bytes changed, taken out or doubled.
static std::string damage(std::string text, std::mt19937 &random) {
  static const std::string kBytes("{}[]\",:0123456789-+.eE \\\n\x00\xff\x80tfn", 31);
  for (unsigned count = 1 + random() % 4; count > 0 && !text.empty(); --count) {
    size_t place = random() % text.size();
    switch (random() % 4) {
    case 0:
      text[place] = kBytes[random() % kBytes.size()];
      break;
    case 1:
      text.erase(place, 1 + random() % 8);
      break;
    case 2:
      text.insert(place, text.substr(random() % text.size(), random() % 16));
      break;
    default:
      text[place] = static_cast<char>(text[place] ^ (1 << random() % 8));
    }
  }
  return text;
}

TEST(Mutation, Descriptions) {
  std::mt19937 random(1);
  std::string text = describe(R"({"name": "conv", "op": "conv2d", "filters": 4, "kernel_size": [3, 1], "strides": 2,
     "padding": [[1, 0], [0, 2]], "use_bias": false}, {"name": "bn", "op": "batch_norm", "epsilon": 1e-3},
    {"name": "pool", "op": "average_pool", "pool_size": 2, "padding": "same"},
    {"name": "add", "op": "add", "inputs": ["pool", "pool"]}, {"name": "rs", "op": "reshape", "shape": [-1]})");
  for (int i = 0; i < 20000; ++i) {
    Diagnostics diagnostics;
    bool isRead = succeeded(loadText(damage(text, random), diagnostics));
    EXPECT_EQ(isRead, !diagnostics.hasErrors());
    for (const Diagnostic &diagnostic : diagnostics.all())
      EXPECT_FALSE(diagnostic.notes.empty() || diagnostic.render().empty());
  }
}

TEST(Mutation, Safetensors) {
  std::mt19937 random(2);
  std::vector<float> values(10, 1);
  std::string file =
      serializeSafetensors({{"a/kernel", DType::F32, {2, 3}, asBytes(llvm::ArrayRef(values).take_front(6))},
                            {"b/bias", DType::F16, {4}, asBytes(llvm::ArrayRef(values).take_front(2))}},
                           {{"maker", "mncc"}});
  for (int i = 0; i < 20000; ++i) {
    Diagnostics diagnostics;
    auto read = SafetensorsFile::parse(llvm::MemoryBuffer::getMemBufferCopy(damage(file, random)), "w", diagnostics);
    EXPECT_EQ(succeeded(read), !diagnostics.hasErrors());
    for (size_t t = 0; succeeded(read) && t < read->tensors().size(); ++t)
      (void)convertToFloat(read->tensors()[t], read->location(), diagnostics);
  }
}
