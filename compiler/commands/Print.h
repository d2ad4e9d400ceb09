// SPDX-License-Identifier: Apache-2.0
// What a command says on the standard output. A full disk or a closed pipe must end the program with an error, not an
// exception: the stream remembers, and main asks it at the end.
#ifndef MNCC_COMPILER_COMMANDS_PRINT_H
#define MNCC_COMPILER_COMMANDS_PRINT_H

#include <fmt/format.h>

#include <cstdio>

namespace mncc {

/// Formats to the standard output.
template <typename... Args> void print(fmt::format_string<Args...> format, Args &&...args) {
  std::string text = fmt::format(format, std::forward<Args>(args)...);
  std::fwrite(text.data(), 1, text.size(), stdout);
}

/// True where all that was printed has come out; call it last.
inline bool finishPrinting() { return std::fflush(stdout) == 0 && std::ferror(stdout) == 0; }

} // namespace mncc

#endif // MNCC_COMPILER_COMMANDS_PRINT_H
