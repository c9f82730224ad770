"""How much there is: words and Latin share of each page, and what each exercise's bank holds.

uv run python benchmarks/content.py
"""

from __future__ import annotations

import re
from pathlib import Path

from rich.console import Console
from rich.table import Table

from setu.catalog import load_catalog
from setu.exercises.bank import mistakes_of, variants_of
from setu.i18n import LANGUAGES, read_messages
from setu.language.prose import prose
from setu.language.share import latin_share
from setu.translate import all_pages

ROOT = Path(__file__).resolve().parents[1]
WORD = re.compile(r"[\w\u0900-\u09ff]+")


def pages() -> Table:
    """Words of prose (code and outputs left out) of each page, and the share in Latin script."""
    table = Table("page", *(f"{lang} words" for lang in LANGUAGES), "bn Latin", "hi Latin")
    for page in all_pages(ROOT):
        texts = {lang: path.read_text(encoding="utf-8") for lang, path in page.files.items()}
        words = [str(len(WORD.findall(prose(texts[lang])))) for lang in LANGUAGES]
        shares = [f"{latin_share(texts[lang], ROOT):.1%}" for lang in ("bn", "hi")]
        table.add_row(page.name, *words, *shares)
    return table


def banks() -> Table:
    """What each exercise's bank holds."""
    table = Table("exercise", "checks", "advisory", "keys", "mistakes", "keys shown", "variants")
    for exercise in load_catalog(ROOT).exercises:
        mistakes = mistakes_of(exercise)
        table.add_row(
            exercise.id,
            str(len(exercise.checks)),
            str(sum(check.advisory for check in exercise.checks)),
            str(len(read_messages(exercise.folder / "messages.toml"))),
            str(len(mistakes)),
            str(len({mistake.key for mistake in mistakes})),
            str(len(variants_of(exercise))),
        )
    return table


if __name__ == "__main__":
    console = Console(width=110)
    console.print(pages())
    console.print(banks())
