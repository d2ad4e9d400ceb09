/* SPDX-License-Identifier: Apache-2.0 */
/* A Linux program in C: classifies the embedded test images with the emitted object. */
#include "mobilenet_fashion.h"
#include "test_images.h"

#include <stdio.h>

static _Alignas(MOBILENET_FASHION_ARENA_ALIGN) uint8_t arena[MOBILENET_FASHION_ARENA_BYTES];
static float input[MOBILENET_FASHION_INPUT_ELEMENTS];
static float output[MOBILENET_FASHION_OUTPUT_ELEMENTS];

/* 28x28 bytes in the middle of 32x32, as values 0 to 1: the preprocessing that the description states. */
static void prepare(const uint8_t *pixels) {
  for (int y = 0; y < 28; ++y)
    for (int x = 0; x < 28; ++x)
      input[(y + 2) * 32 + x + 2] = (float)(pixels[y * 28 + x] * 0.00392156862745098);
}

int main(void) {
  for (int image = 0; image < TEST_IMAGES; ++image) {
    prepare(test_images[image]);
    int32_t status = mobilenet_fashion_run(input, output, arena);
    if (status != MOBILENET_FASHION_OK) {
      fprintf(stderr, "mobilenet_fashion_run returned %d\n", (int)status);
      return 1;
    }
    int best = 0;
    for (int c = 1; c < MOBILENET_FASHION_OUTPUT_ELEMENTS; ++c)
      if (output[c] > output[best])
        best = c;
    printf("%d|%s|%s|%.4f\n", image, class_names[test_labels[image]], class_names[best], (double)output[best]);
  }
  return 0;
}
