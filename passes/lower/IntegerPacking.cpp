// SPDX-License-Identifier: Apache-2.0
#include "passes/lower/IntegerPacking.h"

#include "dialects/mn/Quantization.h"
#include "dialects/mn/WeightResource.h"

#include <numeric>

using namespace mlir;
using namespace mncc;
using namespace mncc::lower;

static int64_t roundUp(int64_t value, int64_t multiple) { return (value + multiple - 1) / multiple * multiple; }

static ArrayRef<int64_t> shapeOf(Value value) { return cast<ShapedType>(value.getType()).getShape(); }

static bool isDepthwise(mn::WeightedOpInterface op) { return isa<mn::DepthwiseConv2DOp>(op.getOperation()); }

static int64_t countClasses(const mn::Window &window) { return window.borderBefore() + window.borderAfter() + 1; }

static int64_t countTaps(mn::WeightedOpInterface op) {
  ArrayRef<int64_t> filter = shapeOf(op.getFilter());
  return filter.size() == 4 ? filter[0] * filter[1] : 1;
}

bool lower::takesQuads(mn::DepthwiseConv2DOp op, int64_t lanes) {
  constexpr int64_t kTallest = 8;
  ArrayRef<int64_t> filter = shapeOf(op.getFilter());
  bool isPlain = filter[3] == 1 && filter[0] <= kTallest && op.getDilations()[0] == 1 && op.getDilations()[1] == 1;
  IntegerForm form = getIntegerForm(op);
  bool takesRows = form.takesPairs() || (form.takesQuads() && op.getFilterZeroPoint() == 0);
  return mn::isQuantized(op) && isPlain && takesRows && lanes >= kQuadRows &&
         getBufferShape(op.getInput()).block % (kQuadRows * kQuadRows) == 0 &&
         getBufferShape(op.getOutput()).block % (kQuadRows * kQuadRows) == 0;
}

mn::DepthwiseConv2DOp lower::getQuadLayer(mn::LayerOpInterface layer, int64_t lanes) {
  auto depthwise = dyn_cast<mn::DepthwiseConv2DOp>(layer.getOperation());
  return depthwise && takesQuads(depthwise, lanes) ? depthwise : mn::DepthwiseConv2DOp();
}

int64_t lower::countNarrowed(const BufferShape &output, int64_t first, int64_t vectors, int64_t lanes, int64_t step) {
  // Panels start at multiples of `step`, so blocks may end at any multiple of this.
  int64_t unit = output.block >= output.image.channels ? vectors * lanes : std::gcd(output.block, step);
  for (int64_t together : {4, 2})
    if (first + together <= vectors && first * lanes % unit + together * lanes <= unit)
      return together;
  return 1;
}

int64_t lower::findUnpacked(int64_t channel, int64_t vectors, int64_t lanes) {
  int64_t run = vectors * kQuadRows, vector = channel % run / kQuadRows;
  return vector * lanes + channel / run * kQuadRows + channel % kQuadRows;
}

int64_t lower::countQuadVectors(mn::DepthwiseConv2DOp op, int64_t rows) {
  IntegerForm form = getIntegerForm(op);
  if (form.takesPairs())
    return 1;
  int64_t weights = rows * countRowGroups(op, rows) * mn::getWindow(op, 1).kernel * kQuadRows;
  return form.product == IntegerForm::Product::SignedQuads && weights > kMostHeldWeights ? kQuadRows / 2 : kQuadRows;
}

int64_t lower::countHeldWeights(mn::DepthwiseConv2DOp op, int64_t rows) {
  IntegerForm form = getIntegerForm(op);
  // Other instructions take them from memory.
  bool isOfRegisters = form.product == IntegerForm::Product::SignedQuads;
  int64_t most = form.takesPairs() ? kMostHeldPairs : isOfRegisters ? kMostHeldWeights : 0;
  int64_t weights = rows * countRowGroups(op, rows) * mn::getWindow(op, 1).kernel * countQuadVectors(op, rows);
  return weights <= most ? weights : 0;
}

SmallVector<QuadRun> lower::cutQuads(int64_t channels, int64_t lanes, int64_t vectors) {
  SmallVector<QuadRun> runs;
  channels = roundUp(channels, kQuadRows * kQuadRows);
  for (int64_t first = 0; first < channels; lanes /= 2)
    if (int64_t count = (channels - first) / (vectors * lanes); count > 0) {
      runs.push_back({first, count, lanes});
      first += count * vectors * lanes;
    }
  return runs;
}

