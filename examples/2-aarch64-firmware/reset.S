// SPDX-License-Identifier: Apache-2.0
// From reset to main() on an ARMv8-A core: exceptions report and stop, floating point is on with default rounding, memory is
// mapped flat with caches, the stack is painted.
#define STACK_PAINT 0xa5a5a5a5a5a5a5a5

  .section .text.reset, "ax"
  .global reset
reset:
  mrs x0, CurrentEL
  cmp x0, #(2 << 2)
  b.ne in_el1
  mov x0, #(1 << 31)              // HCR_EL2.RW: EL1 is AArch64
  msr hcr_el2, x0
  mov x0, #0x3c5                  // EL1h, interrupts masked
  msr spsr_el2, x0
  adr x0, in_el1
  msr elr_el2, x0
  eret
in_el1:
  adrp x0, vectors
  add x0, x0, :lo12:vectors
  msr vbar_el1, x0
  mov x0, #(3 << 20)              // CPACR_EL1.FPEN: no trap
  msr cpacr_el1, x0
  isb
  adrp x0, stack_top
  add x0, x0, :lo12:stack_top
  mov sp, x0
  msr fpcr, xzr                   // round to nearest even, no flush to zero

  // Memory is still uncached; the table below is part of it.
  adrp x0, bss_start
  add x0, x0, :lo12:bss_start
  adrp x1, bss_end
  add x1, x1, :lo12:bss_end
1:
  cmp x0, x1
  b.hs 2f
  stp xzr, xzr, [x0], #16
  b 1b
2:

  // One table of 1 GiB blocks: devices below 0x40000000, memory above.
  adrp x0, table
  add x0, x0, :lo12:table
  ldr x1, =0x0060000000000405     // device, accessed, never executed
  str x1, [x0]
  ldr x1, =0x0000000040000701     // normal, inner shareable, accessed
  str x1, [x0, #8]
  ldr x1, =0x04ff                 // MAIR: 0 = write-back, 1 = Device-nGnRE
  msr mair_el1, x1
  ldr x1, =0x00803519             // TCR: 39 bits, 4 KiB granule, write-back walks, no TTBR1
  msr tcr_el1, x1
  msr ttbr0_el1, x0
  tlbi vmalle1
  dsb sy
  isb
  mrs x0, sctlr_el1
  mov x1, #0x1005                 // M, C, I
  orr x0, x0, x1
  msr sctlr_el1, x0
  isb

  adrp x0, stack_bottom
  add x0, x0, :lo12:stack_bottom
  adrp x1, stack_top
  add x1, x1, :lo12:stack_top
  ldr x2, =STACK_PAINT
3:
  str x2, [x0], #8
  cmp x0, x1
  b.lo 3b
  mov sp, x1
  bl main
  b finish                        // status in w0

  .section .text.vectors, "ax"
  .balign 2048
vectors:
  .rept 16
  .balign 128
  mrs x0, esr_el1
  mrs x1, elr_el1
  mrs x2, far_el1
  b report_exception
  .endr

  .section .bss.table, "aw", @nobits
  .balign 4096
table:
  .skip 4096
