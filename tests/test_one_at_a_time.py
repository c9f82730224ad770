"""Two builds in one cache folder wait for each other."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from setu import one_at_a_time

HOLDS = """
import sys
from pathlib import Path
from setu.one_at_a_time import alone
with alone(Path(sys.argv[1])):
    print("in", flush=True)
    sys.stdin.read()
"""


def test_a_second_process_waits_and_a_killed_one_leaves_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDS, str(cache)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert other.stdout is not None
        assert other.stdout.readline().strip() == b"in"
        monkeypatch.setattr(one_at_a_time, "PATIENCE", 0)
        with pytest.raises(sqlite3.OperationalError, match="locked"), one_at_a_time.alone(cache):
            pass
    finally:
        other.kill()
        other.communicate()
    with one_at_a_time.alone(cache):
        pass
