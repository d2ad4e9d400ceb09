// SPDX-License-Identifier: Apache-2.0
#include "compiler/quantize/TapMoments.h"

#include "dialects/mn/Shapes.h"

#include <algorithm>

using namespace mlir;
using namespace mncc;

TapMoments::TapMoments(mn::WeightedOpInterface layer) {
  mn::ImageShape input = mn::getImageShape(layer.getInput()), output = mn::getImageShape(layer->getResult(0));
  height = input.height, width = input.width, channels = input.channels;
  outputWidth = output.width, pixels = output.pixels();
  places = {{0, 0}};
  if (isa<mn::Conv2DOp, mn::DepthwiseConv2DOp, mn::PointwiseConv2DOp>(layer)) {
    mn::Window rows = mn::getWindow(layer, 0), columns = mn::getWindow(layer, 1);
    strides = {rows.stride, columns.stride}, before = {rows.padBefore, columns.padBefore};
    places.clear();
    for (int64_t row = 0; row < rows.kernel; ++row)
      for (int64_t column = 0; column < columns.kernel; ++column)
        places.push_back({row * rows.dilation, column * columns.dilation});
  }
  bool isDepthwise = isa<mn::DepthwiseConv2DOp>(layer);
  groups = isDepthwise ? channels : 1;
  taps = static_cast<int64_t>(places.size()) * (isDepthwise ? 1 : channels);
  row.resize(groups * taps);
  pictureProducts.resize(groups * taps * taps);
  sums.resize(groups * taps);
  products.resize(groups * taps * taps);
}

/// Taps outside the image are 0.
void TapMoments::gather(ArrayRef<float> input, int64_t pixel) {
  int64_t top = pixel / outputWidth * strides[0] - before[0], left = pixel % outputWidth * strides[1] - before[1];
  int64_t count = places.size();
  for (int64_t place = 0; place < count; ++place) {
    int64_t y = top + places[place].row, x = left + places[place].column;
    bool isInside = y >= 0 && y < height && x >= 0 && x < width;
    const float *values = isInside ? input.data() + (y * width + x) * channels : nullptr;
    for (int64_t c = 0; c < channels; ++c)
      row[groups == 1 ? place * channels + c : c * count + place] = isInside ? values[c] : 0;
  }
}

/// The upper half of each group's products.
void TapMoments::addProducts() {
  for (int64_t group = 0; group < groups; ++group) {
    const float *values = row.data() + group * taps;
    for (int64_t i = 0; i < taps; ++i) {
      float value = values[i];
      if (value == 0)
        continue;
      float *line = pictureProducts.data() + (group * taps + i) * taps;
      for (int64_t j = i; j < taps; ++j)
        line[j] += value * values[j];
    }
  }
}

void TapMoments::add(ArrayRef<float> input, int64_t stride) {
  std::fill(pictureProducts.begin(), pictureProducts.end(), 0.0F);
  for (int64_t pixel = 0; pixel < pixels; pixel += stride, ++samples) {
    gather(input, pixel);
    addProducts();
    for (auto [sum, value] : llvm::zip_equal(sums, row))
      sum += value;
  }
  for (auto [total, product] : llvm::zip_equal(products, pictureProducts))
    total += product;
}

std::vector<double> TapMoments::getProducts(int64_t group, bool centred) const {
  std::vector<double> result(taps * taps);
  double count = std::max<int64_t>(samples, 1);
  for (int64_t i = 0; i < taps; ++i)
    for (int64_t j = i; j < taps; ++j) {
      double meanProduct = products[(group * taps + i) * taps + j] / count;
      if (centred)
        meanProduct -= sums[group * taps + i] / count * (sums[group * taps + j] / count);
      result[i * taps + j] = result[j * taps + i] = meanProduct;
    }
  return result;
}