int64_t lower::countTurns(ArrayRef<QuadRun> runs) {
  int64_t turns = 0;
  for (const QuadRun &run : runs)
    turns += run.count;
  return turns;
}

int64_t lower::countGroupRows(mn::DepthwiseConv2DOp op) {
  return getIntegerForm(op).takesPairs() ? kPairRows : kQuadRows;
}

int64_t lower::countRowGroups(mn::DepthwiseConv2DOp op, int64_t rows) {
  mn::Window window = mn::getWindow(op, 0);
  return llvm::divideCeil((rows - 1) * window.stride + window.kernel, countGroupRows(op));
}

/// Bits of each of `count` weights of `op`, padding included, in memory.
static int64_t countWeightBits(mn::WeightedOpInterface op, const IntegerForm &form, int64_t count, bool hasQuads) {
  // More of them gain nothing on AVX2, and an object of V1 0.25/224 is to stay within 620,000 bytes.
  constexpr int64_t kMostWords = 4096;
  constexpr int64_t kByte = 8, kWord = 16;
  // A depthwise kernel takes words where it takes one tap after another, and where the filter's zero point, which is
  // taken off these few, gives them nine bits.
  if (isDepthwise(op))
    return hasQuads && op.getFilterZeroPoint() == 0 ? kByte : kWord;
  // Pairs are multiplied as words: those of a single pixel are widened once, others for each tile.
  bool isReadAgain = mn::getImageShape(op->getResult(0)).pixels() > 1;
  return form.takesPairs() && isReadAgain && count <= kMostWords ? kWord : kByte;
}

IntegerPackedShape lower::getIntegerPackedShape(mn::WeightedOpInterface op, mn::ScheduleAttr schedule) {
  int64_t lanes = schedule.getVector();
  IntegerForm form = getIntegerForm(op);
  auto depthwise = dyn_cast<mn::DepthwiseConv2DOp>(op.getOperation());
  bool hasQuads = depthwise && takesQuads(depthwise, lanes);
  bool hasClasses = mn::getQuantization(op.getInput()).getZeroPoint() != 0;
  IntegerPackedShape shape{};
  shape.biasRow = roundUp(mn::getImageShape(op->getResult(0)).channels, hasQuads ? kQuadRows * kQuadRows : lanes);
  shape.rowClasses = hasClasses ? countClasses(mn::getWindow(op, 0)) : 1;
  shape.columnClasses = hasClasses ? countClasses(mn::getWindow(op, 1)) : 1;
  shape.requantization = getRequantization(op, lanes);
  shape.biasWords = roundUp(shape.rowClasses * shape.columnClasses * shape.biasRow, 16);
  shape.words = roundUp(shape.biasWords + shape.requantization.rows * shape.biasRow, 16);
  int64_t channels = mn::getImageShape(op.getInput()).channels;
  if (hasQuads && !form.takesPairs()) {
    shape.tapGroups = schedule.getRows() * countRowGroups(depthwise, schedule.getRows());
    shape.filterElements = mn::getWindow(op, 1).kernel * shape.tapGroups * kQuadRows * shape.biasRow;
  } else {
    shape.tapGroups = isDepthwise(op) ? 1 : (channels + form.group - 1) / form.group;
    shape.filterElements = countTaps(op) * shape.tapGroups * (isDepthwise(op) ? 1 : form.group) * shape.biasRow;
  }
  shape.weightBits = countWeightBits(op, form, shape.filterElements, hasQuads);
  return shape;
}

int64_t lower::getGroupStart(mn::WeightedOpInterface op, int64_t group, int64_t kx) {
  int64_t size = getIntegerForm(op).group;
  BufferShape input = getBufferShape(op.getInput());
  int64_t channels = input.image.channels, start = group * size;
  if (start + size <= std::max(channels, input.block))
    return start;
  return channels >= size || kx > 0 ? channels - size : 0;
}

namespace {

/// Packs one layer.
class IntegerPacker {
public:
  IntegerPacker(mn::WeightedOpInterface op, mn::ScheduleAttr schedule)
      : op(op), schedule(schedule), form(getIntegerForm(op)), shape(getIntegerPackedShape(op, schedule)),
        channels(mn::getImageShape(op->getResult(0)).channels),
        inputs(isDepthwise(op) ? 1 : mn::getImageShape(op.getInput()).channels),
        inputZero(mn::getQuantization(op.getInput()).getZeroPoint()),
        filterZero(static_cast<int64_t>(op.getFilterZeroPoint())) {
    for (int64_t channel = 0; channel < shape.biasRow; ++channel)
      places.push_back(placeOf(channel));
  }

