// SPDX-License-Identifier: Apache-2.0
// What a depthwise convolution and a pool have in common: windows that slide over an image, one vector of channels at a
// time, with a tile of output rows x columns in registers.
#ifndef MNCC_PASSES_LOWER_KERNELS_WINDOWKERNEL_H
#define MNCC_PASSES_LOWER_KERNELS_WINDOWKERNEL_H

#include "passes/lower/kernels/Tiling.h"

namespace mncc::lower {

/// Walks the tiles of a layer with a window, and the taps of a tile: ascending by (ky, kx) for each output. Every tap
/// that a border cuts off is known when the code is made, but for whole rows of taps, which are passed over at run
/// time. The schedule's `unroll` says how many taps are straight-line code, and held in registers by those that hold
/// weights: all of the window, those of one kernel row, or one.
class WindowKernel {
public:
  virtual ~WindowKernel() = default;
  /// Writes the kernel's body.
  void build();

protected:
  WindowKernel(KernelBuilder &b, mlir::Operation *op, const Buffer &input, const Buffer &output);

  /// One register tile: `rows` x `columns` outputs from (`row`, `column`) for one vector of channels.
  struct Tile {
    mlir::Value channelVector, row, column;
    int64_t rows, columns;
    /// The columns by the taps that they have.
    llvm::SmallVector<ColumnGroup> groups;
    /// The first and the last output row at which a tile of this code stands.
    int64_t lowestRow, highestRow;
    mlir::Value results;
  };

  /// Loads the weights of `count` taps from `firstTap` on, counted through the rows of the window, into registers.
  virtual void holdWeights(mlir::Value /*channelVector*/, mlir::Value /*firstTap*/, int64_t /*count*/) {}
  /// The input at `address`, as combine() takes it.
  virtual mlir::Value loadInput(mlir::Value address) { return b.load(input, address); }
  /// The vector of input channels under `channelVector`.
  virtual mlir::Value inputVector(mlir::Value channelVector) { return channelVector; }
  /// What a result is before its first tap: in `row` of `tile`, columns `group`.
  virtual mlir::Value start(const Tile &tile, int64_t row, const ColumnGroup &group) = 0;
  /// `result` with `input`, which lies under the tap (`ky`, `kx`).
  virtual mlir::Value combine(mlir::Value result, mlir::Value input, mlir::Value channelVector, mlir::Value ky,
                              mlir::Value kx) = 0;
  /// What is stored at `address` for `result` after its last tap.
  virtual mlir::Value finish(const Tile &tile, int64_t row, const ColumnGroup &group, mlir::Value result,
                             mlir::Value address) = 0;

  /// Which of the held weights is tap (`ky`, `kx`); only where isHeld().
  mlir::Value heldTap(mlir::Value ky, mlir::Value kx);
  bool isHeld() const { return unrolled != Unrolled::One; }

  /// What a result is of before it is finished.
  mlir::Type resultType;
  KernelBuilder &b;
  Buffer input, output;
  mn::Window rows, columns;

private:
  enum class Unrolled { One, KernelRow, Window };
  /// Output rows of a tile, `count` from `first`, that have an input row under kernel row `ky`, `ky - stride`, ….
  struct RowUse {
    int64_t first, count, ky;
  };

  /// Where an input row lies: the address of the pixel under the first tap of the tile's first column is `base` and
  /// `pixel` pixels more.
  struct InputRow {
    mlir::Value base, pixel;
  };

  void forEachTile(mlir::Value channelVector, llvm::function_ref<void(Tile)> body);
  void buildTile(Tile tile);
  void startResults(const Tile &tile);
  void visitInputRows(const Tile &tile);
  void visitKernelRows(const Tile &tile);
  void visitRow(const Tile &tile, mlir::Value inputRow, RowUse use, mlir::Value ky, mlir::Value place = {});
  bool walksRing() const;
  mlir::Value findPlace(const Tile &tile, mlir::Value inputRow);
  void finishRow(const Tile &tile, int64_t row);
  InputRow findInputRow(const Tile &tile, mlir::Value inputRow, mlir::Value place);
  RowUse findUse(const Tile &tile, int64_t inputRow) const;
  void whenInside(const Tile &tile, mlir::Value inputRow, int64_t lowest, int64_t highest,
                  llvm::function_ref<void()> body);

  Unrolled unrolled;
};

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_KERNELS_WINDOWKERNEL_H
