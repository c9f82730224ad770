"""Handing the database files of a space to the page, so that nothing committed is ever lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic

Save = Callable[[dict[str, bytes]], None]
"""Takes all database files of the space: name → bytes."""

OFTEN = 0.1
"""Seconds between two savings while a call runs."""
LARGEST = 64 * 1024**2
"""Bytes of a file that is still kept."""
ENDINGS = ("*.db", "*.sqlite", "*.sqlite3")


class Saver:
    """Watches the database files in one folder."""

    def __init__(self, folder: Path, save: Save) -> None:
        self._folder, self._save = folder, save
        self._saved = self._stamps()
        self._last = 0.0

    def committed(self) -> None:
        """A transaction has ended: save, unless that was done just now."""
        if monotonic() - self._last >= OFTEN:
            self.finish()

    def finish(self) -> None:
        """Save if a file is another than the one that was saved last, or is gone."""
        stamps = self._stamps()
        if stamps != self._saved:
            self._saved, self._last = stamps, monotonic()
            self._save({path.name: path.read_bytes() for path in database_files(self._folder)})

    def _stamps(self) -> dict[str, tuple[int, int]]:
        stats = [(path.name, path.stat()) for path in database_files(self._folder)]
        return {name: (stat.st_mtime_ns, stat.st_size) for name, stat in stats}


def database_files(folder: Path) -> list[Path]:
    """The SQLite files that lie in the folder itself."""
    found = [path for ending in ENDINGS for path in folder.glob(ending)]
    return sorted(path for path in found if path.is_file() and path.stat().st_size <= LARGEST)


def put_back(folder: Path, databases: dict[str, bytes]) -> None:
    """Write the files that the page kept; names that leave the folder are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in databases.items():
        if name == Path(name).name:
            (folder / name).write_bytes(content)


def delete(folder: Path) -> None:
    """Delete the databases in the folder with what SQLite keeps beside them."""
    for path in database_files(folder):
        for ending in ("", "-journal", "-wal", "-shm"):
            Path(f"{path}{ending}").unlink(missing_ok=True)
