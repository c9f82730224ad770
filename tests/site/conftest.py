"""A small course to build pages of, and the real site built once for all workers."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

CHAPTER = """---
title: Create and read
description: Rows in, rows out.
---

# Create and read {#ch07}

A [session](term:session) notes what you add.

## Models {#models}

```python title="app/main.py"
--8<-- "chapters/ch07_create_read/app/main.py:greet"
```

!!! old-new "Reading rows"

    | old | today |
    |---|---|
    | `query(User)` | `select(User)`, see [models](#models) |

## A failure {#failure}

??? predict "What comes back?"

    ```text
    --8<-- "chapters/ch07_create_read/demos/wrong_name.out"
    ```

!!! note

    Look at the [glossary](../glossary.md).

<div data-setu="app" data-chapter="ch07_create_read"></div>
"""
BANGLA = CHAPTER.replace("title: Create and read", "title: তৈরি ও পড়া").replace(
    "# Create and read", "# তৈরি ও পড়া"
)
EXERCISE = """# One user {#ch07_get_user}

Write the route.

## Hint 1 {#hint-1}

Read `main.py`.

## Hint 2 {#hint-2}

Use `get`.
"""
CHAPTER_TOML = """id = "ch07_create_read"
kind = "api"
minutes = 60
tabs = ["app/main.py"]
covers = { "B5" = "models" }
"""
EXERCISE_TOML = """id = "ch07_get_user"
chapter = "ch07_create_read"
kind = "api"
minutes = 20
edit = ["app/main.py"]
time_limit = 10
checks = [{ id = "found", points = 1 }]
first_failure = "no_route"
"""
MAIN = 'NAME = "Nadia"\n\n\ndef greet() -> str:\n    return NAME\n'


def text_cell(name: str, source: str) -> dict[str, object]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def code_cell(name: str, source: str, *outputs: dict[str, object]) -> dict[str, object]:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": name,
        "metadata": {"tags": ["raises-exception"] if name.startswith("fails") else []},
        "outputs": list(outputs),
        "source": source,
    }


CELLS = [
    text_cell("title", "# Lab: create and read\n\nTwo steps."),
    code_cell("setup", "print('নাদিয়া')", {"output_type": "stream", "name": "stdout", "text": "x\n"}),
    text_cell("break", "## Break it\n\n```python\n# no heading\n```\n\n### And again"),
    code_cell(
        "fails",
        "1 / 0",
        {
            "output_type": "error",
            "ename": "ZeroDivisionError",
            "evalue": "division by zero",
            "traceback": ["\x1b[31mZeroDivisionError\x1b[0m: division by zero ```"],
        },
    ),
]


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def small_course(tmp_path: Path) -> Path:
    """A course with one chapter (in English and Bangla), one lab and one exercise."""
    root = tmp_path / "course"
    for name in ("docs/assets", "docs/diagrams"):
        shutil.copytree(ROOT / name, root / name)
    for name in ("docs/glossary.toml", "mkdocs.yml", "uv.lock", "package-lock.json"):
        shutil.copy(ROOT / name, root / name)
    write(root / "docs/en/index.md", "---\ntitle: Setu\n---\n\n# Setu {#setu}\n")
    write(root / "docs/en/chapters/ch07_create_read.md", CHAPTER)
    write(root / "docs/bn/chapters/ch07_create_read.md", BANGLA)
    write(root / "chapters/ch07_create_read/chapter.toml", CHAPTER_TOML)
    write(root / "chapters/ch07_create_read/app/main.py", MAIN)
    write(
        root / "chapters/ch07_create_read/demos/wrong_name.out",
        "Traceback\nNameError: name 'Rahim' is not defined\n[SQL: SELECT 1]\n\n",
    )
    write(root / "exercises/ch07_get_user/exercise.toml", EXERCISE_TOML)
    write(root / "exercises/ch07_get_user/starter/app/main.py", MAIN)
    write(root / "exercises/ch07_get_user/en.md", EXERCISE)
    notebook = {"cells": CELLS, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    write(root / "notebooks/en/ch07_create_read.ipynb", json.dumps(notebook))
    return root