  FailureOr<std::vector<char>> pack();

private:
  LogicalResult read();
  LogicalResult readBias();
  double factorOf(int64_t channel) const { return factors[factors.size() == 1 ? 0 : channel]; }
  void addOffsets();
  int64_t sumTaps(int64_t channel, const mn::Window &rows, int64_t row, const mn::Window &columns, int64_t column);
  void packBias();
  LogicalResult checkSums();
  void packDense();
  void packPairs();
  void packDepthwise();
  void packQuads(mn::DepthwiseConv2DOp conv);
  void permuteWords();
  int64_t placeOf(int64_t channel);
  std::pair<int64_t, int64_t> findQuadGroup(int64_t channel);
  int64_t weightAt(int64_t tap, int64_t input, int64_t channel) const;
  void setWeight(int64_t index, int64_t value);

  mn::WeightedOpInterface op;
  mn::ScheduleAttr schedule;
  IntegerForm form;
  IntegerPackedShape shape;
  /// Output channels, input channels that each of them sees, and zero points.
  int64_t channels, inputs, inputZero, filterZero;
  /// Of each output channel, placeOf().
  std::vector<int64_t> places;
  std::vector<int64_t> filter, bias;
  std::vector<double> factors;
  std::vector<char> bytes;
};

} // namespace

LogicalResult IntegerPacker::read() {
  FailureOr<std::vector<int64_t>> values = mn::readIntegers(op.getFilter());
  FailureOr<std::vector<double>> real = mn::getRequantizationFactors(op);
  if (failed(values) || failed(real) || failed(readBias()))
    return failure();
  filter = std::move(*values);
  factors = std::move(*real);
  addOffsets();
  return success();
}

LogicalResult IntegerPacker::readBias() {
  bias.assign(channels, 0);
  if (!op.getBias())
    return success();
  FailureOr<std::vector<int64_t>> values = mn::readIntegers(op.getBias());
  if (failed(values))
    return failure();
  bias = std::move(*values);
  return success();
}

/// What sums have more when they are requantised: the offsets of lines; of words, whose shift is a floor, half of what
/// that takes.
void IntegerPacker::addOffsets() {
  const Requantization &requantization = shape.requantization;
  for (auto [channel, value] : llvm::enumerate(bias))
    if (requantization.form == RequantizationForm::Words)
      value += (int64_t(1) << -getWordMultiplier(factorOf(channel)).shift) / 2;
    else if (requantization.isLine())
      value += requantization.lineOf(channel).offset;
}

int64_t IntegerPacker::weightAt(int64_t tap, int64_t input, int64_t channel) const {
  return filter[(tap * inputs + input) * channels + channel];
}

/// The weights, less their zero point, of the taps inside the image under one output.
int64_t IntegerPacker::sumTaps(int64_t channel, const mn::Window &rows, int64_t row, const mn::Window &columns,
                               int64_t column) {
  int64_t sum = 0;
  for (int64_t ky = rows.firstTap(row); ky < rows.endTap(row); ++ky)
    for (int64_t kx = columns.firstTap(column); kx < columns.endTap(column); ++kx)
      for (int64_t input = 0; input < inputs; ++input)
        sum += weightAt(ky * columns.kernel + kx, input, channel) - filterZero;
  return sum;
}

/// An output of border class `index` along `window`.
static int64_t findPosition(const mn::Window &window, int64_t index) {
  int64_t before = window.borderBefore();
  return std::min(index <= before ? index : window.output() - window.borderAfter() + index - before - 1,
                  window.output() - 1);
}

/// (a - za) * (w - zw) summed is a * w summed, less zw * a, less za * (w - zw): the last of which is known.
void IntegerPacker::packBias() {
  mn::Window rows = mn::getWindow(op, 0), columns = mn::getWindow(op, 1);
  for (int64_t rowClass = 0; rowClass < shape.rowClasses; ++rowClass)
    for (int64_t columnClass = 0; columnClass < shape.columnClasses; ++columnClass)
      for (int64_t channel = 0; channel < channels; ++channel) {
        int64_t start = bias[channel];
        if (inputZero != 0)
          start -= inputZero *
                   sumTaps(channel, rows, findPosition(rows, rowClass), columns, findPosition(columns, columnClass));
        int64_t place = (rowClass * shape.columnClasses + columnClass) * shape.biasRow + channel;
        auto word = static_cast<int32_t>(start);
        memcpy(bytes.data() + place * sizeof(word), &word, sizeof(word));
      }
}

