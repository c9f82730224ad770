"""What people look for is among the first three pages: the real worker over the real index."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from setu.i18n import LANGUAGES
from setu.language.glossary import load_glossary

from ..conftest import ROOT, Site

pytestmark = pytest.mark.chromium
ENDINGS = {
    "en": ["s", "'s", "’s", "s'", "?"],
    "bn": ["র", "কে", "গুলো", "তে", "টি"],
    "bn consonant": ["ের", "কে", "গুলো", "ে", "টি"],
    "bn anusvara": ["য়ের", "কে", "গুলো", "য়ে", "টি"],
    "hi": [" में", " को", " के", "ों", "ें"],
    "hi ी": [" में", " को", " के", "ियों", "ियाँ"],
}
ASK = """async ([script, index, queries]) => {
  const worker = new Worker(script)
  const answer = () => new Promise(done => {
    worker.onmessage = ({ data }) => done(data)
    worker.onerror = event => done({ error: event.message })
  })
  const whole = await (await fetch(index)).json()
  worker.postMessage({ type: 0, data: { ...whole, options: { suggest: false } } })
  await answer()
  const found = []
  for (const query of queries) {
    worker.postMessage({ type: 2, data: query })
    const { data, error } = await answer()
    if (error) throw new Error(error)
    found.push(data.items.slice(0, 3).map(group => group.map(each => each.location)))
  }
  worker.terminate()
  return found
}"""


@dataclass(frozen=True)
class Case:
    """A query and where it is explained: pages or sections, any of which is right."""

    query: str
    wanted: tuple[str, ...]

    def among(self, groups: list[list[str]]) -> bool:
        sections = {place for group in groups for place in group}
        pages = {place.split("#")[0] for place in sections}
        return any(place in sections | pages for place in self.wanted)


def with_endings(name: str, lang: str) -> list[str]:
    """``name`` bare and with five endings that prose puts on its last word."""
    kind = lang
    if lang == "bn" and name[-1] == "ং":
        kind = "bn anusvara"
    elif lang == "bn" and re.match("[ক-হড়ঢ়য়ৎ]", name[-1]):
        kind = "bn consonant"
    elif lang == "hi" and name[-1] == "ी":
        return [
            name,
            *(f"{name}{each}" for each in ENDINGS["hi"][:3]),
            *(f"{name[:-1]}{each}" for each in ENDINGS["hi ी"][3:]),
        ]
    elif lang == "bn" and name[-1].isascii():
        return [name, *(f"{name}{each}" for each in ("-এর", "-এ", "-র", "-তে", "-কে"))]
    elif lang == "hi" and (name[-1].isascii() or name[-1] in "ािेैोौंँुू"):
        return [name, *(f"{name} {each}" for each in ("में", "को", "के", "से", "का"))]
    return [name, *(f"{name}{ending}" for ending in ENDINGS[kind])]


def term_cases(lang: str) -> list[Case]:
    """A term's page is the glossary, at its entry."""
    cases = []
    for term in load_glossary(ROOT):
        names = with_endings(term.name(lang), lang)
        names += [term.en, *getattr(term.avoid, lang)]
        # Words of another script or language are looked for as well: people type what they know.
        names += [word for word in term.synonyms if word]
        cases += [Case(name, (f"glossary/#{term.key}",)) for name in names]
    return cases


def message_cases() -> list[Case]:
    """A message's page is the errors index, at its chapter, or the chapter that shows it.

    Some messages end failures of several chapters: then each of them is right.
    """
    lines = {path: last_line(path) for path in sorted(ROOT.glob("chapters/*/demos/wrong_*.out"))}
    cases = []
    for line in dict.fromkeys(lines.values()):
        chapters = {path.parts[-3] for path, other in lines.items() if line in other}
        wanted = [f"errors/#{each[:4]}" for each in chapters]
        cases.append(Case(line, (*wanted, *(f"chapters/{each}/" for each in chapters))))
    return cases


def last_line(path: Path) -> str:
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()][
        -1
    ]


def unfound(browser: Browser, address: str, site: Site, lang: str, cases: list[Case]) -> list[str]:
    folder = "" if lang == "en" else f"{lang}/"
    html = (site.folder / folder / "errors/index.html").read_text(encoding="utf-8")
    found = re.search(r'"search": "([^"]+)"', html)
    assert found is not None
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    page.goto(f"{address}{folder}errors/")
    queries = [case.query for case in cases]
    given = page.evaluate(ASK, [found[1], "../search/search_index.json", queries])
    context.close()
    return [
        json.dumps([case.query, case.wanted, [group[0] for group in groups]], ensure_ascii=False)
        for case, groups in zip(cases, given, strict=True)
        if not case.among(groups)
    ]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_term_is_found_with_its_endings_and_other_spellings(
    chromium: Browser, address: str, site: Site, lang: str
) -> None:
    cases = term_cases(lang)
    assert len(cases) > 1000
    assert unfound(chromium, address, site, lang, cases) == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_last_line_of_every_failure_is_found(
    chromium: Browser, address: str, site: Site, lang: str
) -> None:
    cases = message_cases()
    assert len(cases) > 40
    assert unfound(chromium, address, site, lang, cases) == []
