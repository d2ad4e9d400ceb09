// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/Image.h"

#include "llvm/ADT/ScopeExit.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/MemoryBuffer.h"

#include <fmt/format.h>

#include <csetjmp>
#include <cstdio>

#include <jerror.h>
#include <jpeglib.h>
#include <png.h>

#include <algorithm>
#include <cmath>

namespace mncc {

namespace {

/// libjpeg's error manager with a way back instead of exit().
struct JpegError {
  jpeg_error_mgr manager;
  std::jmp_buf back;
};

} // namespace

static void leaveJpeg(j_common_ptr info) { std::longjmp(reinterpret_cast<JpegError *>(info->err)->back, 1); }

static void ignoreJpegMessage(j_common_ptr) {}

/// What is missing of a file would be gray.
static void refuseMissingEnd(j_common_ptr info, int level) {
  if (level < 0 && info->err->msg_code == JWRN_JPEG_EOF)
    leaveJpeg(info);
}

/// Decodes into `image`; false where libjpeg gives up. Holds nothing with a destructor, because of longjmp.
static bool decodeJpeg(llvm::ArrayRef<uint8_t> bytes, bool gray, Image &image) {
  jpeg_decompress_struct info;
  JpegError error;
  info.err = jpeg_std_error(&error.manager);
  error.manager.error_exit = leaveJpeg;
  error.manager.output_message = ignoreJpegMessage;
  error.manager.emit_message = refuseMissingEnd;
  if (setjmp(error.back)) {
    jpeg_destroy_decompress(&info);
    return false;
  }
  jpeg_create_decompress(&info);
  jpeg_mem_src(&info, bytes.data(), bytes.size());
  jpeg_read_header(&info, TRUE);
  info.out_color_space = gray ? JCS_GRAYSCALE : JCS_RGB;
  jpeg_start_decompress(&info);
  image.width = info.output_width, image.height = info.output_height, image.channels = info.output_components;
  image.pixels.resize(image.width * image.height * image.channels);
  while (info.output_scanline < info.output_height) {
    JSAMPROW row = image.pixels.data() + info.output_scanline * image.width * image.channels;
    jpeg_read_scanlines(&info, &row, 1);
  }
  jpeg_finish_decompress(&info);
  jpeg_destroy_decompress(&info);
  return true;
}

static bool decodePng(llvm::ArrayRef<uint8_t> bytes, bool gray, Image &image) {
  png_image png = {};
  png.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&png, bytes.data(), bytes.size()))
    return false;
  png.format = gray ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  image.width = png.width, image.height = png.height, image.channels = gray ? 1 : 3;
  image.pixels.resize(PNG_IMAGE_SIZE(png));
  png_color black = {0, 0, 0};
  bool succeeded = png_image_finish_read(&png, &black, image.pixels.data(), 0, nullptr);
  png_image_free(&png);
  return succeeded;
}

