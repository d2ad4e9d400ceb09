// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Safetensors.h"

#include "llvm/Support/Endian.h"

#include <cstdlib>
#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

static llvm::FailureOr<SafetensorsFile> parse(std::string bytes, Diagnostics &diagnostics) {
  return SafetensorsFile::parse(llvm::MemoryBuffer::getMemBufferCopy(bytes), "w.safetensors", diagnostics);
}

/// A file with `header` and `data` bytes of zeros.
static std::string makeFile(const std::string &header, size_t data) {
  std::string file(8, '\0');
  llvm::support::endian::write64le(file.data(), header.size());
  return file + header + std::string(data, '\0');
}

/// The first line of what reading the file reports.
static std::string firstError(const std::string &header, size_t data) {
  Diagnostics diagnostics;
  if (succeeded(parse(makeFile(header, data), diagnostics)))
    return "success";
  EXPECT_EQ(diagnostics.countErrors(), 1u);
  std::string out = diagnostics.render();
  EXPECT_EQ(out.substr(0, 22), "w.safetensors: error: ");
  return out.substr(22, out.find('\n') - 22);
}

TEST(Safetensors, WriteAndRead) {
  std::vector<float> floats = {1, -2, 0.5f, 4, 5, 6};
  std::vector<uint8_t> bytes = {1, 2, 3};
  TensorView a{"conv/kernel", DType::F32, {1, 2, 3}, asBytes<float>(floats)}, b{"a\"\n", DType::U8, {3}, bytes};
  std::string file = serializeSafetensors({a, b}, {{"maker", "mncc"}});
  EXPECT_EQ(file, serializeSafetensors({b, a}, {{"maker", "mncc"}}));
  EXPECT_EQ((file.size() - 27) % 64, 0u);
  Diagnostics diagnostics;
  auto read = parse(file, diagnostics);
  ASSERT_TRUE(succeeded(read)) << diagnostics.render();
  ASSERT_EQ(read->tensors().size(), 2u);
  EXPECT_EQ(read->tensors()[0].name, "a\"\n");
  EXPECT_EQ(read->metadata().at("maker"), "mncc");
  const TensorView *kernel = read->find("conv/kernel");
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->shape, (std::vector<int64_t>{1, 2, 3}));
  auto values = convertToFloat(*kernel, read->location(), diagnostics);
  ASSERT_TRUE(succeeded(values));
  EXPECT_EQ(*values, floats);
  EXPECT_EQ(read->find("conv/kerne"), nullptr);
}

TEST(Safetensors, AcceptsWhatTheFormatAllows) {
  EXPECT_EQ(firstError("{}", 0), "success");
  EXPECT_EQ(firstError("{}      ", 0), "success");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})", 4), "success");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[0,9],"data_offsets":[4,4]},"b":{"dtype":"I8","shape":[4],)"
                       R"("data_offsets":[0,4]}})",
                       4),
            "success");
}

TEST(Safetensors, HostileLengths) {
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(parse("abc", diagnostics)));
  for (uint64_t length : {uint64_t(1) << 63, ~uint64_t(0), uint64_t(100'000'001), uint64_t(3)}) {
    std::string file(8, '\0');
    llvm::support::endian::write64le(file.data(), length);
    Diagnostics inner;
    EXPECT_TRUE(failed(parse(file + "{}", inner)));
    EXPECT_NE(inner.render().find("found a length of " + std::to_string(length)), std::string::npos);
  }
}

TEST(Safetensors, BrokenHeaders) {
  EXPECT_EQ(firstError("{\"a\":", 0), "the header is broken at byte 13: syntax error while parsing value - unexpected "
                                      "end of input; expected '[', '{', or a literal");
  EXPECT_EQ(firstError("[]", 0), "the header expects an object, found an empty array");
  EXPECT_EQ(firstError(R"({"a":3})", 0),
            "the header entry of tensor 'a' is broken at byte 13: tensor 'a' expects an object, found the number 3");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}})", 4),
            "the header is broken at byte 62: duplicate key 'a'");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}})", 4),
            "tensor 'a' has the unknown type 'F31'");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}})", 4),
            "the header entry of tensor 'a' is broken at byte 37: 'shape' expects an integer from 0 to "
            "4611686018427387904, found the number -1");
  EXPECT_EQ(firstError(R"({"__metadata__":{"a":1}})", 0), "'__metadata__' expects strings, found the number 1 in 'a'");
}

