// SPDX-License-Identifier: Apache-2.0
// Shapes of layers. All arithmetic on sizes that the verifiers and the passes share lives here.
#ifndef MNCC_DIALECTS_MN_SHAPES_H
#define MNCC_DIALECTS_MN_SHAPES_H

#include "dialects/mn/Mn.h"

namespace mncc::mn {

/// Height, width and channels of a tensor with batch 1: `[1, C]` is 1 x 1 x C, `[1, W, C]` is 1 x W x C.
struct ImageShape {
  int64_t height, width, channels;
  /// Pixels of one plane.
  int64_t pixels() const { return height * width; }
  /// Values in the tensor, without any padding of channels.
  int64_t elements() const { return pixels() * channels; }
};

/// The shape of `value`, whose type has rank 2 to 4 and batch 1 (checked by the verifiers).
ImageShape getImageShape(mlir::Value value);
/// The shape of `type`, of rank 2 to 4 with batch 1.
ImageShape getImageShape(mlir::ShapedType type);

/// One spatial dimension of a window that slides over an image.
struct Window {
  int64_t input, kernel, stride, dilation, padBefore, padAfter;
  /// Places that the window takes: floor((input + pads - ((kernel - 1) * dilation + 1)) / stride) + 1, or <= 0.
  int64_t output() const;
  /// True where every output is the one tap at its own place: a 1x1 convolution without strides and padding.
  bool isPointwise() const;
  /// First tap of output `position` that lies inside the image.
  int64_t firstTap(int64_t position) const;
  /// One past the last tap of output `position` that lies inside the image; equal to firstTap() where none does.
  int64_t endTap(int64_t position) const;
  /// Outputs before the first one whose taps all lie inside the image.
  int64_t borderBefore() const;
  /// Outputs after the last one whose taps all lie inside the image.
  int64_t borderAfter() const;
};

/// The window of a convolution or pooling op along height (`dimension` 0) or width (1).
Window getWindow(mlir::Operation *op, int dimension);

/// True where every output of `op` reads the one pixel at its own place: both windows are pointwise, as those of a 1x1
/// convolution without strides, or `op` has none, as a fully connected layer.
bool isPointwise(mlir::Operation *op);

/// The shape that `op` must produce, or nothing for ops that may choose it (reshape, resize, constant). Reports a
/// located error and fails where the operands do not fit together.
mlir::FailureOr<std::optional<llvm::SmallVector<int64_t>>> inferShape(mlir::Operation *op);

/// Multiply-adds of one inference of `op`; 0 for layers other than convolutions and fully connected ones.
int64_t countMultiplyAdds(mlir::Operation *op);

} // namespace mncc::mn

#endif // MNCC_DIALECTS_MN_SHAPES_H
