// SPDX-License-Identifier: Apache-2.0
// Compiled with exceptions, which CLI11 needs; none leaves this file.
#include "compiler/commands/CommandLine.h"

#include "compiler/Stages.h"
#include "compiler/commands/CommandOptions.h"
#include "compiler/commands/QuantizeOptions.h"
#include "compiler/commands/Version.h"
#include "passes/fuse/Pipeline.h"
#include "passes/tile/Pipeline.h"

#include "llvm/ADT/StringExtras.h"

#include <fmt/format.h>

namespace mncc {

namespace {

/// A line of CLI11's help for each option: the flags, then what they do. Fits 40 lines of 80 characters.
class Formatter : public CLI::Formatter {
public:
  Formatter() { column_width(29); }
  std::string make_help(const CLI::App *app, std::string name, CLI::AppFormatMode mode) const override {
    std::string text = CLI::Formatter::make_help(app, std::move(name), mode);
    for (size_t at = text.find("\n\n\n"); at != std::string::npos; at = text.find("\n\n\n"))
      text.erase(at, 1);
    for (const char *crowded : {"\n\nInput and output", "\n\nOther commands"})
      if (size_t at = text.find(crowded); at != std::string::npos)
        text.erase(at, 1);
    // The two that have no group need no heading.
    constexpr std::string_view kHeading = "\nOptions:\n";
    if (size_t at = text.find(kHeading); at != std::string::npos)
      text.erase(at, kHeading.size());
    return text;
  }
  std::string make_usage(const CLI::App *app, std::string name) const override {
    bool hasModel = app->get_option_no_throw("MODEL") != nullptr;
    return "Usage: " + name + (hasModel ? " MODEL [OPTIONS]   (MODEL: JSON or .tflite, - for stdin)" : " [OPTIONS]") +
           "\n";
  }
  std::string make_positionals(const CLI::App *) const override { return ""; }
  std::string make_option_opts(const CLI::Option *option) const override {
    std::string type = option->get_type_name();
    return type.empty() || option->get_type_size() == 0 ? "" : " " + type;
  }
};

/// What --precision names: a Precision, by its number, or integers, which `mncc quantize` makes.
enum class Arithmetic { Fp32, Bf16, Fp16, Int8 };

/// Adds the options of one command to `app`; they write into `line`.
class CommandOptions {
public:
  CommandOptions(CLI::App &app, CommandLine &line) : app(app), line(line) {}

  void addModel() {
    app.add_option("MODEL", line.model, "Model description (JSON)")->type_name("")->group(kInputOutput);
    if (line.verb == Verb::Import)
      return;
    app.add_option("--weights", line.options.weights, "Weights: safetensors file, or random:SEED")
        ->type_name("FILE")
        ->group(kInputOutput);
  }

  void addOutputDirectory() {
    app.add_option("-o,--output-directory", line.outputDirectory, "Where the files go (made if missing)")
        ->type_name("DIR")
        ->group(kInputOutput);
  }

