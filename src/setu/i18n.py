"""The words of the tool in three languages, and the choice among them."""

from __future__ import annotations

import locale
import os
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from pathlib import Path

LANGUAGES = ("en", "bn", "hi")
Messages = Mapping[str, Mapping[str, str]]


@cache
def tool_messages() -> Messages:
    """The tool's own catalog: ``{key: {language: text}}`` from ``messages.toml``."""
    import tomllib  # here, so that an old Python can still choose the language of its complaint

    text = resources.files("setu").joinpath("messages.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def read_messages(path: Path) -> Messages:
    """Read an exercise's ``messages.toml``, the same form as the tool's own."""
    import tomllib

    return tomllib.loads(path.read_text(encoding="utf-8"))


class Words:
    """Messages in one language: ``Words("bn").text("port_in_use", port=8000)``."""

    def __init__(self, lang: str, *catalogs: Messages) -> None:
        self.lang = lang
        self._catalogs = (*catalogs, tool_messages())

    def text(self, key: str, **params: object) -> str:
        """The message for ``key`` with its placeholders filled.

        Raises ``KeyError`` for a key that no catalog has, or a language that the key lacks: tests
        make sure that neither happens.
        """
        for catalog in self._catalogs:
            if key in catalog:
                return catalog[key][self.lang].format_map(params)
        raise KeyError(key)


def asked_language(words: Sequence[str]) -> str | None:
    """What the command line says after ``--lang``, before anything has parsed it."""
    for index, word in enumerate(words):
        if word == "--lang" and index + 1 < len(words):
            return words[index + 1]
        if word.startswith("--lang="):
            return word.removeprefix("--lang=")
    return None


def choose_language(asked: str | None) -> str:
    """``--lang``, else ``SETU_LANG``, else the system's locale, else English."""
    for candidate in (asked, os.environ.get("SETU_LANG"), *_system_languages()):
        if lang := known_language(candidate or ""):
            return lang
    return "en"


def known_language(tag: str) -> str | None:
    """The language that a tag such as ``bn``, ``bn-BD`` or ``bn_BD.UTF-8`` names, if it is ours."""
    lang = tag.replace("_", "-").split("-")[0].lower()
    return lang if lang in LANGUAGES else None


def _system_languages() -> list[str]:
    named = [os.environ.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG")]
    try:
        system = locale.getlocale()[0] or ""
    except ValueError:
        system = ""
    # Windows has no LANG and names its languages in words.
    return [
        *named,
        {"Bangla": "bn", "Bengali": "bn", "Hindi": "hi"}.get(system.split("_")[0], system),
    ]
