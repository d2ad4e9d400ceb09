# SPDX-License-Identifier: Apache-2.0
"""What the machine code of a network's kernels shows: stack accesses in innermost loops, calls, where hot loops start."""
import json
import re

from harness import check, mncc, run, temporary

INSTRUCTION = re.compile(r"^\s+([0-9a-f]+):\s+(\S+)\s*(.*)$")
CALL, JUMP = re.compile("callq?$|blr?$"), re.compile("j|b$|b\\.|cbn?z|tbn?z")


def disassemble(path):
    """{function: [(address, instruction, operands)]} of an object."""
    functions, code = {}, []
    for line in run("llvm-objdump-22", "-d", "--no-show-raw-insn", path).splitlines():
        if header := re.match(r"^[0-9a-f]+ <(.+)>:$", line):
            code = functions.setdefault(header.group(1), [])
        elif found := INSTRUCTION.match(line):
            code.append((int(found.group(1), 16), found.group(2), found.group(3)))
    return functions


def find_plain_loops(code):
    """Where the loops start that are one block: nothing jumps between a place and the jump back to it."""
    last_jump = -1
    for address, name, operands in code:
        if not JUMP.match(name):
            continue
        target = re.search(r"0x([0-9a-f]+) <", operands)
        if target and last_jump < int(target.group(1), 16) <= address:
            yield int(target.group(1), 16)
        last_jump = address


class Row:
    """What the objects for one row of the table show."""

    def __init__(self, cpu, columns):
        self.cpu, self.align, self.arch = cpu, columns["loop_align"], columns["arch"]
        self.kernels, self.loops, self.strips, self.names = 0, 0, 0, set()

    def inspect(self, name, model, *options):
        """Compiles `model` and checks each kernel that computes a layer or strips of one; returns the object's report."""
        out = temporary()
        mncc(model, "--weights=random:3", f"--name={name}", *options, f"--target={self.arch}-none-elf", f"--mcpu={self.cpu}",
             "-o", out)
        report, = json.loads((out / f"{name}.report.json").read_text())["rows"]
        code = disassemble(out / f"{name}.o")
        check({kernel["kernel"] for kernel in report["kernels"]} == set(code), f"{name} on {self.cpu}: all functions are reported")
        # Of a chain, the kernels that its function calls in turns.
        layers = {kernel for layer in report["layers"] for kernel in layer["strip_kernels"] or [layer["kernel"]]}
        self.strips += sum(len(layer["strip_kernels"]) for layer in report["layers"])
        self.names |= {kernel.removeprefix(f"{name}_") for kernel in layers}
        for kernel in report["kernels"]:
            if kernel["kernel"] in layers:
                self.inspect_kernel(kernel, code[kernel["kernel"]])
        return report

    def inspect_kernel(self, kernel, code):
        name = f"{self.cpu}: {kernel['kernel']}"
        self.kernels += 1
        if kernel["spills"] != 0:
            check(False, f"{name} touches its stack in an innermost loop")
        if kernel["calls"] != 0 or any(CALL.match(word) for _, word, _ in code):
            check(False, f"{name} calls a function")
        loops = list(find_plain_loops(code))
        self.loops += len(loops)
        if kernel["loop_align"] % self.align != 0 or any(start % self.align != 0 for start in loops):
            check(False, f"{name} has an innermost loop that starts at no multiple of {self.align} bytes")
