// SPDX-License-Identifier: Apache-2.0
#include "compiler/import/FieldHelp.h"

#include <utility>

static constexpr std::pair<std::string_view, std::string_view> kHelp[] = {
    {"$schema", "'$schema' is the address of a JSON schema, as a string"},
    {"description", "'description' is free text"},
    {"name", "a name is any text, such as \"conv_1\"; no two layers or inputs share one"},
    {"weights", "'weights' is the path of a safetensors file, relative to the description"},
    {"labels", "'labels' is the path of a text file with one class a line, relative to the description"},
    {"inputs", "'inputs' of a layer is an array of names such as [\"conv_1\"], 'inputs' of the network an array of "
               "objects with a name and a shape"},
    {"outputs", "'outputs' is an array of names of layers such as [\"softmax\"]"},
    {"layers", "'layers' is an array of objects such as {\"name\": \"relu_1\", \"op\": \"relu\"}"},
    {"op", "an op is a string such as \"conv2d\""},
    {"shape", "a shape is an array such as [224, 224, 3]: height, width and channels without the batch, which is 1"},
    {"filters", "'filters' is the number of output channels"},
    {"units", "'units' is the number of output values"},
    {"kernel_size", "'kernel_size' is [height, width], or one number for both"},
    {"strides", "'strides' is [vertical, horizontal], or one number for both"},
    {"dilations", "'dilations' is [vertical, horizontal], or one number for both; 1 is a plain convolution"},
    {"depth_multiplier", "'depth_multiplier' is the number of output channels for each input channel"},
    {"pool_size", "'pool_size' is [height, width], or one number for both"},
    {"padding", "pixels are counted as [[top, bottom], [left, right]]; \"same\" is computed as in TFLite"},
    {"use_bias", "'use_bias' says whether the layer adds a bias; the default is true"},
    {"epsilon", "'epsilon' is added to the variance; the default is 0.001"},
    {"batch_norm_epsilon", "'batch_norm_epsilon' is added to the variances; the default is 0.001"},
    {"scale", "'scale' of a batch norm says whether it has a gamma, 'scale' of preprocessing multiplies each pixel, "
              "'scale' of a quantization is the step between two neighbouring integers"},
    {"center", "'center' says whether the batch norm has a beta"},
    {"rate", "'rate' is the share of values that training drops; it does not change the answers"},
    {"dropout", "'dropout' is the share of values that training drops; it does not change the answers"},
    {"axis", "the batch counts: in an image 1 is the height, 2 the width, 3 or -1 the channels"},
    {"size", "'size' is the new [height, width], or one number for both"},
    {"half_pixel_centers", "at most one of 'align_corners' and 'half_pixel_centers' may be true"},
    {"method", "'method' says how the layer samples its input"},
    {"activation", "'activation' stands after a convolution and its batch norm"},
    {"quantization", "for example \"quantization\": {\"type\": \"int8\", \"scale\": 0.0235, \"zero_point\": -128}"},
    {"type", "\"int8\" has the integers from -128 to 127, \"uint8\" those from 0 to 255"},
    {"zero_point", "the zero point is the integer that stands for 0"},
    {"filter_zero_point", "'filter_zero_point' is the integer that stands for 0 in the kernel"},
    {"numerics", "'numerics' names the engine whose rounding the layer has"},
    {"expansion", "a depthwise convolution of the block has 'expansion' times the channels of the block's input"},
    {"repeats", "'repeats' is the number of blocks like this one; only the first has its strides"},
    {"preprocessing", "'preprocessing' is an object with channel_order, scale, mean, std, resize, crop and pad"},
    {"channel_order", "\"rgb\" and \"bgr\" need 3 channels, \"gray\" needs 1"},
    {"mean", "'mean' is one number, or one for each channel, subtracted after the scale"},
    {"std", "'std' is one number, or one for each channel, by which the last step divides"},
    {"resize", "'resize' says how an image is brought to the input's height and width; \"none\" takes it as it is"},
    {"crop", "'crop' takes a part of the image: [x, y, width, height] in pixels, or its middle square"},
    {"pad", "'pad' is [top, bottom, left, right]: zero pixels inside the input's shape, around the image"},
    {"architecture", "'architecture' is an object such as {\"family\": \"mobilenet_v1\", \"num_classes\": 1000}"},
    {"family", "a family is a string such as \"mobilenet_v1\""},
    {"width_multiplier", "1 is the network of the paper, 0.25 has a quarter of its channels"},
    {"num_classes", "'num_classes' is the number of values that the classifier gives"},
    {"blocks", "'blocks' is an array of objects such as {\"filters\": 64, \"strides\": 1}"},
    {"classifier", "\"none\" ends the network after the global average pool"},
    {"mncc_calibration", "'mncc_calibration' is the version of a calibration file's form"},
    {"images", "'images' is the number of pictures that the statistics are from"},
    {"tensors", "'tensors' has the statistics of each tensor under its name"},
    {"least", "'least' is the least value of the tensor"},
    {"most", "'most' is the largest value of the tensor"},
    {"low", "'low' is where the first bin begins"},
    {"high", "'high' is where the last bin ends"},
    {"bins", "'bins' has a pair for each bin that is not empty, such as [17, 3]: bin 17 has 3 values"},
    {"values_per_channel", "'values_per_channel' is the number of values of a channel in all pictures"},
    {"channel_sums", "'channel_sums' has the sum of each channel's values"},
    {"channel_magnitudes", "'channel_magnitudes' has the largest magnitude of each channel's values"},
};

std::string_view mncc::getFieldHelp(std::string_view field) {
  for (auto &[name, help] : kHelp)
    if (name == field)
      return help;
  return {};
}
