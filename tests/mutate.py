# SPDX-License-Identifier: Apache-2.0
"""The work of mutate.sh: a copy of the sources in build/mutate with a build of its own, the mutants, the verdicts."""
import os
import pathlib
import re
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
COPY = ROOT / "build/mutate/src"
BUILD = COPY / "build/dev"

# name: (file, what stands there once, the bug in its place, CTest's names of tests of which one must fail)
BUGS = {
    "pad-on-the-wrong-side": ("compiler/import/InferShapes.cpp", "pixels[2 * dimension] = total / 2;\n"
                              "    pixels[2 * dimension + 1] = total - total / 2;",
                              "pixels[2 * dimension] = total - total / 2;\n    pixels[2 * dimension + 1] = total / 2;", "unit.import"),
    "swapped-stride": ("passes/lower/kernels/WindowKernel.cpp", "rows(mn::getWindow(op, 0)), columns(mn::getWindow(op, 1))",
                       "rows(mn::getWindow(op, 1)), columns(mn::getWindow(op, 0))", "e2e.every_op"),
    "another-epsilon": ("passes/fuse/BatchNormFolding.cpp", "double(value) + norm.getEpsilon().convertToDouble()",
                        "double(value) + 1.01 * norm.getEpsilon().convertToDouble()", "lit.passes.fuse"),
    "missing-clamp": ("passes/lower/kernels/Activation.cpp", "return select(b, arith::CmpFPredicate::OLT, relu(b, value), 6.0);",
                      "return relu(b, value);", "e2e.diff"),
    "average-of-padding": ("passes/lower/kernels/Pooling.cpp", "Value taps = b.mul(countTaps(b, rows, b.add(tile.row, row)), across);",
                           "Value taps = b.index(rows.kernel * across);", "e2e.every_op"),
    "skip-before-clamp-lost": ("passes/lower/kernels/Convolution.cpp", "  if (skip) {\n", "  if (false) {\n", "e2e.every_op"),
    "swapped-bilinear-share": ("passes/lower/kernels/Resize.cpp", "Value top = mix(corner, read(channelVector, row.first, column.second)",
                               "Value top = mix(corner, read(channelVector, row.second, column.first)", "e2e.every_op"),
    "panel-of-another-width": ("passes/lower/WeightPacking.cpp", "target[(k / depth * width + channel) * depth",
                               "target[(k / depth * schedule.getChannels() + channel) * depth", "lit.passes.lower|e2e.every_op"),
    "overlapping-buffers": ("passes/tile/ArenaPlan.cpp", "offset = std::max(offset, other->offset + other->bytes);",
                            "offset = std::max(offset, other->offset + other->bytes / 2 / 64 * 64);", "unit.passes|lit.passes.tile"),
    "blind-arena-check": ("passes/tile/CheckArena.cpp", "  if (apart)\n", "  if (apart || true)\n", "lit.passes.tile|unit.passes"),
    "hook-of-the-next-layer": ("passes/lower/RunFunction.cpp", "ValueRange{function, context, status(layer), output}",
                              "ValueRange{function, context, status(layer + 1), output}", "e2e.disabled_fusion|e2e.diff"),
    "minimum-for-maximum-in-cpp": ("passes/lower/LowerToEmitC.cpp", 'isMaximum ? "max" : "min"', 'isMaximum ? "min" : "max"',
                                   "lit.passes.lower|e2e.cpp"),
    "unchecked-null": ("passes/lower/RunFunction.cpp", "kNullArgument = -1", "kNullArgument = 0", "e2e.contract|unit.emit"),
    "evaluator-ignores-epsilon": ("dialects/mn/reference/Elementwise.cpp", "std::sqrt(variance + epsilon)", "std::sqrt(variance)",
                                  "e2e.every_op|unit.dialects"),
    "overlap-in-safetensors": ("compiler/import/SafetensorsHeader.cpp", "if (begin < end)", "if (begin + 4 < end)", "unit.import|e2e.bad_input"),
    "dispatch-backwards": ("compiler/emit/Dispatch.cpp", "b.CreateIsNotNull(b.CreateCall(check))", "b.CreateIsNull(b.CreateCall(check))",
                           "e2e.dispatch"),
    "unaligned-without-a-system": ("passes/lower/LowerToLLVM.cpp", 'if (isBare && target.getFlag("strict_align_on_bare_metal"))',
                                   'if (!isBare && target.getFlag("strict_align_on_bare_metal"))', "e2e.target_file"),
    "any-undefined-symbol": ("compiler/emit/Llvm.cpp", "!allowed.count(name->str())", "allowed.count(name->str())", "e2e.target_file"),
    "loops-anywhere": ("compiler/emit/AlignLoops.cpp", "start->setAlignment(std::max(start->getAlignment(), Align(bytes)));",
                       "start->setAlignment(start->getAlignment());", "e2e.spill_gate"),
    "another-exponential": ("passes/lower/kernels/Activation.cpp", "4.1665795894e-2", "4.1675795894e-2", "unit.emit"),
    "calls-of-a-library": ("passes/lower/kernels/KernelBuilder.cpp", "if (!target.hasFma())", "if (false)", "e2e.spill_gate"),
    "ring-a-row-short": ("dialects/mn/Strips.cpp", "countRowsAfter(windows, strips, index, turn + 1) - first);",
                         "countRowsAfter(windows, strips, index, turn + 1) - first - 1);", "lit.dialects.mn|e2e.row_rings"),
    "ring-that-does-not-close": ("passes/lower/kernels/KernelBuilder.cpp", "isRing ? rem(row, shape.rowsInMemory()) : row", "row",
                                 "e2e.row_rings"),
    "schedule-without-a-check": ("passes/lower/ScheduleCheck.cpp", "fields.pixels && pixels != widest", "fields.pixels && pixels < 0",
                                 "e2e.schedule_mutation"),
}


