// SPDX-License-Identifier: Apache-2.0
// Which values of a schedule's fields make code of their own for a layer. Choose-tiles writes no others, and a dump
// that has others is refused: a field is never decoration.
#ifndef MNCC_PASSES_LOWER_SCHEDULELIMITS_H
#define MNCC_PASSES_LOWER_SCHEDULELIMITS_H

#include "dialects/mn/Mn.h"

namespace mncc::lower {

/// The pixels of its result that one run of the kernel of `layer` computes: all, or inside `mn.fused` those of a strip.
int64_t countPixels(mn::LayerOpInterface layer);

/// The widest tile that is used when `layer`, in vectors of `vector` lanes, is cut into tiles of at most `pixels`. What
/// is cut: the pixels of a 1x1 convolution, the output columns of a depthwise convolution or a pool, those of another
/// convolution whose taps all lie inside the image, the vectors of a global pool; or the turns of an elementwise walk,
/// which are repeated and not cut.
int64_t getWidestTile(mn::LayerOpInterface layer, int64_t vector, int64_t pixels);

/// The tallest tile that is used when the output rows of `layer`, a depthwise convolution or a pool in vectors of
/// `vector` lanes, are cut into tiles of at most `rows`: 1 where the window has a dilation or the kernel multiplies
/// pairs of rows.
int64_t getTallestTile(mn::LayerOpInterface layer, int64_t vector, int64_t rows);

/// The vectors that a dense layer's output channels fill, in vectors of `vector` lanes.
int64_t countChannelVectors(mn::LayerOpInterface layer, int64_t vector);

/// Input channels that fill a register of 128 bits, the widest of which an fma can take a lane.
int64_t countLaneChannels(mn::LayerOpInterface layer);
/// True where the channels of a tap of a dense layer fill no such register, and taps of a kernel row inside the image
/// are neighbours in memory (NHWC).
bool hasRowRuns(mn::LayerOpInterface layer);
/// Input channels that a dense layer finds one after the other in memory: those of a block, or of a kernel row
/// (hasRowRuns()).
int64_t countRunChannels(mn::LayerOpInterface layer);
/// Whether a dense layer loads so many channels of a run at once, of which each fma takes a lane (`hasLaneFma`).
bool takesLanes(mn::LayerOpInterface layer, int64_t vector, bool hasLaneFma);

/// Whether a dense layer of integers loads 16 channels of a pixel at once, of which each instruction takes four.
bool takesRegisters(mn::LayerOpInterface layer);

/// The unrolling that `unroll` comes to: at most the turns of the innermost loop, or whole blocks of channels; all, a
/// row or one of the taps of a window; a multiple of four where an fma takes lanes of a vector of inputs
/// (`hasLaneFma`).
int64_t getEffectiveUnroll(mn::LayerOpInterface layer, int64_t vector, int64_t unroll, bool hasLaneFma);

/// Whether an elementwise layer walks memory from end to end, a vector of `vector` lanes a turn; else, where an operand
/// is spread over the image, it goes from pixel to pixel.
bool isLinear(mn::LayerOpInterface layer, int64_t vector);

/// True where a dense layer has several panels of channels and several tiles of pixels to order.
bool hasLoopOrder(mn::LayerOpInterface layer, int64_t vector, int64_t pixels, int64_t channels);

/// The most lines that a tile of a dense layer may ask for at each block of input channels: those of half a panel of
/// the weights; 0 where there is no next panel or only one tile, or where the tiles are no run of their own.
int64_t getMostPrefetch(mn::LayerOpInterface layer, mn::ScheduleAttr schedule);

/// How many turns `layer` has to share along `split` with `schedule`: panels of channels, tiles or rows of pixels,
/// vectors of memory; 0 where it cannot be cut so.
int64_t countShares(mn::LayerOpInterface layer, mn::ScheduleAttr schedule, mn::Split split);

} // namespace mncc::lower

#endif // MNCC_PASSES_LOWER_SCHEDULELIMITS_H
