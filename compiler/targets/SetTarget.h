// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_COMPILER_TARGETS_SETTARGET_H
#define MNCC_COMPILER_TARGETS_SETTARGET_H

namespace mncc {

/// Registers the pass `set-target{triple= cpu= file=}`, which writes a row of the target table on the module, so that
/// hand-written IR can be compiled for any row.
void registerSetTargetPass();

} // namespace mncc

#endif // MNCC_COMPILER_TARGETS_SETTARGET_H
