// SPDX-License-Identifier: Apache-2.0
// What a user may ask of a compilation, in one struct that is handed down by const reference.
#ifndef MNCC_COMPILER_OPTIONS_H
#define MNCC_COMPILER_OPTIONS_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mncc {

/// The five stages, in running order.
enum class Stage { Import, Fuse, Tile, Lower, Emit };

/// What emit writes. `Object` and `Header` and `Report` are the default.
enum class EmitKind { Object, Assembly, Llvm, Bitcode, Cpp, Header, Mlir, Report };

/// The element type of the network's inputs in `NAME_run`. `U8` takes RGB bytes and folds the preprocessing in, where
/// the network is of floats. Integers of a quantised network come in either type; `F32` makes its outputs floats, too.
enum class InputType { F32, U8, S8 };

/// Where the weights go: a read-only section of the object, the one C++ file however large, or a blob of their own.
enum class WeightsPlacement { Section, Inline, External };

/// How the weights are stored; sums are of f32 all the same.
enum class WeightsFormat { F32, F16, BF16 };
inline constexpr WeightsFormat kWeightsFormats[] = {WeightsFormat::F32, WeightsFormat::F16, WeightsFormat::BF16};
/// The name on the command line, in reports and in IR.
constexpr std::string_view getName(WeightsFormat format) {
  switch (format) {
  case WeightsFormat::F32:
    return "f32";
  case WeightsFormat::F16:
    return "f16";
  case WeightsFormat::BF16:
    return "bf16";
  }
  return {};
}

/// What the tensors between layers, and the products of dense layers, are of.
enum class Precision { Fp32, Bf16, Fp16 };
inline constexpr Precision kPrecisions[] = {Precision::Fp32, Precision::Bf16, Precision::Fp16};
/// The name on the command line.
constexpr std::string_view getName(Precision precision) {
  switch (precision) {
  case Precision::Fp32:
    return "fp32";
  case Precision::Bf16:
    return "bf16";
  case Precision::Fp16:
    return "fp16";
  }
  return {};
}
/// The format that stores such tensors; its name is theirs in reports and in IR.
constexpr WeightsFormat getFormat(Precision precision) {
  switch (precision) {
  case Precision::Fp32:
    return WeightsFormat::F32;
  case Precision::Bf16:
    return WeightsFormat::BF16;
  case Precision::Fp16:
    return WeightsFormat::F16;
  }
  return {};
}

/// The engine whose rounding quantised layers have: TFLite Micro, LiteRT's reference kernels, XNNPACK, or what is fast
/// here.
enum class Numerics { Tflm, Litert, Xnnpack, Fast };

struct Options {
  /// Triple such as "aarch64-none-elf"; empty for this machine.
  std::string target;
  /// Rows of the target table; "native" asks this machine. Several make one object with a dispatching `NAME_run`.
  std::vector<std::string> cpus = {"native"};
  /// JSON file that adds or overrides rows of the target table; empty for none.
  std::string targetFile;
  /// Prefix of every emitted symbol; empty takes the description's name.
  std::string name;
  /// What to emit.
  std::vector<EmitKind> emit = {EmitKind::Object, EmitKind::Header, EmitKind::Report};
  /// Last stage to run.
  Stage stopAfter = Stage::Emit;
  /// Directory for one numbered file per pass; empty for none.
  std::string dumpDirectory;
  /// Passes that are left out, by their flag's name.
  std::vector<std::string> disabledPasses;
  /// "FILE", "random:SEED", or empty for the file that the description names.
  std::string weights;
  /// Schedule file that takes the cost model's place for the layers that it names; empty for none.
  std::string schedule;
  /// Without it, floats, or the integers of a quantised network.
  std::optional<InputType> inputType;
  WeightsPlacement weightsPlacement = WeightsPlacement::Section;
  WeightsFormat weightsFormat = WeightsFormat::F32;
  Precision precision = Precision::Fp32;

  /// Takes back the formats of numbers: a module at the end of the stage fuse, or beyond, has them already.
  void forgetFormats() { weightsFormat = WeightsFormat::F32, precision = Precision::Fp32; }
  /// Of quantised layers that do not state their own; without it Tflm.
  std::optional<Numerics> numerics;
  /// Position-independent code.
  bool pic = false;
  /// For how many threads to cut layers into parts, 1 to 64. Above 1, `NAME_run` takes `const NAME_parallel *parallel`
  /// after the arena.
  int64_t threads = 1;
  /// Adds the last argument `const NAME_hooks *hooks` to `NAME_run`.
  bool hooks = false;
};

} // namespace mncc

#endif // MNCC_COMPILER_OPTIONS_H
