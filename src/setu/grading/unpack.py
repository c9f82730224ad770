"""What a student handed in, a folder or a zip, read as bytes; nothing is written by its names.

Whatever is in there, it gives entries and a list of what was left out, or ``Unreadable``.
"""

from __future__ import annotations

import io
import os
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Protocol

from setu.printable import JOINERS

MOST_ENTRIES = 10_000
"""Names in one submission; a clone of the course with a virtual environment has more."""
LONGEST_LIST = MOST_ENTRIES * 400
"""Bytes of the list of names in a zip."""
LARGEST_ZIP = 32 * 1024**2
LARGEST_FILE = 1024**2
"""Bytes of one file of an ``app``; a source file has some thousands."""
LARGEST_APP = 8 * 1024**2
LONGEST_NAME = 255
LONGEST_PATH = 1000
SHOWN_NAMES = 3

PASSED_OVER = {"__macosx", "__pycache__", ".git", ".venv", "venv", "node_modules", ".ds_store"}
"""Folders and files that programs leave behind, in small letters."""
NO_TIME = (1980, 1, 1, 0, 0, 0)
"""What stands in a zip whose maker did not know the time."""
NO_SUCH_TIME = (ValueError, OverflowError, OSError)
"""What ``datetime`` raises beyond the years that it, or the system, can have."""
NOT_A_NAME = {"", ".", ".."}

