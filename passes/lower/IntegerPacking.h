// SPDX-License-Identifier: Apache-2.0
// The order in which the kernels of quantised layers with a filter read their constants: the packer writes it, the
// kernels index it.
#ifndef MNCC_PASSES_LOWER_INTEGERPACKING_H
#define MNCC_PASSES_LOWER_INTEGERPACKING_H

#include "passes/lower/IntegerForm.h"
#include "passes/lower/Requantization.h"
#include "passes/lower/kernels/KernelBuilder.h"

namespace mncc::lower {

/// Sizes of a packed layer. First come words of 32 bits: the bias, `biasRow` words for each border class, then rows of
/// as many words by which sums are requantised (Requantization.h); then the filter, of `weightBits`.
struct IntegerPackedShape {
  /// Output channels rounded up to whole vectors.
  int64_t biasRow;
  /// Border classes along height and width: what a zero point of the input adds depends on the taps inside the image.
  int64_t rowClasses, columnClasses;
  /// How sums are requantised, which takes rows of words after the bias.
  Requantization requantization;
  /// Where the requantisation starts, and all words.
  int64_t biasWords, words;
  /// Groups of input channels under one tap (IntegerForm); of a depthwise convolution 1, or where it multiplies quads,
  /// those of a column of the window for all rows of a tile.
  int64_t tapGroups;
  int64_t weightBits;
  /// Weights in memory.
  int64_t filterElements;
  int64_t filterBytes() const { return filterElements * weightBits / 8; }
};

/// The packed shape of a quantised layer with a filter.
IntegerPackedShape getIntegerPackedShape(mn::WeightedOpInterface op, mn::ScheduleAttr schedule);

/// Rows whose bytes are unpacked together: those under each other are multiplied at once, or two by two.
inline constexpr int64_t kQuadRows = 4;

/// Whether `op` is quantised and its kernel in vectors of `lanes` sums takes quads: four input rows, whose bytes it
/// multiplies at once (of four times as many channels), or as words, two rows at once (of as many).
bool takesQuads(mn::DepthwiseConv2DOp op, int64_t lanes);

/// `layer` where takesQuads() holds, else null.
mn::DepthwiseConv2DOp getQuadLayer(mn::LayerOpInterface layer, int64_t lanes);

/// Words of input rows under each other that one instruction multiplies and adds.
inline constexpr int64_t kPairRows = 2;

/// Input rows that one instruction of the depthwise kernel of `op` by quads takes: kPairRows for words, else kQuadRows.
int64_t countGroupRows(mn::DepthwiseConv2DOp op);

/// The groups of that many input rows under a tile of `rows` output rows, from its first input row on.
int64_t countRowGroups(mn::DepthwiseConv2DOp op, int64_t rows);

/// The channel, counted from the first one of its pixel, at which group `group` of a tap in column `kx` of the window
/// starts to read. Where channels of NHWC fill no group, the last one reads channels again that come with weights of 0;
/// where they are fewer than a group holds, it reads into the pixel before, or under the first column, after.
int64_t getGroupStart(mn::WeightedOpInterface op, int64_t group, int64_t kx);

/// Vectors of a dense panel of `vectors` vectors of `lanes` whose results are narrowed together, those from `first` on:
/// 4, 2 or 1, of which none lies beyond the block of `output` that the first lies in. Of two and of one, those of two
/// and of four pixels make a vector of bytes. `step` is the channels from one panel to the next.
int64_t countNarrowed(const BufferShape &output, int64_t first, int64_t vectors, int64_t lanes, int64_t step);

/// Where unpacking leaves `channel` of those of `vectors` vectors of `lanes`: of each 16 bytes neighbours of four stand
/// in one vector after another. Four vectors hold 16 channels of each register of 128 bits, two vectors 8.
int64_t findUnpacked(int64_t channel, int64_t vectors, int64_t lanes);

/// Vectors of weights that leave room in the registers of AArch64 for inputs and sums.
inline constexpr int64_t kMostHeldWeights = 12;

/// Vectors of sums that the depthwise kernel of `op` by quads makes at once in tiles of `rows` output rows: those of a
/// register of bytes; of half of one where there are no operands in memory and the weights would not fit the registers;
/// one for pairs of words.
int64_t countQuadVectors(mn::DepthwiseConv2DOp op, int64_t rows);

/// Vectors of weights of pairs of words that leave room in 16 registers for inputs and a sum.
inline constexpr int64_t kMostHeldPairs = 6;

/// Vectors of weights that the depthwise kernel of `op` by quads has in registers, in tiles of `rows` output rows; 0
/// where it loads them where they are used.
int64_t countHeldWeights(mn::DepthwiseConv2DOp op, int64_t rows);

/// A run of channels that a depthwise kernel by quads takes in vectors of `lanes`, several of them at once.
struct QuadRun {
  int64_t first, count, lanes;
};
/// The runs of `channels` channels, padded to whole registers, in turns of `vectors` vectors: of `lanes`, then for what
/// is left narrower ones.
llvm::SmallVector<QuadRun> cutQuads(int64_t channels, int64_t lanes, int64_t vectors);
/// The turns of all `runs`.
int64_t countTurns(llvm::ArrayRef<QuadRun> runs);

/// The bytes that the kernel of `op` reads. Reports a located error and fails where constants are not loaded, a scale
/// is not a positive finite number, or the sums of the layer might not fit 32 bits.
mlir::FailureOr<std::vector<char>> packIntegers(mn::WeightedOpInterface op, mn::ScheduleAttr schedule);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_INTEGERPACKING_H
