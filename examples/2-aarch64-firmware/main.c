/* SPDX-License-Identifier: Apache-2.0 */
/* Bare metal: classifies the embedded test images and prints, for each, number, label, class, score and the
 * instructions executed. Output and exit go through semihosting. */
#include "mobilenet_fashion.h"
#include "test_images.h"

#define STACK_PAINT 0xa5a5a5a5a5a5a5a5u

static _Alignas(MOBILENET_FASHION_ARENA_ALIGN) uint8_t arena[MOBILENET_FASHION_ARENA_BYTES];
static float input[MOBILENET_FASHION_INPUT_ELEMENTS];
static float output[MOBILENET_FASHION_OUTPUT_ELEMENTS];
extern uint64_t stack_bottom[], stack_top[];

/* Semihosting operations (Arm's "Semihosting for AArch32 and AArch64"). */
enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };

static void semihosting(uint64_t operation, const void *argument) {
  register uint64_t x0 __asm__("x0") = operation;
  register const void *x1 __asm__("x1") = argument;
  __asm__ volatile("hlt #0xf000" : "+r"(x0) : "r"(x1) : "memory");
}

void finish(int status) {
  const uint64_t block[2] = {0x20026 /* ADP_Stopped_ApplicationExit */, (uint64_t)status};
  semihosting(SYS_EXIT_EXTENDED, block);
  for (;;)
    ;
}

static void print(const char *text) { semihosting(SYS_WRITE0, text); }

/* `value` in `base`, with at least `digits` digits. */
static void print_number(uint64_t value, unsigned base, int digits) {
  char text[24], *place = text + sizeof text - 1;
  *place = 0;
  do {
    *--place = "0123456789abcdef"[value % base];
    value /= base;
  } while (--digits > 0 || value != 0);
  print(place);
}

void report_exception(uint64_t syndrome, uint64_t address, uint64_t fault) {
  print("exception: ESR 0x");
  print_number(syndrome, 16, 8);
  print(" at 0x");
  print_number(address, 16, 8);
  print(", FAR 0x");
  print_number(fault, 16, 8);
  print("\n");
  finish(1);
}

static uint64_t read_counter(void) {
  uint64_t ticks;
  __asm__ volatile("isb\n mrs %0, cntvct_el0" : "=r"(ticks));
  return ticks;
}

static void prepare(const uint8_t *pixels) {
  for (int y = 0; y < 28; ++y)
    for (int x = 0; x < 28; ++x)
      input[(y + 2) * 32 + x + 2] = (float)(pixels[y * 28 + x] * 0.00392156862745098);
}

static void print_result(int image, uint64_t instructions) {
  int best = 0;
  for (int c = 1; c < MOBILENET_FASHION_OUTPUT_ELEMENTS; ++c)
    if (output[c] > output[best])
      best = c;
  print_number((uint64_t)image, 10, 1);
  print("|");
  print(class_names[test_labels[image]]);
  print("|");
  print(class_names[best]);
  print("|0.");
  uint64_t score = (uint64_t)((double)output[best] * 10000.0 + 0.5);
  print_number(score > 9999 ? 9999 : score, 10, 4);
  print("|");
  print_number(instructions, 10, 1);
  print("\n");
}

/* The stack below this frame that the model used: how much of the paint is gone. */
static uint64_t measure_stack(uint64_t *frame) {
  uint64_t *place = stack_bottom;
  while (place < frame && *place == STACK_PAINT)
    ++place;
  return (uint64_t)(frame - place) * sizeof *place;
}

static __attribute__((noinline)) int32_t run_painted(uint64_t *stack_bytes) {
  uint64_t *frame;
  __asm__ volatile("mov %0, sp" : "=r"(frame));
  for (uint64_t *place = stack_bottom; place < frame; ++place)
    *(volatile uint64_t *)place = STACK_PAINT;
  int32_t status = mobilenet_fashion_run(input, output, arena);
  *stack_bytes = measure_stack(frame);
  return status;
}

int main(void) {
  uint64_t stack_bytes = 0;
  for (int image = 0; image < TEST_IMAGES; ++image) {
    prepare(test_images[image]);
    uint64_t start = read_counter();
    int32_t status = mobilenet_fashion_run(input, output, arena);
    /* Under -icount shift=0 an instruction takes a nanosecond and a tick of the 62.5 MHz counter is 16 of them. */
    uint64_t instructions = (read_counter() - start) * 16;
    if (status != MOBILENET_FASHION_OK || run_painted(&stack_bytes) != MOBILENET_FASHION_OK) {
      print("mobilenet_fashion_run failed\n");
      return 1;
    }
    print_result(image, instructions);
  }
  print("stack|");
  print_number(stack_bytes, 10, 1);
  print("\n");
  return 0;
}