BOUNDED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""``zipfile`` unpacks the others as far as they go, however little is asked of it."""
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OSError,
)
"""What the standard library raises for zips that are cut off, damaged or of an unknown kind."""


class Unreadable(Exception):
    """The whole submission cannot be read: ``key`` names the message that says why."""

    def __init__(self, key: str, **params: object) -> None:
        super().__init__(key, params)
        self.key = key
        self.params = {name: str(value) for name, value in params.items()}


@dataclass
class LeftOut:
    """Names in a submission that were not read, by the message key that says why."""

    by_key: dict[str, list[str]] = field(default_factory=dict)

    def add(self, key: str, name: str) -> None:
        self.by_key.setdefault(key, []).append(name)

    def told(self) -> list[tuple[str, dict[str, str]]]:
        """One message for each reason: its key, how many names and the first of them."""
        return [
            (key, {"count": str(len(names)), "names": _listed(names)})
            for key, names in self.by_key.items()
        ]


@dataclass(frozen=True)
class Entry:
    """One regular file.

    ``modified``: with the zone of this machine, where one is told. ``size``: bytes, as the folder
    or zip says.
    """

    parts: tuple[str, ...]
    modified: datetime | None
    size: int
    place: Path | zipfile.ZipInfo


class Source(Protocol):
    """A folder or a zip that was handed in."""

    left_out: LeftOut
    entries: list[Entry]

    def read(self, entry: Entry, most: int) -> bytes:
        """At most ``most`` bytes of the file. Raises ``Unreadable``."""


def open_source(path: Path) -> Source:
    """List the folder or zip at ``path``. Raises ``Unreadable``."""
    return Folder(path) if path.is_dir() else Zip(path)


def read_files(source: Source, entries: Iterable[tuple[str, Entry]]) -> dict[str, bytes]:
    """The files under their new names; those too large are left out. Raises ``Unreadable``."""
    files: dict[str, bytes] = {}
    folders: set[str] = set()
    total = 0
    for name, entry in entries:
        # No more comes out of a zip than it says, and a file in a folder may have grown.
        content = b"" if entry.size > LARGEST_FILE else source.read(entry, LARGEST_FILE + 1)
        total += len(content)
        if total > LARGEST_APP:
            raise Unreadable("grade_app_too_large", most=LARGEST_APP // 1024**2)
        if max(entry.size, len(content)) > LARGEST_FILE:
            source.left_out.add("grade_file_too_large", "/".join(entry.parts))
        else:
            files[name] = content
            folders.update(str(above) for above in PurePosixPath(name).parents)
    if both := sorted(folders & files.keys()):
        raise Unreadable("grade_file_and_folder", name=shown(both[0]))
    return files


class Folder:
    """A folder on this machine; links, pipes and devices in it are not followed or opened."""

    def __init__(self, path: Path) -> None:
        self.left_out = LeftOut()
        self.entries: list[Entry] = []
        self._seen = 0
        try:
            self._walk(path, ())
        except OSError as error:
            name = shown(Path(error.filename or path).name)
            raise Unreadable("grade_folder_unreadable", name=name) from error

    def _walk(self, folder: Path, above: tuple[str, ...]) -> None:
        with os.scandir(folder) as listed:
            found = sorted(listed, key=lambda entry: entry.name)
        for entry in found:
            if entry.name.lower() in PASSED_OVER:
                continue
            self._seen += 1
            if self._seen > MOST_ENTRIES:
                raise Unreadable("grade_too_many_entries", most=MOST_ENTRIES)
            parts = (*above, entry.name)
            about = entry.stat(follow_symlinks=False)
            if stat.S_ISLNK(about.st_mode):
                self.left_out.add("grade_link", "/".join(parts))
            elif len("/".join(parts)) > LONGEST_PATH:
                self.left_out.add("grade_odd_name", "/".join(parts))
            elif stat.S_ISDIR(about.st_mode):
                self._walk(Path(entry.path), parts)
            elif not stat.S_ISREG(about.st_mode):
                self.left_out.add("grade_no_file", "/".join(parts))
            elif _acceptable(parts):
                place = Path(entry.path)
                self.entries.append(Entry(parts, modified(about), about.st_size, place))
            else:
                self.left_out.add("grade_odd_name", "/".join(parts))

    def read(self, entry: Entry, most: int) -> bytes:
        assert isinstance(entry.place, Path)
        name = shown("/".join(entry.parts))
        # The file may have become something else since it was listed.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            descriptor = os.open(entry.place, flags | getattr(os, "O_BINARY", 0))
            with open(descriptor, "rb") as file:
                if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                    raise Unreadable("grade_folder_unreadable", name=name)
                return file.read(most)
        except OSError as error:
            raise Unreadable("grade_folder_unreadable", name=name) from error


class _Careful(io.BytesIO):
    """A zip whose list of names ``zipfile`` cannot read when it is far too long.

    It makes an object of every name. How long the list is stands in several places, of which it
    chooses; but it reads the list at once, and nothing else that is so long.
    """

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LONGEST_LIST:
            raise Unreadable("grade_too_many_entries", most=MOST_ENTRIES)
        return super().read(size)


class Zip:
    """A zip file; its sizes are those that were counted, not those that it claims."""

    def __init__(self, path: Path) -> None:
        self.left_out = LeftOut()
        self.entries: list[Entry] = []
        try:
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode):
                raise Unreadable("grade_not_a_submission")
            if not path.name.lower().endswith(".zip"):
                raise Unreadable("grade_not_zipped")
            if about.st_size > LARGEST_ZIP:
                raise Unreadable("grade_zip_too_large", most=LARGEST_ZIP // 1024**2)
            self._archive = zipfile.ZipFile(_Careful(path.read_bytes()))
        except BROKEN as error:
            raise Unreadable("grade_zip_broken") from error
        listed = self._archive.infolist()
        if len(listed) > MOST_ENTRIES:
            raise Unreadable("grade_too_many_entries", most=MOST_ENTRIES)
        seen: set[str] = set()
        for info in listed:
            self._take(info, seen)

    def _take(self, info: zipfile.ZipInfo, seen: set[str]) -> None:
        name = _name(info)
        parts = tuple(name.split("/"))
        if name.endswith("/") or any(part.lower() in PASSED_OVER for part in parts):
            return
        mode = info.external_attr >> 16
        if stat.S_ISLNK(mode):
            self.left_out.add("grade_link", name)
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            self.left_out.add("grade_no_file", name)
        elif "\0" in info.orig_filename or not _acceptable(parts):
            self.left_out.add("grade_odd_name", info.orig_filename)
        elif (folded := unicodedata.normalize("NFC", name).casefold()) in seen:
            self.left_out.add("grade_same_name", name)
        else:
            seen.add(folded)
            told = None
            if info.date_time > NO_TIME:
                with suppress(*NO_SUCH_TIME):
                    told = datetime(*info.date_time).astimezone()
            self.entries.append(Entry(parts, told, info.file_size, info))

    def read(self, entry: Entry, most: int) -> bytes:
        assert isinstance(entry.place, zipfile.ZipInfo)
        if entry.place.flag_bits & 1:
            raise Unreadable("grade_zip_encrypted")
        if entry.place.compress_type not in BOUNDED:
            raise Unreadable("grade_zip_broken")
        try:
            with self._archive.open(entry.place) as file:
                return file.read(most)
        except BROKEN as error:
            raise Unreadable("grade_zip_broken") from error


def modified(about: os.stat_result) -> datetime | None:
    """When the file was changed, with the zone of this machine; none beyond the year 9999."""
    with suppress(*NO_SUCH_TIME):
        return datetime.fromtimestamp(about.st_mtime).astimezone()
    return None


def shown(name: str, most: int = 80) -> str:
    """A name for people: in one line, nothing in it that moves a cursor or turns a text round."""
    plain = "".join(c if c.isprintable() or c in JOINERS else "\ufffd" for c in name)
    return plain if len(plain) <= most else f"{plain[: most - 1]}…"


def _listed(names: list[str]) -> str:
    more = ", …" if len(names) > SHOWN_NAMES else ""
    return ", ".join(shown(name) for name in names[:SHOWN_NAMES]) + more


def _acceptable(parts: tuple[str, ...]) -> bool:
    """No name that leads out of its folder, or that some system cannot have."""
    return len("/".join(parts)) <= LONGEST_PATH and all(
        part not in NOT_A_NAME
        and len(part.encode(errors="replace")) <= LONGEST_NAME
        and not set(part) & set('\\:*?"<>|')
        and all(c.isprintable() or c in JOINERS for c in part)
        for part in parts
    )


def _name(info: zipfile.ZipInfo) -> str:
    name = info.filename
    if not info.flag_bits & 0x800:  # no mark of UTF-8, which many programs write all the same
        with suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
    return name.replace("\\", "/")  # as some programs on Windows write it
