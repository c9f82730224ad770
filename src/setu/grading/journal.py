"""The journal of a gradebook: what was graded, kept line by line, so that a run can go on.

JSON lines, only ever added to: ``{"seed": 7}`` first; ``{"control": …}`` what came of a known good
or bad submission; ``{"graded": …}`` one verdict; ``{"end": true}`` or ``{"void": …}`` for a batch.
``"left"`` beside ``end`` has the keys of an earlier, interrupted batch that this one did not vouch
for.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection
from pathlib import Path
from typing import Any

from setu.errors import SetuError


class Journal:
    """The file, locked while it is open. ``verdicts``: key of a task → its verdict.

    A line that was cut off by the end of its run is taken away. The verdicts of a void batch do
    not count; those of a batch that was interrupted do, and are ``unsure`` until another one ends.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.seed: int | None = None
        self.verdicts: dict[str, dict[str, Any]] = {}
        self._unsure: dict[str, dict[str, Any] | None] = {}
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+b")
        except OSError as error:
            raise SetuError(
                "grade_cannot_write", path=path.parent, detail=error.strerror
            ) from error
        try:
            self._lock()
            self._read()
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    @property
    def unsure(self) -> Collection[str]:
        """Keys of verdicts after which no known submission was graded."""
        return self._unsure.keys()

    def begin(self, seed: int) -> None:
        """Keep the seed that the data of the checks are made from."""
        if seed != self.seed:
            self.seed = seed
            self._add({"seed": seed})

    def control(self, name: str, told: dict[str, Any]) -> None:
        """Keep what came of a known submission."""
        self._add({"control": name, **told})

    def graded(self, key: str, verdict: dict[str, Any]) -> None:
        """Keep a verdict; when this returns it is on the disk."""
        self._note(key, verdict)
        self._add({"graded": key, "verdict": verdict})

    def end(self, sure: Collection[str]) -> None:
        """The batch is good: the verdicts with the keys ``sure`` stay."""
        left = sorted(self._unsure.keys() - set(sure))
        self._settle(left)
        self._add({"end": True, "left": left} if left else {"end": True})

    def void(self, detail: str) -> None:
        """The batch is not to be believed: what was graded since the last good one is nothing."""
        self._forget()
        self._add({"void": detail})

    def _note(self, key: str, verdict: dict[str, Any]) -> None:
        self._unsure.setdefault(key, self.verdicts.get(key))
        self.verdicts[key] = verdict

    def _settle(self, left: Collection[str]) -> None:
        self._unsure = {key: self._unsure[key] for key in left if key in self._unsure}

    def _forget(self) -> None:
        for key, before in self._unsure.items():
            if before is None:
                self.verdicts.pop(key, None)
            else:
                self.verdicts[key] = before
        self._unsure = {}

    def _read(self) -> None:
        self._file.seek(0)
        whole = 0
        for line in self._file:
            if not line.endswith(b"\n"):
                break
            whole += len(line)
            try:
                self._take(json.loads(line))
            except (ValueError, TypeError, KeyError, AttributeError):
                continue  # graded again, then
        self._file.truncate(whole)

    def _take(self, entry: dict[str, Any]) -> None:
        if "seed" in entry:
            self.seed = int(entry["seed"])
        elif "graded" in entry:
            self._note(str(entry["graded"]), _checked(entry["verdict"]))
        elif "void" in entry:
            self._forget()
        elif "end" in entry:
            self._settle(entry.get("left", ()))

    def _add(self, entry: dict[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=False, default=str) + "\n"
        self._file.write(line.encode(errors="replace"))
        self._file.flush()
        os.fsync(self._file.fileno())

    def _lock(self) -> None:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError as error:
                raise SetuError("grade_already_runs", path=self.path) from error


def _checked(verdict: Any) -> dict[str, Any]:
    """A verdict that can be counted and shown. Raises ``TypeError`` or ``KeyError``."""
    kinds = {"outcome": str, "tier": str, "score": int, "max_score": int, "log": str}
    checks: list[dict[str, Any]] = verdict["checks"]
    right = [isinstance(verdict[name], kind) for name, kind in kinds.items()]
    right += [
        isinstance(check[name], kind)
        for check in checks
        for name, kind in {"id": str, "status": str, "points": int, "params": dict}.items()
    ]
    if not all(right):
        raise TypeError(verdict)
    return dict(verdict)
