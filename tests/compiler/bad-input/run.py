#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Gives every description beside this file to mncc.

Each must end with exit status 1, print exactly NAME.txt to stderr and write nothing. With --schema every description
under structure/ must also fail the JSON schema: the two contracts agree. Usage: run.py MNCC [--schema FILE]
"""
import argparse
import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent


def check(mncc, case):
    """What is wrong with how mncc treats `case`; empty for nothing."""
    with tempfile.TemporaryDirectory() as directory:
        out = os.path.join(directory, "out")
        result = subprocess.run([mncc, case.name, "-o", out], cwd=case.parent, capture_output=True, timeout=60)
        problems = []
        if result.returncode != 1:
            problems.append(f"exit status {result.returncode} instead of 1")
        if result.stderr != case.with_suffix(".txt").read_bytes():
            problems.append("stderr differs:\n" + result.stderr.decode(errors="replace"))
        if result.stdout:
            problems.append("stdout is not empty")
        if os.listdir(directory):
            problems.append("something was written")
        return problems


def passes_schema(validator, case):
    return validator.is_valid(json.loads(case.read_bytes()))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mncc")
    parser.add_argument("--schema")
    options = parser.parse_args()
    validator = None
    if options.schema:
        import jsonschema
        with open(options.schema) as file:
            validator = jsonschema.Draft202012Validator(json.load(file))
    cases = sorted(ROOT.glob("*/*.json"))
    failed = 0
    for case in cases:
        problems = check(os.path.abspath(options.mncc), case)
        if validator and case.parent.name == "structure" and passes_schema(validator, case):
            problems.append("the JSON schema accepts it")
        failed += bool(problems)
        for problem in problems:
            print(f"{case.relative_to(ROOT)}: {problem}")
    print(f"{len(cases) - failed} of {len(cases)} bad descriptions are refused as they should be")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
