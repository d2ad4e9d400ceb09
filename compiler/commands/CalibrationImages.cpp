// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/CalibrationImages.h"

#include "compiler/commands/Image.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <fmt/format.h>

using namespace llvm;

namespace mncc {

static bool isPicture(StringRef path) {
  std::string ending = sys::path::extension(path).lower();
  return ending == ".jpg" || ending == ".jpeg" || ending == ".png";
}

FailureOr<std::vector<std::string>> listImages(const std::string &directory, int64_t limit, Diagnostics &diagnostics) {
  std::vector<std::string> paths;
  std::error_code error;
  for (sys::fs::directory_iterator entry(directory, error), end; entry != end && !error; entry.increment(error))
    if (isPicture(entry->path()))
      paths.push_back(entry->path());
  if (error)
    return diagnostics.error({}, fmt::format("cannot read the folder {}: {}", quote(directory), error.message()));
  if (paths.empty())
    return diagnostics.error({}, fmt::format("the folder {} has no .jpg, .jpeg or .png file", quote(directory)))
        .note("it is to hold pictures such as the network is to see, about a hundred");
  sort(paths);
  if (limit > 0 && static_cast<int64_t>(paths.size()) > limit)
    paths.resize(limit);
  return paths;
}

static FailureOr<std::vector<uint8_t>> loadImage(const std::string &path, const InputTensor &input,
                                                 std::optional<std::array<int64_t, 4>> crop, Diagnostics &diagnostics) {
  auto image = readImage(path, input.shape[2] == 1, diagnostics);
  if (failed(image))
    return failure();
  return fitImage(*image, input, crop, path, diagnostics);
}

FailureOr<std::vector<std::vector<uint8_t>>> loadImages(ArrayRef<std::string> paths, const InputTensor &input,
                                                        std::optional<std::array<int64_t, 4>> crop, bool skipBad,
                                                        Diagnostics &diagnostics) {
  std::vector<std::vector<uint8_t>> images;
  Diagnostics found;
  for (const std::string &path : paths)
    if (auto image = loadImage(path, input, crop, found); succeeded(image))
      images.push_back(std::move(*image));
  Diagnostic *last = nullptr;
  for (const Diagnostic &bad : found.all()) {
    Diagnostic &reported = skipBad ? diagnostics.warning(bad.location, bad.message + ": the picture is left out")
                                   : diagnostics.error(bad.location, bad.message);
    reported.notes = bad.notes;
    last = &reported;
  }
  if (last && !skipBad)
    return last->note("--skip-bad-images leaves bad pictures out");
  if (images.empty())
    return diagnostics.error({}, "no picture is left to calibrate with");
  return images;
}

} // namespace mncc