/// The largest number on the way of a sum of `most` through its two roundings: its product with `factor`'s fraction,
/// and half of what is shifted out.
static int64_t findLargestStep(int64_t most, double factor) {
  mn::QuantizedMultiplier multiplier = mn::quantizeMultiplier(factor);
  int64_t product = (most * multiplier.value + (int64_t(1) << 30)) >> 31;
  return multiplier.shift < 0 ? product + (int64_t(1) << (-multiplier.shift - 1)) : product;
}

/// The largest sum of any prefix of the products, wherever it starts. Results are cut to bytes once they are integers,
/// so these have to be integers of 32 bits, with their zero points.
LogicalResult IntegerPacker::checkSums() {
  constexpr int64_t kLargestInput = 255;
  constexpr double kLargestResult = INT32_MAX / 2;
  for (int64_t channel = 0; channel < channels; ++channel) {
    int64_t most = std::abs(bias[channel]);
    for (int64_t place = channel; place < static_cast<int64_t>(filter.size()); place += channels)
      most += 2 * kLargestInput * (std::abs(filter[place]) + std::abs(filterZero));
    if (std::max(most, findLargestStep(most, factorOf(channel))) > INT32_MAX)
      return op->emitError() << "expects sums that 32 bits hold and round, but those of output channel " << channel
                             << " may reach " << most;
    if (double result = static_cast<double>(most) * factorOf(channel); result > kLargestResult)
      return op->emitError() << "expects results of at most " << kLargestResult << ", but those of output channel "
                             << channel << " may reach " << result << ": is the scale of its result right?";
  }
  return success();
}

void IntegerPacker::setWeight(int64_t index, int64_t value) {
  char *place = bytes.data() + shape.words * 4 + index * shape.weightBits / 8;
  auto narrow = static_cast<int16_t>(value);
  memcpy(place, &narrow, shape.weightBits / 8);
}

void IntegerPacker::packDense() {
  int64_t taps = countTaps(op), kernelWidth = mn::getWindow(op, 1).kernel;
  int64_t reduction = taps * shape.tapGroups * form.group;
  for (int64_t panel = 0; panel < channels; panel += schedule.getChannels()) {
    int64_t width = std::min(schedule.getChannels(), shape.biasRow - panel);
    for (int64_t tap = 0; tap < taps; ++tap)
      for (int64_t input = 0; input < inputs; ++input) {
        int64_t group = input / form.group, start = getGroupStart(op, group, tap % kernelWidth);
        for (int64_t channel = 0; channel < std::min(width, channels - panel); ++channel) {
          int64_t place = places[panel + channel] - panel, lanes = schedule.getVector();
          int64_t vector = (tap * shape.tapGroups + group) * width + place / lanes * lanes;
          int64_t index =
              panel * reduction + vector * form.group + form.placeInGroup(input - start, place % lanes, lanes);
          setWeight(index, weightAt(tap, input, panel + channel));
        }
      }
  }
}

void IntegerPacker::packDepthwise() {
  int64_t taps = countTaps(op), lanes = schedule.getVector();
  for (int64_t channel = 0; channel < channels; ++channel)
    for (int64_t tap = 0; tap < taps; ++tap)
      setWeight((channel / lanes * taps + tap) * lanes + channel % lanes, weightAt(tap, 0, channel) - filterZero);
}

/// For each row of a tile there are the weights of the input rows of each quad, 0 where a row is not under the window.
void IntegerPacker::packQuads(mn::DepthwiseConv2DOp conv) {
  int64_t width = mn::getWindow(op, 1).kernel, height = mn::getWindow(op, 0).kernel, tall = schedule.getRows();
  int64_t stride = mn::getWindow(op, 0).stride, quads = countRowGroups(conv, tall);
  for (int64_t channel = 0; channel < channels; ++channel) {
    auto [first, group] = findQuadGroup(channel);
    int64_t lane = places[channel] - first;
    for (int64_t row = 0; row < tall; ++row)
      for (int64_t ky = 0; ky < height; ++ky)
        for (int64_t kx = 0; kx < width; ++kx) {
          int64_t inputRow = row * stride + ky, quad = inputRow / kQuadRows;
          int64_t place = first * tall * quads * width + ((row * quads + quad) * width + kx) * group + lane;
          setWeight(place * kQuadRows + inputRow % kQuadRows, weightAt(ky * width + kx, 0, channel));
        }
  }
}

