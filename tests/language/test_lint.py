"""Each rule trips on its example, and the good sentences of the language trip none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from setu.language.lint import Finding, Rule, lint, load_rules
from setu.language.prose import prose

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
SENTENCE = {"en": "We {} it.", "bn": "এখানে {} আছে।", "hi": "यहाँ {} है।"}

each_language = pytest.mark.parametrize("lang", list(SENTENCE))


@each_language
def test_each_rule_trips_on_its_example_and_on_each_word(lang: str) -> None:
    for rule in load_rules(ROOT, lang):
        examples = [SENTENCE[lang].format(word) for word in rule.words]
        examples += [rule.example] if rule.example else []
        assert examples, rule.id
        for example in examples:
            assert rule.regex(lang).search(prose(example)), (rule.id, example)


@each_language
def test_rules_leave_alone_what_is_right(lang: str) -> None:
    for rule in load_rules(ROOT, lang):
        for text in rule.fine:
            assert rule.regex(lang).search(prose(text)) is None, (rule.id, text)


@each_language
def test_rules_have_ids_of_their_own(lang: str) -> None:
    ids = [rule.id for rule in load_rules(ROOT, lang)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_a_teachers_sentences_trip_nothing(lang: str) -> None:
    text = (HERE / f"good.{lang}.md").read_text(encoding="utf-8")
    assert [str(finding) for finding in lint(prose(text), lang, ROOT)] == []


@pytest.mark.parametrize("lang", ["bn", "hi"])
def test_each_of_a_translators_sentences_fails(lang: str) -> None:
    text = (HERE / f"bad.{lang}.md").read_text(encoding="utf-8")
    failing = {each.line for each in lint(prose(text), lang, ROOT) if each.severity == "fail"}
    written = {number for number, line in enumerate(text.splitlines(), 1) if line}
    assert failing == written


def test_a_finding_says_where_and_what_to_write() -> None:
    found = lint(prose("# মডেল\n\nএই ডাটাবেসের কাজ।"), "bn", ROOT)
    assert found == [Finding(3, 4, "data", "fail", "ডাটাবেসের", "ডেটা, ডেটাবেস")]


def test_code_and_addresses_are_not_judged() -> None:
    text = "চালান `ডাটা — x`।\n\n```text\nডাটা\n```\n"
    assert lint(prose(text), "bn", ROOT) == []


@pytest.mark.parametrize("fields", [{}, {"words": ["x"], "pattern": "x"}, {"pattern": "x"}])
def test_a_rule_is_words_or_a_pattern_with_an_example(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rule.model_validate({"id": "rule", "write": "y", **fields})