def list_passes():
    """{flag: file} of every pass in Passes.td."""
    passes = {}
    for name, flag in re.findall(r'def (\w+)Pass : Pass<"([\w-]+)"', (ROOT / "passes/Passes.td").read_text()):
        macro = f"GEN_PASS_DEF_{name.upper()}PASS"
        passes[flag], = [path.relative_to(ROOT) for path in (ROOT / "passes").rglob("*.cpp") if macro in path.read_text()]
    return passes


def list_mutants():
    """{name: (file, old, new, tests)}."""
    mutants = dict(BUGS)
    for flag, path in list_passes().items():
        room = path.parts[1]
        mutants[f"empty-{flag}"] = (path, "void runOnOperation() override {", "void runOnOperation() override {\n    return;",
                                    f"lit.passes.{room}")
    return mutants


def run(*command, **options):
    return subprocess.run([str(word) for word in command], capture_output=True, text=True, **options)


def copy_sources():
    """The files that git knows, as they are now; unchanged files keep their times, so that ninja has little to do."""
    names = run("git", "ls-files", "-co", "--exclude-standard", cwd=ROOT).stdout.split("\n")
    for name in filter(None, names):
        source, target = ROOT / name, COPY / name
        if source.is_file() and not (target.exists() and target.read_bytes() == source.read_bytes()):
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(source, target)


def build():
    return run("ninja", "-C", BUILD, "all")


def judge(tests):
    """"killed by TEST", or None where all tests pass."""
    environment = dict(os.environ, MNCC_TEST_DATA=os.environ.get("MNCC_TEST_DATA", str(ROOT.parent / "shared/data")))
    done = run("ctest", "--test-dir", BUILD, "-j", os.cpu_count(), "-R", tests, env=environment)
    failed = re.findall(r"Test +#\d+: (\S+) \.*\*\*\*", done.stdout)
    if "No tests were found" in done.stdout + done.stderr:
        sys.exit(f"mutate: no test is called {tests}")
    return f"killed by {failed[0]}" + (f" and {len(failed) - 1} more" if failed[1:] else "") if failed else None


def try_mutant(file, old, new, tests):
    """The verdict on one mutant; the copy is as before when this returns."""
    path = COPY / file
    text = path.read_text()
    if text.count(old) != 1:
        sys.exit(f"mutate: {file} has {text.count(old)} places '{old}', expected one")
    path.write_text(text.replace(old, new))
    try:
        done = build()
        if done.returncode != 0:
            return None, "does not build:\n" + done.stdout[-2000:]
        verdict = judge(tests)
        return verdict, verdict or f"SURVIVED {tests}"
    finally:
        path.write_text(text)


def main(names):
    mutants = list_mutants()
    unknown = [name for name in names if name not in mutants]
    if unknown:
        sys.exit(f"mutate: no mutant is called {unknown[0]}; there are {', '.join(mutants)}")
    copy_sources()
    print("building the copy as it is", flush=True)
    if run("cmake", "--preset", "dev", cwd=COPY).returncode != 0 or build().returncode != 0:
        sys.exit("mutate: the copy does not build before it is changed")
    survivors = 0
    for name in names or mutants:
        verdict, text = try_mutant(*mutants[name])
        survivors += verdict is None
        print(f"{name:<40} {text}", flush=True)
    build()
    print(f"{survivors} of {len(names or mutants)} mutants survived")
    return 1 if survivors else 0


sys.exit(main(sys.argv[1:]))
