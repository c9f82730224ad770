"""What the pages show as printed is what the demos print today."""

from pathlib import Path

import pytest

from setu.chapters.record import demos, outputs_without_demo, run_demo
from setu.paths import find_root

ROOT = find_root(Path(__file__).parents[2])
CHAPTERS = sorted(path.parent for path in ROOT.glob("chapters/*/chapter.toml"))
DEMOS = [demo for chapter in CHAPTERS for demo in demos(chapter)]


@pytest.mark.parametrize("demo", DEMOS, ids=lambda demo: f"{demo.parts[-3][:4]}-{demo.stem}")
def test_demo_prints_what_is_stored(demo: Path) -> None:
    recorded = run_demo(demo, ROOT)
    assert recorded.stored is not None, f"run: setu record {demo.parts[-3][:4]}"
    assert recorded.output == recorded.stored
    assert recorded.output, "a demo shows something"
    if demo.name.startswith("right_"):
        assert recorded.exit_code == 0


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.name)
def test_demos_of_a_chapter(chapter: Path) -> None:
    names = [demo.stem for demo in demos(chapter)]
    assert outputs_without_demo(chapter) == []
    kinds = {name.split("_")[0] for name in names}
    assert kinds == {"wrong", "right"}, "a failure on purpose, its mend, and nothing else"
