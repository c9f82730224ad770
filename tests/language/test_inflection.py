from __future__ import annotations

import re

import pytest

from setu.language.inflection import inflected

BANGLA = [
    ("সেশন", "সেশন সেশনের সেশনে সেশনকে সেশনটি সেশনগুলো সেশনগুলোর সেশনগুলোকে সেশনই সেশনেও"),
    ("কোয়েরি", "কোয়েরি কোয়েরির কোয়েরিতে কোয়েরিগুলো কোয়েরিটির কোয়েরিই"),
    ("লোডিং", "লোডিং লোডিংয়ের লোডিংয়ে লোডিংই"),
    ("ইউজার", "ইউজার ইউজাররা ইউজারদের ইউজারকে ইউজারও"),
    ("অধ্যায়", "অধ্যায় অধ্যায়ে অধ্যায়ের অধ্যায়গুলোতে"),
    ("API", "API API-র API-তে"),
]
HINDI = [
    ("सेशन", "सेशन सेशनों"),
    ("टेबल", "टेबल टेबलें टेबलों"),
    ("क्वेरी", "क्वेरी क्वेरियाँ क्वेरियों"),
    ("पंक्ति", "पंक्ति पंक्तियाँ पंक्तियों"),
    ("स्कीमा", "स्कीमा"),
]


@pytest.mark.parametrize(
    ("term", "lang", "form"),
    [(term, "bn", form) for term, forms in BANGLA for form in forms.split()]
    + [(term, "hi", form) for term, forms in HINDI for form in forms.split()],
)
def test_a_term_matches_each_form_whole(term: str, lang: str, form: str) -> None:
    found = re.search(inflected(term, lang), f"আর {form}। और")
    assert found is not None
    assert found[0] == form


@pytest.mark.parametrize(
    ("term", "lang", "other"),
    [
        ("লক", "bn", "লকার"),
        ("লগ", "bn", "লগইন"),
        ("রো", "bn", "রোলব্যাক"),
        ("মান", "bn", "মানুষ"),
        ("लॉग", "hi", "लॉगिन"),
        ("की", "hi", "कीमत"),
        ("हल", "hi", "हलचल"),
        ("lock", "en", "block"),
    ],
)
def test_a_term_does_not_match_inside_another_word(term: str, lang: str, other: str) -> None:
    assert re.search(inflected(term, lang), f" {other} ") is None


def test_words_of_a_term_may_stand_on_two_lines() -> None:
    assert re.search(inflected("কানেকশন পুল", "bn"), "কানেকশন\nপুলের")


def test_given_forms_match_too() -> None:
    found = re.search(inflected("नतीजा", "hi", ["नतीजे", "नतीजों"]), "इस नतीजे में।")
    assert found is not None
    assert found[0] == "नतीजे"
