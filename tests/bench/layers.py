#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Where the time of an inference goes, layer by layer, as a table: what mncc-bench measures, and how many microseconds each layer
takes more than its multiply-adds would at the FMA peak.

usage: layers.py MNCC_BENCH MODEL.json [--most=N] [--mcpu=ROW] [--threads=N]
--most=N shows the N layers that lose most, in that order, and the others as one."""
import json
import pathlib
import subprocess
import sys
import tempfile


def measure(bench, model, options):
    """(first line of mncc-bench, its records)."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "layers.json"
        done = subprocess.run([bench, f"--model={model}", *options, f"--benchmark_out={path}", "--benchmark_out_format=json"],
                              stdout=subprocess.PIPE, text=True)
        if done.returncode != 0:
            sys.exit(done.returncode)
        return done.stdout.splitlines()[0], json.loads(path.read_text())["benchmarks"]


def rows(records):
    """Name, microseconds, share of peak and microseconds above it of each layer; the last one is the whole network."""
    for record in records:
        words = record["name"].split("/")
        share = record["% of peak"] / 100
        yield words[1] if words[1] != "iterations:30" else "all", record["real_time"], share, record["real_time"] * (1 - share)


def shorten(layers, most):
    """The `most` layers that lose most, and the sum of the others."""
    layers = sorted(layers, key=lambda row: -row[3])
    rest = layers[most:]
    time, above = (sum(row[column] for row in rest) for column in (1, 3))
    return layers[:most] + ([(f"{len(rest)} others", time, 1 - above / time, above)] if rest else [])


def main(arguments):
    most = next((int(word.split("=")[1]) for word in arguments if word.startswith("--most=")), None)
    options = [word for word in arguments if word.startswith("--") and not word.startswith("--most=")]
    files = [word for word in arguments if not word.startswith("--")]
    if len(files) != 2:
        sys.exit(__doc__)
    head, records = measure(*files, options)
    *layers, whole = rows(records)
    print(head, end="\n\n")
    print("| layer | µs | of the time | of the FMA peak | µs above it |\n|---|---:|---:|---:|---:|")
    for name, time, share, above in (shorten(layers, most) if most else layers) + [whole]:
        print(f"| {name} | {time:.1f} | {100 * time / whole[1]:.1f} % | {100 * share:.0f} % | {above:.1f} |")


main(sys.argv[1:])