llvm::FailureOr<Image> readImage(const std::string &path, bool gray, Diagnostics &diagnostics) {
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  SourceLocation location{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  if (!file)
    return diagnostics.error(location, fmt::format("cannot read the image: {}", file.getError().message()));
  llvm::StringRef content = (*file)->getBuffer();
  llvm::ArrayRef<uint8_t> bytes(content.bytes_begin(), content.bytes_end());
  Image image;
  bool isPng = content.starts_with("\x89PNG");
  if (!isPng && !content.starts_with("\xff\xd8"))
    return diagnostics.error(location, "expects a JPEG or PNG image, but the file is neither");
  if (!(isPng ? decodePng(bytes, gray, image) : decodeJpeg(bytes, gray, image)))
    return diagnostics.error(location, fmt::format("the {} image is broken or cut short", isPng ? "PNG" : "JPEG"));
  return image;
}

static Image cropImage(const Image &image, std::array<int64_t, 4> box) {
  Image result{box[2], box[3], image.channels, {}};
  for (int64_t y = 0; y < box[3]; ++y) {
    const uint8_t *row = image.pixels.data() + ((box[1] + y) * image.width + box[0]) * image.channels;
    result.pixels.insert(result.pixels.end(), row, row + box[2] * image.channels);
  }
  return result;
}

/// Half-pixel centers, as PIL and TensorFlow 2 place them; bilinear rounds to the nearest byte.
static Image resizeImage(const Image &image, int64_t width, int64_t height, bool bilinear) {
  Image result{width, height, image.channels, std::vector<uint8_t>(width * height * image.channels)};
  auto at = [&](int64_t y, int64_t x, int64_t c) {
    y = std::clamp<int64_t>(y, 0, image.height - 1), x = std::clamp<int64_t>(x, 0, image.width - 1);
    return static_cast<double>(image.pixels[(y * image.width + x) * image.channels + c]);
  };
  for (int64_t y = 0; y < height; ++y)
    for (int64_t x = 0; x < width; ++x) {
      double sourceY = (y + 0.5) * image.height / height, sourceX = (x + 0.5) * image.width / width;
      if (bilinear)
        sourceY -= 0.5, sourceX -= 0.5;
      int64_t top = std::floor(sourceY), left = std::floor(sourceX);
      double dy = bilinear ? sourceY - top : 0, dx = bilinear ? sourceX - left : 0;
      for (int64_t c = 0; c < image.channels; ++c) {
        double upper = at(top, left, c) + (at(top, left + 1, c) - at(top, left, c)) * dx;
        double lower = at(top + 1, left, c) + (at(top + 1, left + 1, c) - at(top + 1, left, c)) * dx;
        result.pixels[(y * width + x) * image.channels + c] = static_cast<uint8_t>(upper + (lower - upper) * dy + 0.5);
      }
    }
  return result;
}

static Image padImage(const Image &image, std::array<int64_t, 4> pad) {
  Image result{image.width + pad[2] + pad[3], image.height + pad[0] + pad[1], image.channels, {}};
  result.pixels.assign(result.width * result.height * result.channels, 0);
  for (int64_t y = 0; y < image.height; ++y)
    std::copy_n(image.pixels.data() + y * image.width * image.channels, image.width * image.channels,
                result.pixels.data() + ((y + pad[0]) * result.width + pad[2]) * image.channels);
  return result;
}

/// The largest centered box with the proportions of width x height.
static std::array<int64_t, 4> centerBox(const Image &image, int64_t width, int64_t height) {
  int64_t boxWidth = std::min(image.width, image.height * width / height);
  int64_t boxHeight = std::min(image.height, image.width * height / width);
  return {(image.width - boxWidth) / 2, (image.height - boxHeight) / 2, boxWidth, boxHeight};
}

llvm::FailureOr<std::vector<uint8_t>> fitImage(const Image &image, const InputTensor &input,
                                               std::optional<std::array<int64_t, 4>> crop, const std::string &path,
                                               Diagnostics &diagnostics) {
  SourceLocation location{std::make_shared<SourceFile>(SourceFile{path, ""}), 0};
  Preprocessing preprocessing = input.preprocessing.value_or(Preprocessing());
  int64_t height = input.shape[0] - preprocessing.pad[0] - preprocessing.pad[1];
  int64_t width = input.shape[1] - preprocessing.pad[2] - preprocessing.pad[3];
  Image result = image;
  if (crop || preprocessing.crop != Preprocessing::Crop::None) {
    std::array<int64_t, 4> box = crop                                                ? *crop
                                 : preprocessing.crop == Preprocessing::Crop::Center ? centerBox(image, width, height)
                                                                                     : preprocessing.cropBox;
    if (box[0] < 0 || box[1] < 0 || box[2] < 1 || box[3] < 1 || box[2] > image.width - box[0] ||
        box[3] > image.height - box[1])
      return diagnostics.error(location,
                               fmt::format("the crop {},{},{},{} does not lie inside the image of {}x{} pixels", box[0],
                                           box[1], box[2], box[3], image.width, image.height));
    result = cropImage(image, box);
  }
  bool fits = result.width == width && result.height == height;
  if (!fits && preprocessing.resize == Preprocessing::Resize::None)
    return diagnostics
        .error(location,
               fmt::format("expects an image of {}x{} pixels, found {}x{}", width, height, result.width, result.height))
        .note("the description's preprocessing says \"resize\": \"none\"; crop the image or change that");
  if (!fits)
    result = resizeImage(result, width, height, preprocessing.resize == Preprocessing::Resize::Bilinear);
  if (preprocessing.channelOrder == Preprocessing::ChannelOrder::Bgr && result.channels == 3)
    for (size_t pixel = 0; pixel < result.pixels.size(); pixel += 3)
      std::swap(result.pixels[pixel], result.pixels[pixel + 2]);
  return padImage(result, preprocessing.pad).pixels;
}

std::vector<float> normalizePixels(llvm::ArrayRef<uint8_t> bytes, const InputTensor &input) {
  Preprocessing preprocessing = input.preprocessing.value_or(Preprocessing());
  auto entry = [](const std::vector<double> &values, size_t channel, double otherwise) {
    return values.empty() ? otherwise : values[values.size() == 1 ? 0 : channel];
  };
  size_t channels = input.shape.back();
  std::vector<float> values(bytes.size());
  if (input.quantization && !input.preprocessing) {
    int64_t zero = input.quantization->zeroPoint - getQuantizedRange(input.quantization->type).least;
    for (auto [value, byte] : llvm::zip(values, bytes))
      value = input.quantization->scale * static_cast<float>(byte - zero);
    return values;
  }
  for (size_t i = 0; i < bytes.size(); ++i) {
    double mean = entry(preprocessing.mean, i % channels, 0), std = entry(preprocessing.std, i % channels, 1);
    values[i] = static_cast<float>((bytes[i] * preprocessing.scale - mean) / std);
  }
  return values;
}

} // namespace mncc
