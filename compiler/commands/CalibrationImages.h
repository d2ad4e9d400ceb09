// SPDX-License-Identifier: Apache-2.0
// The pictures of a folder, one after the other, as the bytes of a network's input.
#ifndef MNCC_COMPILER_COMMANDS_CALIBRATIONIMAGES_H
#define MNCC_COMPILER_COMMANDS_CALIBRATIONIMAGES_H

#include "compiler/import/Description.h"

namespace mncc {

/// The JPEG and PNG files of `directory` by their endings, sorted by name; the first `limit` of them where that is not
/// 0. Reports an error and fails where there is none.
llvm::FailureOr<std::vector<std::string>> listImages(const std::string &directory, int64_t limit,
                                                     Diagnostics &diagnostics);

/// Each of `paths` as the bytes of `input` that fitImage() makes of it with `crop`, for normalizePixels(). Reports
/// every picture that is broken or of a wrong size: as errors, and fails; with `skipBad` as warnings, and leaves them
/// out. Fails where none is left.
llvm::FailureOr<std::vector<std::vector<uint8_t>>> loadImages(llvm::ArrayRef<std::string> paths,
                                                              const InputTensor &input,
                                                              std::optional<std::array<int64_t, 4>> crop, bool skipBad,
                                                              Diagnostics &diagnostics);

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_CALIBRATIONIMAGES_H
