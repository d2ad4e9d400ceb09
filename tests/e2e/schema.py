# SPDX-License-Identifier: Apache-2.0
"""The schema accepts every description that ships, and refuses every structural bad case that mncc refuses."""
import json

from harness import MNCC, SOURCE, check, mncc, run, skip

try:
    import jsonschema
except ImportError:
    skip("Debian's package python3-jsonschema is not installed")

schema = json.loads((SOURCE / "models/model.schema.json").read_text())
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
shipped = [path for path in sorted((SOURCE / "models").rglob("*.json")) if path.name != "model.schema.json"]
check(len(shipped) >= 18, f"{len(shipped)} descriptions ship")
for path in shipped:
    errors = [error.message for error in validator.iter_errors(json.loads(path.read_text()))]
    check(not errors, f"the schema accepts {path.name} {errors[:1]}")
    explicit = json.loads(mncc("expand", path))
    errors = [error.message for error in validator.iter_errors(explicit)]
    check(not errors, f"the schema accepts its explicit form {errors[:1]}")
print(run("/usr/bin/python3", SOURCE / "tests/compiler/bad-input/run.py", MNCC, "--schema",
          SOURCE / "models/model.schema.json"))
