// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/Npy.h"

#include "tests/unit/TemporaryFile.h"

#include <gtest/gtest.h>

using namespace mncc;
using llvm::succeeded;

/// Reads a file with `bytes` as an array.
static llvm::FailureOr<NpyArray> readBack(std::string_view bytes, Diagnostics &diagnostics) {
  test::TemporaryFile file("npy", bytes);
  return readNpy(file.getPath(), diagnostics);
}

/// The message that reading a file with `header` and `data` bytes reports.
static std::string firstError(std::string header, size_t data) {
  std::string file("\x93NUMPY\x01\x00", 8);
  file += static_cast<char>(header.size());
  file += '\0';
  Diagnostics diagnostics;
  auto array = readBack(file + header + std::string(data, '\0'), diagnostics);
  return succeeded(array) ? "success" : diagnostics.all().front().message;
}

TEST(Npy, WriteAndRead) {
  std::vector<float> values = {1, 2, 3, 4, 5, 6};
  for (std::vector<int64_t> shape : {std::vector<int64_t>{6}, {2, 3}, {1, 1, 6}}) {
    std::string file = serializeNpy({"x", DType::F32, shape, asBytes<float>(values)});
    EXPECT_EQ(file.size() % 64, 24u);
    Diagnostics diagnostics;
    auto array = readBack(file, diagnostics);
    ASSERT_TRUE(succeeded(array)) << diagnostics.render();
    EXPECT_EQ(array->shape, shape);
    EXPECT_EQ(*convertToFloat(array->view("x"), {}, diagnostics), values);
  }
}

TEST(Npy, Bytes) {
  std::vector<uint8_t> bytes = {0, 127, 128, 255};
  for (DType dtype : {DType::U8, DType::I8}) {
    Diagnostics diagnostics;
    auto array = readBack(serializeNpy({"x", dtype, {4}, bytes}), diagnostics);
    ASSERT_TRUE(succeeded(array)) << diagnostics.render();
    EXPECT_EQ(array->dtype, dtype);
    EXPECT_EQ(array->bytes, bytes);
  }
}

TEST(Npy, BadFiles) {
  EXPECT_EQ(firstError("{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", 2), "success");
  EXPECT_EQ(firstError("{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }", 16),
            "expected an array of type '<f4', '|u1' or '|i1', found '<f8'");
  EXPECT_EQ(firstError("{'descr': '<f4', 'fortran_order': True, 'shape': (2,), }", 8),
            "expected an array in C order, found Fortran order");
  EXPECT_EQ(firstError("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }", 8),
            "shape [2, 2] expects 16 bytes of data, found 8");
  EXPECT_EQ(firstError("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", 8),
            "shape [4294967296, 4294967296] expects more than 2^64 bytes of data, found 8");
  for (std::string header : {"{}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2", "",
                             "{'descr': '<f4', 'fortran_order': False, 'shape': (-2,)}"})
    EXPECT_EQ(firstError(header, 0), "expected a NumPy array, found another or a damaged file");
}
