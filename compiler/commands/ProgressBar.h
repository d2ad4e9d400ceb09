// SPDX-License-Identifier: Apache-2.0
#ifndef MNCC_COMPILER_COMMANDS_PROGRESSBAR_H
#define MNCC_COMPILER_COMMANDS_PROGRESSBAR_H

#include <string>

namespace mncc {

/// A bar on stderr while people watch, gone when it is destroyed.
class ProgressBar {
public:
  ProgressBar();
  ~ProgressBar();

  /// True where stderr is a terminal; elsewhere show() does nothing.
  bool isDrawn() const { return isTerminal; }
  /// Draws `share` of the bar, from 0 to 1 (more counts as 1), and `state` behind it.
  void show(double share, const std::string &state) const;

private:
  bool isTerminal;
};

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_PROGRESSBAR_H
