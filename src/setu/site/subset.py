"""Smaller font files: only some characters, or only the glyphs that a text is drawn with."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tempfile
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

import uharfbuzz  # type: ignore[import-untyped]
from fontTools import subset  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

NOT_DRAWN = ["STAT", "gasp"]
RANGE = re.compile(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?")


class Subsets:
    """Makes subsets of the font ``file`` and keeps them, by their contents, in ``cache``.

    ``features`` are the OpenType features that stay; all of them by default.
    """

    def __init__(self, file: Path, cache: Path, features: Iterable[str] = ("*",)) -> None:
        self.file = file
        self.cache = cache
        self.features = list(features)
        self.source = file.read_bytes()

    def of_characters(self, characters: Iterable[int]) -> bytes:
        """The font with these characters and every form that they can join to, as WOFF2."""
        wanted = sorted({*characters} & {*self._font.getBestCmap()})
        return self._kept(wanted, None)

    def of_words(self, words: Iterable[str]) -> bytes:
        """The font with the glyphs that these words are drawn with, as WOFF2.

        A joined form that none of them has is left out; its letters would stand beside each other.
        """
        drawn = self._drawn(words)
        glyphs = sorted({glyph for each in drawn.values() for glyph in each})
        characters = {ord(letter) for word in drawn for letter in word}
        return self._kept(sorted(characters & {*self._font.getBestCmap()}), glyphs)

    @cached_property
    def _font(self) -> TTFont:
        return TTFont(io.BytesIO(self.source))

    def _kept(self, characters: list[int], glyphs: list[int] | None) -> bytes:
        key = json.dumps([characters, glyphs, self.features]).encode()
        name = hashlib.sha256(self.source + key).hexdigest()[:16]
        kept = self.cache / f"{name}.woff2"
        if not kept.is_file():
            _write(kept, self._made(characters, glyphs))
        return kept.read_bytes()

    def _made(self, characters: list[int], glyphs: list[int] | None) -> bytes:
        font = TTFont(io.BytesIO(self.source), recalcTimestamp=False)
        options = subset.Options(
            flavor="woff2", hinting=False, layout_features=self.features, name_IDs=[1, 2]
        )
        options.drop_tables += NOT_DRAWN
        options.layout_closure = glyphs is None
        order = font.getGlyphOrder()
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=characters, glyphs=[order[glyph] for glyph in glyphs or []])
        subsetter.subset(font)
        made = io.BytesIO()
        font.flavor = "woff2"
        font.save(made)
        return made.getvalue()

    def _drawn(self, words: Iterable[str]) -> dict[str, list[int]]:
        """Of each word the glyphs that it passes through while it is shaped, by their number."""
        source = hashlib.sha256(self.source).hexdigest()[:16]
        kept = self.cache / f"{source}.json"
        known: dict[str, list[int]] = (
            json.loads(kept.read_text(encoding="utf-8")) if kept.is_file() else {}
        )
        wanted = sorted(set(words))
        if new := [word for word in wanted if word not in known]:
            known |= self._shaped(new)
            _write(kept, json.dumps(known, ensure_ascii=False).encode())
        return {word: known[word] for word in wanted}

    def _shaped(self, words: list[str]) -> dict[str, list[int]]:
        plain = io.BytesIO()
        self._font.flavor = None
        self._font.save(plain)
        font = uharfbuzz.Font(uharfbuzz.Face(plain.getvalue()))
        count = len(self._font.getGlyphOrder())
        shaped = {}
        for word in words:
            seen: set[int] = set()
            buffer = uharfbuzz.Buffer()
            buffer.add_str(word)
            buffer.guess_segment_properties()

            # A conjunct is made in steps; the font needs what stands between them as well.
            def step(_: str, buffer: uharfbuzz.Buffer = buffer, seen: set[int] = seen) -> bool:
                seen.update(glyph.codepoint for glyph in buffer.glyph_infos)
                return True

            buffer.set_message_func(step)
            uharfbuzz.shape(font, buffer)
            step("")
            shaped[word] = sorted(glyph for glyph in seen if glyph < count)
        return shaped


def codepoints(characters: str) -> list[int]:
    """The numbers that a CSS ``unicode-range`` stands for: ``"U+0041-0043"`` → 65, 66, 67."""
    return [
        number
        for first, last in RANGE.findall(characters)
        for number in range(int(first, 16), int(last or first, 16) + 1)
    ]


def words_of(text: str, characters: str) -> set[str]:
    """The runs of these characters (a CSS ``unicode-range``) in ``text``."""
    known = "".join(re.escape(chr(number)) for number in codepoints(characters))
    return set(re.findall(f"[{known}]+", text))


def _write(path: Path, content: bytes) -> None:
    """Whole or not at all: other builds read the same cache."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as new:
        new.write(content)
    Path(new.name).replace(path)
