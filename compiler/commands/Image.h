// SPDX-License-Identifier: Apache-2.0
// Pictures from files, and the arithmetic that makes a network's input of them.
#ifndef MNCC_COMPILER_COMMANDS_IMAGE_H
#define MNCC_COMPILER_COMMANDS_IMAGE_H

#include "compiler/import/Description.h"

namespace mncc {

/// 8-bit pixels, row-major, channels interleaved: 3 channels are RGB, 1 is gray.
struct Image {
  int64_t width = 0, height = 0, channels = 0;
  std::vector<uint8_t> pixels;
};

/// Decodes the JPEG (libjpeg-turbo with its defaults) or PNG file at `path` into RGB or, with `gray`, into one channel.
/// Reports an error that names the file and fails where it is neither or is broken.
llvm::FailureOr<Image> readImage(const std::string &path, bool gray, Diagnostics &diagnostics);

/// Crops, resizes, orders channels and pads `image` as `input` says, to bytes [height, width, channels] of the input's
/// shape. Reports an error and fails where a crop lies outside or, without a resize, the sizes differ. A `crop` of four
/// numbers (x, y, width, height) takes the place of the description's own.
llvm::FailureOr<std::vector<uint8_t>> fitImage(const Image &image, const InputTensor &input,
                                               std::optional<std::array<int64_t, 4>> crop, const std::string &path,
                                               Diagnostics &diagnostics);

/// (pixel * scale - mean) / std for each byte, computed in double and rounded once. Without preprocessing, bytes of an
/// input of integers are these integers, counted from the least of their type, and become what they stand for.
std::vector<float> normalizePixels(llvm::ArrayRef<uint8_t> bytes, const InputTensor &input);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_IMAGE_H