/// The kernel unpacks them as it does inputs.
void IntegerPacker::packPairs() {
  int64_t taps = countTaps(op);
  for (int64_t channel = 0; channel < channels; ++channel) {
    auto [first, group] = findQuadGroup(channel);
    for (int64_t tap = 0; tap < taps; ++tap)
      setWeight(first * taps + tap * group + channel - first, weightAt(tap, 0, channel) - filterZero);
  }
}

/// The first channel of those that a kernel by quads takes at once with `channel`, and their number.
std::pair<int64_t, int64_t> IntegerPacker::findQuadGroup(int64_t channel) {
  int64_t vectors = countQuadVectors(cast<mn::DepthwiseConv2DOp>(op.getOperation()), schedule.getRows());
  auto runs = cutQuads(channels, schedule.getVector(), vectors);
  const QuadRun &run = *llvm::find_if(llvm::reverse(runs), [&](const QuadRun &run) { return run.first <= channel; });
  int64_t group = vectors * run.lanes;
  return {run.first + (channel - run.first) / group * group, group};
}

/// Where the kernel looks for `channel` among the words, and in its panel.
int64_t IntegerPacker::placeOf(int64_t channel) {
  int64_t lanes = schedule.getVector();
  if (auto depthwise = dyn_cast<mn::DepthwiseConv2DOp>(op.getOperation())) {
    if (!takesQuads(depthwise, lanes))
      return channel;
    auto [first, group] = findQuadGroup(channel);
    int64_t vectors = countQuadVectors(depthwise, schedule.getRows());
    return first + findUnpacked(channel - first, vectors, group / vectors);
  }
  int64_t panel = channel / schedule.getChannels() * schedule.getChannels();
  int64_t end = std::min(panel + schedule.getChannels(), shape.biasRow);
  // Where the last vector is stored value by value, all of its panel is stored vector by vector.
  BufferShape output = getBufferShape(op->getResult(0));
  if (lanes < kQuadRows || (end > channels && output.isNhwc()))
    return channel;
  int64_t first = 0, together = 0, vector = (channel - panel) / lanes;
  while (vector >= first + together) {
    first += together;
    together = countNarrowed(output, first, (end - panel) / lanes, lanes, schedule.getChannels());
  }
  int64_t place = panel + first * lanes + findUnpacked(channel - panel - first * lanes, together, lanes);
  // takeLine() turns this into the order of findUnpacked().
  return shape.requantization.isLine() ? findLineLane(place) : place;
}

/// Bias and factors in the order of the kernel's channels.
void IntegerPacker::permuteWords() {
  MutableArrayRef<int32_t> words(reinterpret_cast<int32_t *>(bytes.data()), shape.words);
  auto permute = [&](int64_t first, bool isOfResults) {
    std::vector<int32_t> row(words.begin() + first, words.begin() + first + shape.biasRow);
    for (int64_t channel = 0; channel < shape.biasRow; ++channel)
      words[first + (isOfResults ? findLineLane(places[channel]) : places[channel])] = row[channel];
  };
  for (int64_t index = 0; index < shape.rowClasses * shape.columnClasses; ++index)
    permute(index * shape.biasRow, false);
  for (int64_t index = 0; index < shape.requantization.rows; ++index)
    permute(shape.biasWords + index * shape.biasRow, shape.requantization.isLine() && index > 0);
}

FailureOr<std::vector<char>> IntegerPacker::pack() {
  if (failed(read()) || failed(checkSums()))
    return failure();
  bytes.assign(shape.words * 4 + shape.filterBytes(), 0);
  packBias();
  MutableArrayRef<int32_t> words(reinterpret_cast<int32_t *>(bytes.data()) + shape.biasWords,
                                 shape.requantization.rows * shape.biasRow);
  if (failed(packRequantization(op, shape.requantization, words, shape.biasRow)))
    return failure();
  auto depthwise = dyn_cast<mn::DepthwiseConv2DOp>(op.getOperation());
  if (!depthwise)
    packDense();
  else if (!takesQuads(depthwise, schedule.getVector()))
    packDepthwise();
  else if (form.takesPairs())
    packPairs();
  else
    packQuads(depthwise);
  permuteWords();
  return bytes;
}

FailureOr<std::vector<char>> lower::packIntegers(mn::WeightedOpInterface op, mn::ScheduleAttr schedule) {
  return IntegerPacker(op, schedule).pack();
}
