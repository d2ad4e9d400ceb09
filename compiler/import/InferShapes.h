// SPDX-License-Identifier: Apache-2.0
// The static shape of every tensor of a description.
#ifndef MNCC_COMPILER_IMPORT_INFERSHAPES_H
#define MNCC_COMPILER_IMPORT_INFERSHAPES_H

#include "compiler/import/Description.h"

namespace mncc {

/// Shapes by the name of the input or layer.
using ShapeMap = std::map<std::string, Shape, std::less<>>;

/// Infers the shapes of all inputs and layers of a checked graph. Reports the first layer whose inputs do not fit it,
/// or whose result has 2^31 bytes or more.
llvm::FailureOr<ShapeMap> inferShapes(const Description &description, Diagnostics &diagnostics);

/// The pixels around the image that `layer` pads: top, bottom, left, right. `input` is the shape of its image. "same"
/// is TFLite's: ceil(input / stride) outputs, the odd pixel at the bottom and on the right.
std::array<int64_t, 4> resolvePadding(const Layer &layer, const Shape &input);

/// Height and width of the window of a convolution or pooling layer, without dilation.
std::array<int64_t, 2> getWindowSize(const Layer &layer);

/// The number of values of a tensor.
int64_t countElements(const Shape &shape);

} // namespace mncc

#endif // MNCC_COMPILER_IMPORT_INFERSHAPES_H
