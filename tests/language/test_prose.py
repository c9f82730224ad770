from __future__ import annotations

from pathlib import Path

import pytest

from setu.language.prose import CODE, prose
from setu.language.share import latin_share

ROOT = Path(__file__).parents[2]

PAGE = """\
---
title: সেশন
follows: {models: 3f2a91}
---
# সেশন {#session}

[সেশনের](term:session) (*session*) কাজ `await db.commit()`।

```python title="app/main.py"
rows = await db.execute(query)  # not prose
```

!!! warning "সাবধান হোন"
    ভেতরের লেখা থাকে।

    ````text
    ```
    no prose either
    ```
    ````

??? predict "কোন কোড ফেরত আসে?"

| কলাম | মান |
|---|---|
<!-- a comment
on two lines -->
![](diagram:session-states)
<div data-setu="app" data-chapter="ch07_create_read"></div>
--8<-- "chapters/x.py:name"
শেষ <b>লাইন</b>: https://example.com/a
"""


def test_prose_keeps_sentences_on_their_lines_and_nothing_else() -> None:
    lines = prose(PAGE).split("\n")
    assert len(lines) == len(PAGE.split("\n"))
    kept = {number: line for number, line in enumerate(lines, 1) if line}
    assert kept == {
        5: "সেশন",
        7: f"সেশনের (*session*) কাজ {CODE}।",
        13: "সাবধান হোন",
        14: "    ভেতরের লেখা থাকে।",
        22: "কোন কোড ফেরত আসে?",
        24: "| কলাম | মান |",
        31: f"শেষ লাইন: {CODE}",
    }


def test_code_with_backticks_inside_is_code() -> None:
    assert prose("এখানে `` a ` b `` আছে") == f"এখানে {CODE} আছে"


def test_texts_of_links_can_be_left_out() -> None:
    assert prose("পড়ুন [the SQLAlchemy docs](https://example.com)।", link_texts=False) == "পড়ুন ।"


@pytest.mark.parametrize(
    ("markdown", "share"),
    [
        ("সেশন বন্ধ হয়।", 0.0),
        ("সেশনের (*session*) কাজ `await db.commit()` লেখে।", 0.0),
        ("FastAPI আর SQLAlchemy, JSON আর [the docs](https://example.com) পড়ুন।", 0.0),
        ("कमिट (*commit*, बात पक्की करना) हुआ।", 0.0),
        ("এই session বন্ধ হয়।", 0.25),
        ("यह session बंद है।", 0.25),
    ],
)
def test_latin_share_counts_only_what_should_not_be_latin(markdown: str, share: float) -> None:
    assert latin_share(markdown, ROOT) == pytest.approx(share)
