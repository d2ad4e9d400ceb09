# SPDX-License-Identifier: Apache-2.0
"""Measures mncc beside LiteRT, ONNX Runtime, OpenVINO and ncnn: the same networks with the same weights, equal outputs checked
before anything is timed, one process an engine, all in turns.

Options that are not listed go to mncc when it compiles: --mcpu=ROW, --schedule=FILE and so on."""
import argparse
import contextlib
import json
import os
import pathlib
import sys
import tempfile

from engines import ENGINES, NAMES, PRECISIONS
from networks import NETWORKS, cache, describe, prepare
from page import replace_tables
from svg import pictures
from table import format_machine, format_tables

MODELS = list(NETWORKS)
FEWEST_ROUNDS = 7


def words(known):
    def parse(text):
        listed = text.split(",")
        for word in listed:
            if word not in known:
                raise argparse.ArgumentTypeError(f"unknown '{word}'; known ones: {', '.join(known)}")
        return listed
    return parse


def parse_arguments(arguments):
    parser = argparse.ArgumentParser(prog="peers.sh", description=__doc__, allow_abbrev=False,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    add = parser.add_argument
    add("--models", type=words(MODELS), default=MODELS, metavar="A,B", help=", ".join(MODELS) + " (all)")
    add("--engines", type=words(NAMES), default=NAMES, metavar="A,B", help=", ".join(NAMES) + " (all)")
    add("--precisions", type=words(PRECISIONS), default=PRECISIONS[:1], metavar="A,B",
        help=", ".join(PRECISIONS) + f" ({PRECISIONS[0]})")
    add("--threads", type=words(tuple(map(str, range(1, 65)))), default=["1", "2"], metavar="A,B", help="1,2 (both)")
    add("--rounds", type=int, default=FEWEST_ROUNDS, help=f"turns of each engine ({FEWEST_ROUNDS})")
    add("--starts", type=int, default=FEWEST_ROUNDS, metavar="N",
        help=f"starts of each engine's process, on the first number of threads ({FEWEST_ROUNDS}; 0: none)")
    add("--json", type=pathlib.Path, metavar="FILE", help="writes one record a row, as soon as it is measured")
    add("--svg", type=pathlib.Path, metavar="DIR", help="draws time-1.svg, time-2.svg, start.svg, memory.svg")
    add("--page", type=pathlib.Path, metavar="FILE", help="brings the tables in docs/performance.md up to date")
    add("--from", dest="sources", type=pathlib.Path, action="append", metavar="FILE",
        help="prints and draws what --json wrote, and measures nothing; may be given several times")
    parsed, rest = parser.parse_known_args(arguments)
    for option in rest:
        if not option.startswith("--") or option.split("=")[0] in ("--threads", "-o", "--name", "--emit", "--input-type"):
            parser.error(f"'{option}' is no option, neither here nor for mncc (write values as --OPTION=VALUE)")
    if parsed.rounds < 1 or parsed.starts < 0:
        parser.error("--rounds expects at least 1, --starts at least 0")
    return parsed, rest


def progress_of(title, total):
    def show(done):
        print(f"\r{title}: {done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
    return show


def measure_network(arguments, options, name, work):
    """Yields lists of records: of one number of threads, or of the starts, as soon as they are measured."""
    # These need numpy, which the peers' environment has, and `--help` must not.
    from build import build_mncc, count_multiply_adds, lanes
    from coldstart import measure_starts
    from rounds import measure, summarise
    folder = cache() / name
    keys = [key for key, engine in ENGINES.items() if engine.name in arguments.engines and engine.precision in arguments.precisions]
    description = describe(folder, work / f"{name}.description")
    for index, threads in enumerate(map(int, arguments.threads)):
        build = work / f"{name}-{threads}"
        for key in keys:
            if ENGINES[key].is_ours:
                build_mncc(description, threads, ENGINES[key], options, folder, build / ENGINES[key].precision)
        common = {"model": name, "threads": threads}
        show = progress_of(f"{name}, {threads} threads", arguments.rounds)
        samples, peaks = measure(keys, folder, build, f"machine:{lanes(options)}", threads, arguments.rounds, work, show)
        yield summarise(samples, peaks, count_multiply_adds(description), common)
        if index == 0 and arguments.starts:
            show = progress_of(f"{name}, starts", arguments.starts)
            yield measure_starts(keys, folder, build, threads, arguments.starts, work, common, show)


def save(arguments, records):
    if arguments.json:
        # An interrupt while this writes loses nothing of what was written before.
        partial = arguments.json.with_name(arguments.json.name + ".partial")
        partial.write_text(json.dumps(records, indent=1) + "\n")
        partial.replace(arguments.json)


def measure_all(arguments, options):
    from build import build_machine
    prepare(arguments.models)
    records = []
    with tempfile.TemporaryDirectory(prefix="mncc-peers-") as folder:
        work = pathlib.Path(folder)
        build_machine(work / "machine")
        for name in arguments.models:
            for measured in measure_network(arguments, options, name, work):
                records += measured
                # A run that is interrupted keeps what it has.
                save(arguments, records)
    return records


def processor():
    lines = pathlib.Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), "unknown processor")


def main():
    arguments, options = parse_arguments(sys.argv[1:])
    if arguments.sources:
        records = [record for path in arguments.sources for record in json.loads(path.read_text())]
        save(arguments, records)
    else:
        records = measure_all(arguments, options)
        print(f"{processor()}, {os.cpu_count()} processors")
        print(format_machine(records))
        if arguments.rounds < FEWEST_ROUNDS:
            print(f"warning: {arguments.rounds} rounds are few; figures to be quoted want {FEWEST_ROUNDS}")
    print(format_tables(records))
    if arguments.page:
        arguments.page.write_text(replace_tables(arguments.page.read_text(), records))
    if arguments.svg:
        arguments.svg.mkdir(parents=True, exist_ok=True)
        for name, picture in pictures(records).items():
            (arguments.svg / f"{name}.svg").write_text(picture)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main()
