"""The words of an exercise's verdicts, those of an instructor's own checks before the course's."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from setu.catalog import Exercise
from setu.errors import SetuError
from setu.i18n import Words, read_messages


class PatientWords(Words):
    """Words that checks may lack, an instructor's own say: English ones, else the key, stand in."""

    def text(self, key: str, **params: object) -> str:
        for lang in (self.lang, "en"):
            with suppress(KeyError, IndexError, ValueError, AttributeError, TypeError):
                return Words(lang, *self._catalogs).text(key, **params)
        return key


def exercise_words(exercise: Exercise, checks_dir: Path | None, lang: str) -> Words:
    """Words that know the keys of the checks. Raises ``SetuError`` for a file that is no TOML."""
    folders = (
        [exercise.folder] if checks_dir is None else [checks_dir / exercise.id, exercise.folder]
    )
    catalogs = []
    for folder in folders:
        path = folder / "messages.toml"
        try:
            if path.is_file():
                catalogs.append(read_messages(path))
        except (OSError, ValueError) as error:
            raise SetuError("malformed_file", path=path, detail=error) from error
    return PatientWords(lang, *catalogs)
