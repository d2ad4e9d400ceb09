// SPDX-License-Identifier: Apache-2.0
// Compiled with exceptions, which CLI11 needs; none leaves this file.
#include "compiler/commands/CommandLine.h"

#include "compiler/Stages.h"
#include "compiler/commands/Version.h"
#include "passes/fuse/Pipeline.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

namespace mncc {

namespace {

constexpr const char *kInputOutput = "Input and output";
constexpr const char *kTarget = "Target";
constexpr const char *kSeeInside = "See inside";
constexpr const char *kRun = "Run";

/// A line of CLI11's help for each option: the flags, then what they do. Fits 40 lines of 80 characters.
class Formatter : public CLI::Formatter {
public:
  Formatter() { column_width(29); }
  std::string make_help(const CLI::App *app, std::string name, CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n"))
      text.erase(at, 1);
    return text;
  }
  std::string make_usage(const CLI::App *app, std::string name) const override {
    bool hasModel = app->get_option_no_throw("MODEL") != nullptr;
    return "Usage: " + name + (hasModel ? " MODEL [OPTIONS]   (MODEL: a description in JSON, - for stdin)" : " [OPTIONS]") +
           "\n";
  }
  std::string make_positionals(const CLI::App *) const override { return ""; }
  std::string make_option_opts(const CLI::Option *option) const override {
    std::string type = option->get_type_name();
    return type.empty() || option->get_type_size() == 0 ? "" : " " + type;
  }
};

template <typename T> CLI::Transformer choice(std::map<std::string, T> names) {
  CLI::Transformer transformer(std::move(names));
  transformer.description("");
  return transformer;
}

/// Adds the options of one command to `app`; they write into `line`.
class Options11 {
public:
  Options11(CLI::App &app, CommandLine &line) : app(app), line(line) {}

  void addModel() {
    app.add_option("MODEL", line.model, "Model description (JSON)")->type_name("")->group(kInputOutput);
    app.add_option("--weights", line.options.weights, "Weights: safetensors file, or random:SEED")
        ->type_name("FILE")
        ->group(kInputOutput);
  }

  void addCompilation() {
    app.add_option("-o,--output-directory", line.outputDirectory, "Where the files go (made if missing)")
        ->type_name("DIR")
        ->group(kInputOutput);
    app.add_option("--emit", line.options.emit, "obj, asm, llvm, bitcode, cpp, header, mlir, report")
        ->delimiter(',')
        ->transform(choice<EmitKind>({{"obj", EmitKind::Object},
                                      {"asm", EmitKind::Assembly},
                                      {"llvm", EmitKind::Llvm},
                                      {"bitcode", EmitKind::Bitcode},
                                      {"cpp", EmitKind::Cpp},
                                      {"header", EmitKind::Header},
                                      {"mlir", EmitKind::Mlir},
                                      {"report", EmitKind::Report}}))
        ->type_name("KIND,..")
        ->group(kInputOutput);
    app.add_option("--name", line.options.name, "Prefix of every symbol")->type_name("NAME")->group(kInputOutput);
    app.add_option("--input-type", line.options.inputType, "f32, or u8: RGB bytes, preprocessing folded in")
        ->transform(choice<InputType>({{"f32", InputType::F32}, {"u8", InputType::U8}}))
        ->type_name("TYPE")
        ->group(kInputOutput);
    app.add_option("--weights-placement", line.options.weightsPlacement, "section, inline")
        ->transform(
            choice<WeightsPlacement>({{"section", WeightsPlacement::Section}, {"inline", WeightsPlacement::Inline}}))
        ->type_name("WHERE")
        ->group(kInputOutput);
  }

  void addTarget() {
    app.add_option("--target", line.options.target, "{x86_64,aarch64}-{linux-gnu,none-elf}")
        ->type_name("TRIPLE")
        ->group(kTarget);
    app.add_option("--mcpu", line.options.cpus, "Row of 'mncc targets', or native; or several")
        ->delimiter(',')
        ->type_name("CPU,..")
        ->group(kTarget);
    app.add_option("--target-file", line.options.targetFile, "More rows, as JSON")->type_name("FILE")->group(kTarget);
    app.add_flag("--pic", line.options.pic, "Position-independent code")->group(kTarget);
    app.add_flag("--hooks", line.options.hooks, "Let NAME_run call a function after each layer")->group(kTarget);
  }

  void addInspection() {
    std::map<std::string, Stage> stages;
    for (const StageInfo &info : getStages())
      stages[info.name] = info.stage;
    app.add_option("--stop-after", line.options.stopAfter, "import, fuse, tile, lower, emit")
        ->transform(choice<Stage>(std::move(stages)))
        ->type_name("STAGE")
        ->group(kSeeInside);
    app.add_option("--dump-ir", line.options.dumpDirectory, "The IR after each pass, in numbered files")
        ->type_name("DIR")
        ->group(kSeeInside);
    app.add_option("--from-ir", line.fromIr, "Go on from a dump instead of a model")
        ->type_name("FILE")
        ->group(kSeeInside);
    std::set<std::string> passes;
    for (llvm::StringRef name : fusePassNames())
      passes.insert(name.str());
    app.add_option("--disable-pass", line.options.disabledPasses, "Leave out passes of stage fuse")
        ->delimiter(',')
        ->check(CLI::IsMember(passes).description(""))
        ->type_name("PASS,..")
        ->group(kSeeInside);
    app.add_flag("--time", line.time, "Print the seconds that each stage took")->group(kSeeInside);
  }

