// SPDX-License-Identifier: Apache-2.0
#include "compiler/commands/ProgressBar.h"

#include <fmt/format.h>

#include <algorithm>

#include <unistd.h>

using namespace mncc;

ProgressBar::ProgressBar() : isTerminal(isatty(STDERR_FILENO)) {}

ProgressBar::~ProgressBar() {
  if (isTerminal)
    fmt::print(stderr, "\r\033[K");
}

void ProgressBar::show(double share, const std::string &state) const {
  if (!isTerminal)
    return;
  std::string bar(static_cast<size_t>(30 * std::min(1.0, share)), '#');
  fmt::print(stderr, "\r[{:<30}] {}\033[K", bar, state);
  std::fflush(stderr);
}
