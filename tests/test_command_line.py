"""What every command does before its own work begins."""

from __future__ import annotations

import sys

import pytest

from setu import cli
from setu.i18n import LANGUAGES, asked_language, choose_language


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_old_python_is_told_what_to_get(
    lang: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["setu", "list", "--lang", lang])
    monkeypatch.setattr(cli, "OLDEST", (99, 0))
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert sys.version.split()[0] in said
    assert said.count("\n") == 1
    assert said.startswith({"en": "Setu", "bn": "সেতু", "hi": "सेतु"}[lang])


def test_ctrl_c_before_the_command_begins_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupted(name: str) -> None:
        raise KeyboardInterrupt(name)

    monkeypatch.setattr(sys, "argv", ["setu", "list"])
    monkeypatch.setattr("importlib.import_module", interrupted)
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 130


def test_language_is_asked_for_then_set_then_the_systems(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SETU_LANG", "hi")
    monkeypatch.setenv("LC_ALL", "bn_BD.UTF-8")
    assert choose_language("bn") == "bn"
    assert choose_language(None) == "hi"
    monkeypatch.delenv("SETU_LANG")
    assert choose_language(None) == "bn"
    monkeypatch.setenv("LC_ALL", "C")
    assert choose_language("fr") == "en"


def test_language_is_found_on_the_command_line() -> None:
    assert asked_language(["list", "--lang", "bn"]) == "bn"
    assert asked_language(["--lang=hi", "list"]) == "hi"
    assert asked_language(["list", "--lang"]) is None


@pytest.mark.parametrize("command", ["list", "doctor", "build"])
def test_a_language_that_is_none_of_ours_is_refused(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["setu", command, "--lang", "fr"])
    monkeypatch.setenv("SETU_LANG", "en")
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said == "The course has no language fr: write en, bn or hi after --lang.\n"


def test_a_folder_that_is_no_course_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    monkeypatch.setattr(sys, "argv", ["setu", "list", "--lang", "en", "--root", str(tmp_path)])
    with pytest.raises(SystemExit) as left:
        cli.main()
    assert left.value.code == 2
    assert "is not the course" in capsys.readouterr().err
