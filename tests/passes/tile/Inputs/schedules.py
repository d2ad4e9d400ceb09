#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the schedule and its reason for the layers of FILE on every row of the target table.

schedules.py FILE TARGETS.JSON: one line a row and layer, then how many rows differ.
"""
import json
import re
import subprocess
import sys


def schedules(path, row):
    target = f"triple={row['arch']}-linux-gnu cpu={row['cpu']}"
    run = subprocess.run(["mncc-opt", f"--set-target={target}", "--choose-layouts", "--choose-tiles=explain", path],
                         check=True, capture_output=True, text=True)
    reasons = re.findall(r"remark: (.*)", run.stderr)
    found = re.findall(r'mn\.(\w+) .*layout = "(\w+)", schedule = #mn.schedule<vector = \d+, pixels = (\d+), '
                       r"channels = (\d+), unroll = (\d+), order = (\w+)(?:, rows = (\d+))?(?:, prefetch = \d+)?>", run.stdout)
    for (op, layout, pixels, channels, unroll, order, rows), reason in zip(found, reasons):
        yield op, f"{layout} {rows or 1}x{pixels}x{channels} unroll {unroll} {order}", reason


def main():
    different = set()
    for row in json.load(open(sys.argv[2]))["rows"]:
        # The first layer makes the input that the layers in question see inside a network.
        layers = list(schedules(sys.argv[1], row))[1:]
        for op, schedule, reason in layers:
            print(f"{row['cpu']}: {op} {schedule}: {reason}")
        different.add(tuple(schedule for _, schedule, _ in layers))
    print(f"{len(different)} rows differ")


main()
