# SPDX-License-Identifier: Apache-2.0
"""Dumps of every stage continue to the same object, without flags."""
from harness import FASHION, check, mncc, temporary

folder = temporary()
mncc(FASHION, "--mcpu=x86-64-v3", "-o", folder / "whole", "--dump-ir", folder / "ir")
whole = (folder / "whole/mobilenet_fashion.o").read_bytes()
dumps = sorted((folder / "ir").glob("*.mlir"))
check(len(dumps) >= 8, f"a dump for each pass that changed something ({len(dumps)})")
check(all('"0x' not in dump.read_text() for dump in dumps), "dumps hold no weights")
for dump in dumps:
    mncc("--from-ir", dump, "-o", folder / dump.stem)
    again = (folder / dump.stem / "mobilenet_fashion.o").read_bytes()
    check(again == whole, f"{dump.name} continues to the same object")
