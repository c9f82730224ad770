"""Running a script in the playground's Python, in Node."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def run(script: str, *arguments: str) -> list[Any]:
    """The JSON lines that a script of this folder prints."""
    command = [sys.executable, "-m", "setu.playground.node"]
    command += [str(Path(__file__).with_name(script)), *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
