# SPDX-License-Identifier: Apache-2.0
"""The measuring side's hold on one engine's process: it runs only while it is asked something."""
import json
import os
import pathlib
import signal
import subprocess
import sys

WORKER = pathlib.Path(__file__).resolve().parent / "worker.py"


class EngineProcess:
    def __init__(self, key, folder, build, threads, log):
        self.key, self.log = key, log
        with open(log, "w") as errors:
            self.process = subprocess.Popen([sys.executable, WORKER, key, folder, build, str(threads), "take-turns"],
                                            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True)
        self.read()
        self.pause()

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"peers: {self.key} ended: status {self.process.wait()}\n{self.log.read_text()[-1500:]}")
        return json.loads(line)

    def pause(self):
        """Threads that spin between inferences would slow down whoever is measured next."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def ask(self, command):
        os.kill(self.process.pid, signal.SIGCONT)
        try:
            self.process.stdin.write(command + "\n")
            self.process.stdin.flush()
            return self.read()
        finally:
            self.pause()

    def end(self):
        self.process.kill()
        self.process.wait()


def start_once(key, folder, build, threads, log):
    """[milliseconds to the first result, kilobytes added] of a Python process that did nothing before."""
    with open(log, "w") as errors:
        done = subprocess.run([sys.executable, WORKER, key, folder, build, str(threads), "start"],
                              stdout=subprocess.PIPE, stderr=errors, text=True)
    if done.returncode != 0:
        sys.exit(f"peers: {key} does not start: status {done.returncode}\n{log.read_text()[-1500:]}")
    return json.loads(done.stdout)
