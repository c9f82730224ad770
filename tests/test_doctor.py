from __future__ import annotations

import json
from importlib import metadata

import pytest
from typer.testing import CliRunner

from setu.cli import doctor
from setu.cli.root import build
from setu.grading import cgroups

CHECKED = [
    "course",
    "python",
    "uv",
    "sqlite",
    "postgresql",
    "mariadb",
    "sandbox",
    "cgroups",
    "chromium",
    "jupyterlab",
    "node",
]


@pytest.fixture
def bare_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """No programs on the path, no servers, no course, no Jupyter."""
    monkeypatch.setenv("PATH", "")
    nowhere = "postgresql+asyncpg://x@127.0.0.1:1/x,mariadb+aiomysql://x@127.0.0.1:1/x"
    monkeypatch.setenv("SETU_TEST_URLS", nowhere)
    monkeypatch.chdir("/")
    monkeypatch.setattr(cgroups, "parent", lambda: None)

    def not_installed(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", not_installed)


def run(*arguments: str) -> str:
    result = CliRunner().invoke(build([doctor]), ["doctor", *arguments])
    assert result.exit_code == 0
    return result.output


def test_one_line_each() -> None:
    names = [line.split()[1] for line in run("--lang", "en").splitlines()]
    assert names == CHECKED


@pytest.mark.usefixtures("bare_machine")
@pytest.mark.parametrize("lang", ["en", "bn", "hi"])
def test_a_bare_machine_is_told_how_to_get_each_thing(lang: str) -> None:
    lines = dict(zip(CHECKED, run("--lang", lang).splitlines(), strict=True))
    assert {name for name, line in lines.items() if line.startswith("✓")} == {"python", "sqlite"}
    assert "pip install uv" in lines["uv"]
    assert "docker compose up -d postgresql" in lines["postgresql"]
    assert "apt-get install bubblewrap" in lines["sandbox"]


@pytest.mark.usefixtures("bare_machine")
def test_words_and_json() -> None:
    plain = run("--plain", "--lang", "hi").splitlines()
    assert plain[0].startswith("नहीं है:")
    assert plain[1].startswith("है:")
    found = {each["name"]: each for each in json.loads(run("--json", "--lang", "en"))}
    assert list(found) == CHECKED
    assert found["python"]["present"] is True
    assert found["python"]["hint"] is None
    assert "pip install uv" in found["uv"]["hint"]
