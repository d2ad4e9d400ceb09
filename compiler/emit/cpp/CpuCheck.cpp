// SPDX-License-Identifier: Apache-2.0
#include "compiler/emit/cpp/CpuCheck.h"

#include "compiler/emit/CpuFeatures.h"
#include "compiler/emit/Machine.h"

#include <fmt/format.h>

using namespace mncc;

static std::string printX86(const X86Requirements &requirements) {
  std::string text = R"(  const auto cpuid = [](uint32_t leaf, uint32_t subleaf, uint32_t (&words)[4]) {
    __asm__ volatile("cpuid"
                     : "=a"(words[0]), "=b"(words[1]), "=c"(words[2]), "=d"(words[3])
                     : "a"(leaf), "c"(subleaf));
  };
  const auto has = [&](uint32_t leaf, uint32_t subleaf, uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    uint32_t words[4];
    cpuid(leaf & 0x80000000u, 0, words);
    if (words[0] < leaf)
      return false;
    cpuid(leaf, subleaf, words);
    return (words[0] & a) == a && (words[1] & b) == b && (words[2] & c) == c && (words[3] & d) == d;
  };
)";
  std::string condition;
  for (const CpuidWords &wanted : requirements.words)
    condition +=
        fmt::format("{}has({:#x}, {}, {:#x}, {:#x}, {:#x}, {:#x})", condition.empty() ? "" : " &&\n         ",
                    wanted.leaf, wanted.subleaf, wanted.words[0], wanted.words[1], wanted.words[2], wanted.words[3]);
  if (condition.empty())
    return "  return 1;\n";
  if (requirements.savedState == 0)
    return text + fmt::format("  return {};\n", condition);
  return text + fmt::format(R"(  if (!({0}))
    return 0;
  uint32_t saved, high; // the registers that the operating system saves
  __asm__ volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
  return (saved & {1:#x}) == {1:#x};
)",
                            condition, requirements.savedState);
}

static std::string printAArch64(const std::vector<IdField> &fields) {
  if (fields.empty())
    return "  return 1;\n";
  std::string text = "  uint64_t features;\n";
  for (const IdField &field : fields)
    text += fmt::format("  __asm__ volatile(\"mrs %0, {}\" : \"=r\"(features)); // {}\n"
                        "  if ((features >> {} & 15) < {})\n    return 0;\n",
                        field.idRegister, field.feature, field.shift, field.least);
  return text + "  return 1;\n";
}

mlir::FailureOr<std::string> mncc::printCpuCheck(const ModelInterface &model, mlir::Location location) {
  if (!isHosted(model.target))
    return std::string();
  auto machine = createMachine(model.target, /*isPositionIndependent=*/false, location);
  if (failed(machine))
    return mlir::failure();
  bool isX86 = (*machine)->getTargetTriple().isX86();
  return fmt::format("\nextern \"C\" int32_t {}_cpu_supported(void) {{\n{}}}\n", model.name,
                     isX86 ? printX86(getX86Requirements(**machine)) : printAArch64(getAArch64Requirements(**machine)));
}