TEST(Safetensors, HostileRanges) {
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 4),
            "tensor 'a' expects its data inside the 4 bytes after the header, found 0 to 8");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}})", 4),
            "tensor 'a' expects its data inside the 4 bytes after the header, found 4 to 0");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})", 4),
            "tensor 'a' of type F32 and shape [2] expects 8 bytes, found 4");
  EXPECT_EQ(firstError(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}})", 0),
            "tensor 'a' of type F32 and shape [4294967296, 4294967296] expects more than 2^62 bytes, found 0");
  std::string a = R"("a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]})";
  EXPECT_EQ(firstError("{" + a + R"(,"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}})", 6),
            "tensors 'a' and 'b' overlap at byte 2 of the data");
  EXPECT_EQ(firstError("{" + a + R"(,"b":{"dtype":"U8","shape":[1],"data_offsets":[5,6]}})", 6),
            "expected the data of tensor 'b' at byte 4, found it at 5");
  EXPECT_EQ(firstError("{" + a + "}", 5), "expected 4 bytes of data, found 5");
}

TEST(Safetensors, ConvertsToFloat) {
  Diagnostics diagnostics;
  auto convert = [&](DType dtype, auto values) {
    std::vector<int64_t> shape = {(int64_t)values.size()};
    auto result = convertToFloat({"t", dtype, shape, asBytes(llvm::ArrayRef(values))}, {}, diagnostics);
    return succeeded(result) ? *result : std::vector<float>();
  };
  EXPECT_EQ(convert(DType::F16, std::vector<uint16_t>{0x3c00, 0xc000, 0x0001, 0x8000, 0x7bff}),
            (std::vector<float>{1, -2, 0x1p-24f, -0.0f, 65504}));
  EXPECT_EQ(convert(DType::BF16, std::vector<uint16_t>{0x3f80, 0xc000, 0x0001}),
            (std::vector<float>{1, -2, 0x1p-133f}));
  EXPECT_EQ(convert(DType::F64, std::vector<double>{1, 0.1}), (std::vector<float>{1, 0.1f}));
  EXPECT_EQ(convert(DType::I8, std::vector<int8_t>{-128, 127}), (std::vector<float>{-128, 127}));
  EXPECT_EQ(convert(DType::U8, std::vector<uint8_t>{255}), (std::vector<float>{255}));
  EXPECT_EQ(convert(DType::I32, std::vector<int32_t>{-7}), (std::vector<float>{-7}));
  EXPECT_FALSE(diagnostics.hasErrors());
}

TEST(Safetensors, RefusesValuesThatAreNotFinite) {
  std::vector<float> values(12);
  values[7] = __builtin_nanf("");
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(convertToFloat({"t", DType::F32, {3, 4}, asBytes<float>(values)}, {}, diagnostics)));
  std::vector<double> large = {1e39};
  EXPECT_TRUE(failed(convertToFloat({"u", DType::F64, {1}, asBytes<double>(large)}, {}, diagnostics)));
  EXPECT_EQ(diagnostics.all()[0].message, "tensor 't' expects finite values, found NaN at [1, 3]");
  EXPECT_EQ(diagnostics.all()[1].message, "tensor 'u' expects finite values, found Infinity at [0]");
}

TEST(Safetensors, EveryCutOfAFileFails) {
  std::vector<float> floats = {1, 2, 3};
  std::string file = serializeSafetensors({{"a", DType::F32, {3}, asBytes<float>(floats)}});
  for (size_t length = 0; length < file.size(); ++length) {
    Diagnostics diagnostics;
    EXPECT_TRUE(failed(parse(file.substr(0, length), diagnostics))) << length;
    EXPECT_EQ(diagnostics.countErrors(), 1u);
  }
}

TEST(Safetensors, ReadsFilesOfOthers) {
  const char *data = std::getenv("MNCC_TEST_DATA");
  std::string path = std::string(data ? data : MNCC_SOURCE_DIR "/../shared/data") +
                     "/models/mobilenet_v1_025_96_vww/inputs_u8.safetensors";
  Diagnostics diagnostics;
  auto file = SafetensorsFile::open(path, diagnostics);
  if (failed(file))
    GTEST_SKIP() << "Skipped: no test data at " << path;
  EXPECT_EQ(file->find("input_u8_nhwc")->shape, (std::vector<int64_t>{128, 96, 96, 3}));
  EXPECT_EQ(file->find("label")->dtype, DType::I64);
}

TEST(Safetensors, FilesThatCannotBeRead) {
  Diagnostics diagnostics;
  EXPECT_TRUE(failed(SafetensorsFile::open("/nonexistent/w", diagnostics)));
  EXPECT_TRUE(failed(SafetensorsFile::open("/", diagnostics)));
  EXPECT_EQ(diagnostics.all()[0].message, "cannot read the file: No such file or directory");
  EXPECT_EQ(diagnostics.all()[1].message, "expected a regular file, found something else");
  EXPECT_TRUE(failed(writeBytes("/dev/null/x", "abc", diagnostics)));
}
