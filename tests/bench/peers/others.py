# SPDX-License-Identifier: Apache-2.0
"""Did something else use the processors while the engines were measured?"""
import os
import pathlib

# Shares of all processors' time above which figures, above all of several threads, are not to be trusted.
PERMITTED = 0.02
TICKS = os.sysconf("SC_CLK_TCK")


def busy_seconds():
    """Of all processors since the system's start; what a hypervisor took away (steal) counts."""
    user, nice, system, _, _, irq, softirq, steal = map(int, pathlib.Path("/proc/stat").read_text().split("\n")[0].split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def own_seconds(pids):
    total = 0
    for pid in pids:
        fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


class Watch:
    """From its creation on."""

    def __init__(self, pids, clock):
        self.pids, self.clock = [os.getpid(), *pids], clock
        self.start = clock(), busy_seconds(), own_seconds(self.pids)

    def share_of_others(self):
        elapsed, busy, own = (now - then for now, then in
                              zip((self.clock(), busy_seconds(), own_seconds(self.pids)), self.start))
        return max(0.0, busy - own) / (elapsed * os.cpu_count())