  void addJson() { app.add_flag("--json", line.json, "Print results for programs")->group(kInputOutput); }

  void addInputs() {
    app.add_option("--image", line.images, "JPEG or PNG picture; may be repeated")->type_name("FILE")->group(kRun);
    app.add_option("--input", line.input, "Numbers instead of pictures: .npy or .safetensors")
        ->type_name("FILE")
        ->group(kRun);
    app.add_option("--crop", crop, "x,y,width,height of each picture")->type_name("BOX")->group(kRun);
  }

  void addReference() {
    app.add_flag("--reference", line.reference, "Evaluate in double precision instead")->group(kRun);
  }

  void addRun() {
    addInputs();
    app.add_option("--top", line.top, "How many classes to print (5)")
        ->check(CLI::Range(1, 65536).description(""))
        ->type_name("N")
        ->group(kRun);
    app.add_option("--output", line.output, "Where outputs go, and the inputs of --image")
        ->type_name("FILE")
        ->group(kRun);
    addReference();
  }

  void addDiff() {
    addInputs();
    app.add_option("--tolerance", line.tolerance, "Largest error by largest value of a tensor (1e-5)")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("T")
        ->group(kRun);
  }

  void addEval() {
    app.add_option("--images", line.imageDirectory, "Folder of pictures")->required()->type_name("DIR")->group(kRun);
    app.add_option("--labels", line.labelsFile, "CSV: file, class")->required()->type_name("CSV")->group(kRun);
    app.add_option("--label-column", line.labelColumn, "Column of the class by its title")
        ->type_name("TITLE")
        ->group(kRun);
    app.add_option("--label-offset", line.labelOffset, "Added to each class")->type_name("N")->group(kRun);
    app.add_option("--limit", line.limit, "At most so many pictures")
        ->check(CLI::NonNegativeNumber.description(""))
        ->type_name("N")
        ->group(kRun);
    app.add_option("--crop", crop, "x,y,width,height of each picture")->type_name("BOX")->group(kRun);
    addReference();
  }

  /// Takes the box apart; throws CLI::ValidationError where it is none.
  void finish() {
    if (line.verb != Verb::Compile && line.options.cpus.size() > 1)
      throw CLI::ValidationError("--mcpu", "expects one row, of this machine");
    if (line.verb == Verb::Diff && !line.images.empty() && !line.input.empty())
      throw CLI::ValidationError("--input", "expects numbers or pictures, not both");
    if (crop.empty())
      return;
    std::array<int64_t, 4> box;
    int length = 0;
    if (std::sscanf(crop.c_str(), "%ld,%ld,%ld,%ld%n", &box[0], &box[1], &box[2], &box[3], &length) != 4 ||
        length != static_cast<int>(crop.size()))
      throw CLI::ValidationError("--crop", "expects four numbers x,y,width,height, found '" + crop + "'");
    line.crop = box;
  }

private:
  CLI::App &app;
  CommandLine &line;
  std::string crop;
};

struct VerbInfo {
  Verb verb;
  const char *name, *sentence;
};

constexpr VerbInfo kVerbs[] = {
    {Verb::Run, "run", "run a model on pictures or numbers, here and now"},
    {Verb::Eval, "eval", "measure a model's accuracy on labelled pictures"},
    {Verb::Diff, "diff", "compare every tensor with the reference evaluator"},
    {Verb::Expand, "expand", "print the explicit form of a description"},
    {Verb::Targets, "targets", "print the target table"},
};

} // namespace

static void addOptions(Options11 &options, Verb verb) {
  if (verb == Verb::Targets)
    return options.addTarget(), options.addJson();
  options.addModel();
  if (verb == Verb::Expand)
    return;
  if (verb == Verb::Compile)
    options.addCompilation();
  if (verb == Verb::Run)
    options.addRun();
  if (verb == Verb::Eval)
    options.addEval();
  if (verb == Verb::Diff)
    options.addDiff();
  options.addTarget();
  options.addInspection();
  options.addJson();
}

static std::string footer() {
  std::string text = "Other commands, each with its own --help:\n";
  for (const VerbInfo &info : kVerbs)
    text += fmt::format("  mncc {:<9} {}\n", info.name, info.sentence);
  return text;
}

std::optional<CommandLine> parseCommandLine(int argc, const char *const *argv, int &exitCode) {
  CommandLine line;
  const VerbInfo *verb = nullptr;
  for (const VerbInfo &info : kVerbs)
    if (argc > 1 && std::string(argv[1]) == info.name)
      verb = &info;
  std::string name = verb ? std::string("mncc ") + verb->name : "mncc";
  CLI::App app(verb ? verb->sentence : "Compiles a MobileNet to an object file for firmware.", name);
  app.formatter(std::make_shared<Formatter>());
  auto printVersion = [&app] {
    const CLI::Option *json = app.get_option_no_throw("--json");
    return formatVersion(json && json->count() > 0);
  };
  app.set_version_flag("--version", printVersion, "Print the version and exit; --json: the whole build");
  if (!verb)
    app.footer(footer());
  else
    line.verb = verb->verb;
  Options11 options(app, line);
  addOptions(options, line.verb);
  try {
    app.parse(argc - (verb ? 1 : 0), argv + (verb ? 1 : 0));
    options.finish();
    bool needsModel = line.verb == Verb::Diff || (line.verb != Verb::Targets && line.fromIr.empty());
    if (needsModel && line.model.empty())
      throw CLI::RequiredError("MODEL");
  } catch (const CLI::ParseError &error) {
    exitCode = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return line;
}

} // namespace mncc