  void addCompilation() {
    addOutputDirectory();
    app.add_option("--emit", line.options.emit, "obj, asm, llvm, bitcode, cpp, header, mlir, report")
        ->delimiter(',')
        ->transform(choice(Choices<EmitKind>{{"obj", EmitKind::Object},
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
    app.add_option("--weights-placement", line.options.weightsPlacement, "section, inline")
        ->transform(choice(
            Choices<WeightsPlacement>{{"section", WeightsPlacement::Section}, {"inline", WeightsPlacement::Inline}}))
        ->type_name("WHERE")
        ->group(kInputOutput);
  }

  void addInputType() {
    app.add_option("--input-type", line.options.inputType, "f32, s8, u8 (of floats: RGB bytes)")
        ->transform(choice(Choices<InputType>{{"f32", InputType::F32}, {"s8", InputType::S8}, {"u8", InputType::U8}}))
        ->type_name("TYPE")
        ->group(kInputOutput);
  }

  void addPrecision() {
    auto choices = nameChoices<Arithmetic>(kPrecisions);
    if (line.verb == Verb::Compile)
      choices["int8"] = Arithmetic::Int8;
    app.add_option("--precision", arithmetic, fmt::format("Tensors and products: {}", listNames(choices)))
        ->transform(choice(std::move(choices)))
        ->type_name("TYPE")
        ->group(kInputOutput);
    if (line.verb != Verb::Compile)
      return;
    app.add_option("--calibrate", line.imageDirectory, "Pictures for --precision=int8 [--skip-bad-images]")
        ->type_name("DIR")
        ->group(kInputOutput);
    // --calibrate names it, so that the help fits one screen.
    addSkipBadImages(app, line)->group("");
  }

  void addNumerics() {
    app.add_option("--numerics", line.options.numerics, "Rounding of integers: tflm, litert, xnnpack, fast")
        ->transform(choice(Choices<Numerics>{{"tflm", Numerics::Tflm},
                                             {"litert", Numerics::Litert},
                                             {"xnnpack", Numerics::Xnnpack},
                                             {"fast", Numerics::Fast}}))
        ->type_name("ENGINE")
        ->group(kInputOutput);
  }

  void addNumbers() {
    auto choices = nameChoices<WeightsFormat>(kWeightsFormats);
    app.add_option("--weights-format", line.options.weightsFormat,
                   fmt::format("How weights are stored: {}", listNames(choices)))
        ->transform(choice(std::move(choices)))
        ->type_name("TYPE")
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
  }

  void addCode() {
    app.add_flag("--pic", line.options.pic, "Position-independent code")->group(kTarget);
    app.add_option("--threads", line.options.threads, "Cut layers into parts for N threads (1)")
        ->check(between<int64_t>(1, 64))
        ->type_name("N")
        ->group(kTarget);
    if (line.verb != Verb::Tune)
      app.add_option("--schedule", line.options.schedule, "Schedules that 'mncc tune' has found")
          ->type_name("FILE")
          ->group(kTarget);
    app.add_flag("--hooks", line.options.hooks, "Let NAME_run call a function after each layer")->group(kTarget);
  }

  void addInspection() {
    app.add_option("--dump-ir", line.options.dumpDirectory, "The IR after each pass, in numbered files")
        ->type_name("DIR")
        ->group(kSeeInside);
    app.add_option("--from-ir", line.fromIr, "Go on from a dump instead of a model")
        ->type_name("FILE")
        ->group(kSeeInside);
    Choices<int> passes;
    for (llvm::StringRef name : fusePassNames())
      passes[name.str()] = 0;
    passes[kPlanFusion.str()] = 0;
    app.add_option("--disable-pass", line.options.disabledPasses, "Leave out passes of stage fuse, or plan-fusion")
        ->delimiter(',')
        ->check([check = choice(std::move(passes))](const std::string &word) { return check(word), std::string(); })
        ->type_name("PASS,..")
        ->group(kSeeInside);
  }

  void addStages() {
    std::map<std::string, Stage> stages;
    for (const StageInfo &info : getStages())
      stages[info.name] = info.stage;
    app.add_option("--stop-after", line.options.stopAfter, "import, fuse, tile, lower, emit")
        ->transform(choice(std::move(stages)))
        ->type_name("STAGE")
        ->group(kSeeInside);
    app.add_flag("--time", line.time, "Print the seconds that each stage took")->group(kSeeInside);
  }

  void addJson() { app.add_flag("--json", line.json, "Print results for programs")->group(kInputOutput); }

  void addInputs() {
    auto refuseNumbers = [](const std::string &path) {
      bool hasNumbers = llvm::StringRef(path).ends_with(".npy") || llvm::StringRef(path).ends_with(".safetensors");
      return hasNumbers ? fmt::format("expects a picture, found '{}': --input takes numbers", path) : std::string();
    };
    app.add_option("--image", line.images, "JPEG or PNG picture; may be repeated")
        ->check(refuseNumbers)
        ->type_name("FILE")
        ->group(kRun);
    app.add_option("--input", line.input, "Numbers instead of pictures: .npy or .safetensors")
        ->type_name("FILE")
        ->group(kRun);
    addCrop();
  }

  void addCrop() {
    // `mncc quantize` takes pictures of two kinds.
    const char *pictures = line.verb == Verb::Quantize ? "all pictures, labelled or not" : "each picture";
    app.add_option("--crop", crop, fmt::format("x,y,width,height of {}", pictures))->type_name("BOX")->group(kRun);
  }

  void addReference() {
    app.add_flag("--reference", line.reference, "Evaluate in double precision instead")->group(kRun);
  }

  void addRun() {
    addInputs();
    app.add_option("--top", line.top, "How many classes to print (5)")
        ->check(between<int64_t>(1, 65536))
        ->type_name("N")
        ->group(kRun);
    app.add_option("--output", line.output, "Where outputs go, and the inputs of --image")
        ->type_name("FILE")
        ->group(kRun);
    addReference();
  }

  void addDiff() {
    addInputs();
    app.add_option("--tolerance", line.tolerance, "Error by largest value (1e-5; bf16 0.15, fp16 0.02)")
        ->check(between<double>(0, std::numeric_limits<double>::max()))
        ->type_name("T")
        ->group(kRun);
  }

  void addTune() {
    app.add_option("-o,--output", line.output, "The schedule file; goes on from what it has")
        ->type_name("FILE")
        ->group(kRun);
    app.add_option("--budget", line.budgetSeconds, "Seconds in all; a trial is made in any case (60)")
        ->check(between<int64_t>(1, 1000000))
        ->type_name("SECONDS")
        ->group(kRun);
  }

  /// How the table of classes is read, and which part of its pictures counts.
  void addLabels() {
    app.add_option("--label-column", line.labelColumn, "Column of the class by its title")
        ->type_name("TITLE")
        ->group(kRun);
    app.add_option("--label-offset", line.labelOffset, "Added to each class")->type_name("N")->group(kRun);
    addCrop();
  }

  void addQuantize() {
    addOutputDirectory();
    addQuantizeOptions(app, line);
    addLabels();
  }

  void addEval() {
    app.add_option("--images", line.imageDirectory, "Folder of pictures")->required()->type_name("DIR")->group(kRun);
    app.add_option("--labels", line.labelsFile, "CSV: file, class")->required()->type_name("CSV")->group(kRun);
    addLabels();
    addLimit(app, line);
    addReference();
  }

  /// Takes apart what stands in one word; throws a CLI::Error where that is wrong, or options do not go together.
  void finish() {
    takeArithmetic();
    takeCrop();
    if (line.verb == Verb::Compile && line.outputDirectory.empty() && app.count("--emit") > 0)
      throw CLI::RequiredError("--emit writes files: -o");
    if (line.verb != Verb::Compile && line.options.cpus.size() > 1)
      throw CLI::ValidationError("--mcpu", "expects one row, of this machine");
    if (line.options.precision != Precision::Fp32 && line.options.weightsFormat != WeightsFormat::F32)
      throw CLI::ValidationError("--weights-format", "expects --precision=fp32: bf16 and fp16 store weights as such");
    if (line.options.precision != Precision::Fp32 && line.reference)
      throw CLI::ValidationError("--reference", "expects --precision=fp32: the evaluator computes in double precision");
    for (const char *name : {"--pic", "--threads", "--schedule", "--hooks", "--dump-ir"})
      if (line.reference && app.count(name) > 0)
        throw CLI::ValidationError("--reference", fmt::format("expects no {}: the evaluator compiles nothing", name));
    bool hasPictures = !line.images.empty(), hasNumbers = !line.input.empty();
    if (line.verb == Verb::Run && (hasPictures == hasNumbers || (hasNumbers && line.output.empty())))
      throw CLI::RequiredError("--image, or --input with --output,");
    if (line.verb == Verb::Diff && hasPictures && hasNumbers)
      throw CLI::ValidationError("--input", "expects numbers or pictures, not both");
    if (line.verb == Verb::Diff && line.model == "-")
      throw CLI::ValidationError("MODEL", "expects a file: it is read twice");
    if (line.verb != Verb::Diff && !line.fromIr.empty() && !line.model.empty())
      throw CLI::ValidationError("--from-ir", "takes the place of a MODEL, found both");
    if (!line.fromIr.empty() && line.verb != Verb::Diff &&
        (!line.options.weights.empty() || line.options.inputType || line.options.numerics))
      throw CLI::ValidationError("--from-ir",
                                 "a dump has its weights, its input type and how its integers round: leave "
                                 "--weights, --input-type and --numerics out");
    if ((line.verb == Verb::Import || line.verb == Verb::Quantize) && line.outputDirectory.empty())
      throw CLI::RequiredError("-o DIR");
    if (line.verb == Verb::Quantize)
      checkQuantizeOptions(line);
    if (line.verb == Verb::Tune && line.output.empty())
      throw CLI::RequiredError("-o FILE");
  }

private:
  void takeCrop() {
    if (crop.empty())
      return;
    std::array<int64_t, 4> box;
    llvm::SmallVector<llvm::StringRef> numbers;
    llvm::StringRef(crop).split(numbers, ',');
    bool isBox = numbers.size() == box.size();
    for (size_t i = 0; isBox && i < box.size(); ++i)
      isBox = !numbers[i].getAsInteger(10, box[i]);
    if (!isBox)
      throw CLI::ValidationError("--crop", "expects four numbers x,y,width,height, found '" + crop + "'");
    line.crop = box;
    checkCrop(line);
  }

  void takeArithmetic() {
    line.quantizes = arithmetic == Arithmetic::Int8;
    if (!line.quantizes)
      line.options.precision = static_cast<Precision>(arithmetic);
    if (line.quantizes && !line.fromIr.empty())
      throw CLI::ValidationError("--precision", "int8 needs a description or a .tflite file, found a dump");
    if (line.quantizes && line.imageDirectory.empty())
      throw CLI::RequiredError("--calibrate DIR, with --precision=int8,");
    if (line.verb == Verb::Compile && !line.quantizes && !line.imageDirectory.empty())
      throw CLI::ValidationError("--calibrate", "expects --precision=int8");
    if (line.verb == Verb::Compile && !line.quantizes && line.skipsBadImages)
      throw CLI::ValidationError("--skip-bad-images", "expects --precision=int8");
    if (line.quantizes && line.options.weightsFormat != WeightsFormat::F32)
      throw CLI::ValidationError("--weights-format", "expects --precision=fp32: int8 stores weights as such");
  }

  CLI::App &app;
  CommandLine &line;
  Arithmetic arithmetic = Arithmetic::Fp32;
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
    {Verb::Report, "report", "time each layer beside the cost model's prediction"},
    {Verb::Tune, "tune", "measure schedules here and write the best to a file"},
    {Verb::Quantize, "quantize", "make an int8 model of a float one and pictures"},
    {Verb::Expand, "expand", "print the explicit form of a description"},
    {Verb::Import, "import", "turn a .tflite file into a description and weights"},
    {Verb::Targets, "targets", "print the target table"},
};

} // namespace

static void addOptions(CommandOptions &options, Verb verb) {
  if (verb == Verb::Targets)
    return options.addTarget(), options.addJson();
  options.addModel();
  if (verb == Verb::Import)
    options.addOutputDirectory();
  if (verb == Verb::Expand || verb == Verb::Import)
    return;
  if (verb == Verb::Quantize)
    return options.addQuantize(), options.addJson();
  if (verb == Verb::Compile)
    options.addCompilation();
  options.addInputType();
  options.addNumbers();
  options.addPrecision();
  options.addNumerics();
  if (verb == Verb::Run)
    options.addRun();
  if (verb == Verb::Eval)
    options.addEval();
  if (verb == Verb::Diff)
    options.addDiff();
  if (verb == Verb::Tune)
    options.addTune();
  options.addTarget();
  options.addCode();
  options.addInspection();
  if (verb == Verb::Compile)
    options.addStages();
  options.addJson();
}

/// A wrong command line in the words of mncc's other errors.
static std::string explainFailure(const CLI::App *app, const CLI::Error &error) {
  std::string what = error.what();
  if (what.size() > 1 && std::isupper(what[0]) && std::islower(what[1]))
    what[0] = static_cast<char>(std::tolower(what[0]));
  return fmt::format("error: {}\nnote: '{} --help' lists the options\n", what, app->get_name());
}

/// True for what stands where an option may stand: not for a negative number, nor for the "-" of a standard stream.
static bool looksLikeOption(llvm::StringRef word) {
  return word.size() > 1 && word.starts_with('-') && !llvm::isDigit(word[1]) && word[1] != '.';
}

/// Files have names: only MODEL comes from the standard input, and only what is printed goes to the standard output.
static void refuseStreams(CLI::App &app) {
  auto refuse = [](const std::string &path) {
    return path == "-" ? "expects a path, found '-': only MODEL may be a standard stream" : std::string();
  };
  for (CLI::Option *option : app.get_options())
    if (llvm::is_contained({"FILE", "DIR", "CSV"}, option->get_type_name()))
      option->check(refuse);
}

/// CLI11 would take the option behind "--option" for its value, and so the word behind "--option=", and drop the empty
/// names of a list.
static void checkValues(const CLI::App &app, llvm::ArrayRef<const char *> words) {
  for (size_t index = 0; index < words.size(); ++index) {
    llvm::StringRef word = words[index];
    auto [name, value] = word.split('=');
    const CLI::Option *option = looksLikeOption(word) ? app.get_option_no_throw(name.str()) : nullptr;
    if (!option || option->get_items_expected_min() == 0)
      continue;
    if (!word.starts_with("--") && word.contains('='))
      throw CLI::ValidationError(name.str(), fmt::format("expects a value without '=', found '={}'", value.str()));
    if (word.contains('=') && value.trim(',').empty())
      throw CLI::ValidationError(name.str(), fmt::format("expects a value behind '=', found '{}'", value.str()));
    llvm::StringRef next = index + 1 < words.size() ? words[index + 1] : "";
    if (word.contains('=') || !looksLikeOption(next))
      continue;
    if (app.get_option_no_throw(next.split('=').first.str()))
      throw CLI::ValidationError(name.str(), fmt::format("expects a value, found the option '{}'", next.str()));
    throw CLI::ValidationError(
        name.str(), fmt::format("expects a value, found '{0}': write '--{1}={0}' for a value that starts with '-'",
                                next.str(), option->get_lnames().front()));
  }
}

static std::string footer() {
  std::string text = "Other commands, each with its own --help; mncc --version identifies the build:\n";
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
  // Who reads the help has found it; a line less keeps it on one screen.
  app.get_help_ptr()->group("");
  app.failure_message(explainFailure);
  auto printVersion = [&app] {
    const CLI::Option *json = app.get_option_no_throw("--json");
    return formatVersion(json && json->count() > 0);
  };
  auto *version =
      app.set_version_flag("--version", printVersion, "Print the version and exit; --json: the whole build");
  if (verb)
    line.verb = verb->verb;
  else {
    // The footer names it, so that the help fits one screen.
    version->group("");
    std::string text = footer();
    // CLI11 ends it with a line of its own.
    text.pop_back();
    app.footer(text);
  }
  CommandOptions options(app, line);
  addOptions(options, line.verb);
  refuseStreams(app);
  try {
    checkValues(app, llvm::ArrayRef(argv, argc).drop_front(argc > 0));
    app.parse(argc - (verb ? 1 : 0), argv + (verb ? 1 : 0));
    bool needsModel = line.verb == Verb::Diff || (line.verb != Verb::Targets && line.fromIr.empty());
    if (needsModel && line.model.empty())
      throw CLI::RequiredError("MODEL");
    options.finish();
  } catch (const CLI::ParseError &error) {
    exitCode = app.exit(error) == 0 ? 0 : 2;
    return std::nullopt;
  }
  return line;
}

} // namespace mncc
