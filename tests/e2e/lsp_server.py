# SPDX-License-Identifier: Apache-2.0
"""mncc-lsp-server knows the dialect: it reports a verifier's error of an opened dump, at its place."""
import json
import pathlib
import subprocess

from harness import MNCC, check

SERVER = pathlib.Path(MNCC).with_name("mncc-lsp-server")
TEXT = """func.func @network(%input: tensor<1x4x4x8xf32>) -> tensor<1x5x4x8xf32> {
  %0 = mn.relu6 %input : (tensor<1x4x4x8xf32>) -> tensor<1x5x4x8xf32>
  return %0 : tensor<1x5x4x8xf32>
}
"""


def message(method, parameters, number=None):
    body = {"jsonrpc": "2.0", "method": method, "params": parameters} | ({} if number is None else {"id": number})
    text = json.dumps(body)
    return f"Content-Length: {len(text)}\r\n\r\n{text}"


document = {"uri": "file:///dump.mlir", "languageId": "mlir", "version": 1, "text": TEXT}
session = (message("initialize", {"processId": None, "rootUri": None, "capabilities": {}}, 0)
           + message("textDocument/didOpen", {"textDocument": document}) + message("shutdown", None, 1) + message("exit", None))
done = subprocess.run([SERVER], input=session, capture_output=True, text=True, timeout=60)
check(done.returncode == 0, "the server ends when it is told to")
diagnostics = json.loads(done.stdout[done.stdout.index('{"jsonrpc":"2.0","method":"textDocument/publishDiagnostics"'):].split("Content-Length")[0])
first, = diagnostics["params"]["diagnostics"][:1]
check(first["range"]["start"]["line"] == 1 and "expects the result shape" in first["message"], f"it reports \"{first['message']}\" at its line")
