"""``setu doctor``: what this machine has and lacks, one line each, with how to get it."""

from __future__ import annotations

import json
import platform
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Annotated

import typer
from sqlalchemy import make_url

from setu.cli.root import Context, Lang, Root, context
from setu.databases import reachable, servers
from setu.errors import SetuError
from setu.grading import cgroups
from setu.grading.sandbox import available_tier

app = typer.Typer()

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True)
class Finding:
    """One thing that the course can use; ``detail`` is its version or place, or why it is not."""

    name: str
    present: bool
    detail: str
    hint: str = ""
    """Message key of how to get it, where that is not ``doctor_<name>``."""


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="for tools")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="words instead of signs")] = False,
    lang: Lang = None,
    root: Root = None,
) -> None:
    """Say what this machine has and lacks. Nothing but Python is a must."""
    setu = context(lang, root)
    words = setu.words
    findings = [check(setu) for check in CHECKS]
    hints = {
        found.name: words.text(found.hint or f"doctor_{found.name}")
        for found in findings
        if not found.present
    }
    if as_json:
        rows = [
            {
                "name": found.name,
                "present": found.present,
                "detail": found.detail,
                "hint": hints.get(found.name),
            }
            for found in findings
        ]
        typer.echo(json.dumps(rows, indent=1, ensure_ascii=False))
        return
    for found in findings:
        sign = words.text("doctor_has" if found.present else "doctor_lacks") if plain else ""
        sign = sign or ("✓" if found.present else "–")
        hint = f"  {hints[found.name]}" if not found.present else ""
        typer.echo(f"{sign} {found.name:<11} {found.detail}{hint}")


def _course(setu: Context) -> Finding:
    try:
        return Finding("course", True, str(setu.root))
    except SetuError:
        return Finding("course", False, "")


def _python(setu: Context) -> Finding:
    return Finding("python", True, platform.python_version())


def _uv(setu: Context) -> Finding:
    said = _output("uv", "--version")
    return Finding("uv", bool(said), said.removeprefix("uv ").split(" (")[0])


def _sqlite(setu: Context) -> Finding:
    return Finding("sqlite", True, sqlite3.sqlite_version)


def _postgresql(setu: Context) -> Finding:
    url = servers()["postgresql"]
    reason = reachable(url)
    return Finding("postgresql", reason is None, reason or str(make_url(url)))


def _mariadb(setu: Context) -> Finding:
    url = servers()["mariadb"]
    reason = reachable(url)
    return Finding("mariadb", reason is None, reason or str(make_url(url)))


def _sandbox(setu: Context) -> Finding:
    tier, reason = available_tier()  # the program alone is not enough: it is tried out
    said = _output("bwrap", "--version")
    if tier == "A":
        return Finding("sandbox", True, f"A ({said})")
    return Finding("sandbox", False, f"B ({reason})", hint="doctor_namespaces" if said else "")


def _cgroups(setu: Context) -> Finding:
    above = cgroups.parent()
    return Finding("cgroups", above is not None, str(above or ""))


def _chromium(setu: Context) -> Finding:
    found = next((path for name in BROWSERS if (path := shutil.which(name))), "")
    return Finding("chromium", bool(found), found)


def _jupyterlab(setu: Context) -> Finding:
    try:
        return Finding("jupyterlab", True, metadata.version("jupyterlab"))
    except metadata.PackageNotFoundError:
        return Finding("jupyterlab", False, "")


def _node_modules(setu: Context) -> Finding:
    try:
        folder = setu.root / "node_modules"
    except SetuError:
        return Finding("node", False, "")
    return Finding("node", folder.is_dir(), "node_modules" if folder.is_dir() else "")


def _output(*command: str) -> str:
    try:
        done = subprocess.run(
            command, capture_output=True, encoding="utf-8", timeout=10, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


CHECKS: tuple[Callable[[Context], Finding], ...] = (
    _course,
    _python,
    _uv,
    _sqlite,
    _postgresql,
    _mariadb,
    _sandbox,
    _cgroups,
    _chromium,
    _jupyterlab,
    _node_modules,
)
