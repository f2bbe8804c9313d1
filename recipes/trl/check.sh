#!/usr/bin/env bash
# Checks what can be checked of this recipe without torch or a GPU: each Python file compiles, each settings file parses, the tests pass. Leaves
# nothing behind. Needs python3 (3.9 or newer, or what PYTHON names) and node with the packages of this repository.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
cache="$(mktemp -d)"
trap 'rm -rf "$cache"' EXIT
export PYTHONPYCACHEPREFIX="$cache"

# The interpreter itself: a version manager's stand-in for it takes longer to start than a check.
python="$("${PYTHON:-python3}" -c 'import sys; print(sys.executable)')"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 9) and f"check: expected Python 3.9 or newer, got {sys.version.split()[0]}")'
"$python" -m py_compile ./*.py
"$python" -c 'import json, sys; [json.load(open(file, encoding="utf-8")) for file in sys.argv[1:]]' ./*.json
node --input-type=module -e '
  import { readFileSync } from "node:fs";
  import { parseDocument } from "yaml";
  for (const file of process.argv.slice(1)) {
    const [error] = parseDocument(readFileSync(file, "utf8")).errors;
    if (error) { console.error(`${file}: ${error.message}`); process.exit(1); }
  }' -- *.yaml
"$python" test_data.py
