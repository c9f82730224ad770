"""``setu build`` and ``setu serve`` from the outside."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from pathlib import Path

import pytest

SETU = [sys.executable, "-m", "setu"]


def run(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*SETU, *words], capture_output=True, encoding="utf-8", timeout=120, check=False
    )


@pytest.fixture
def course(small_course: Path) -> Path:
    """The small course as if its fonts had been fetched: nothing is downloaded here."""
    import hashlib

    lock = (small_course / "package-lock.json").read_bytes()
    (small_course / "node_modules").mkdir()
    (small_course / "node_modules/.setu-lock").write_text(
        hashlib.sha256(lock).hexdigest(), encoding="utf-8"
    )
    return small_course


def test_build_writes_the_site_and_then_has_nothing_to_do(course: Path, tmp_path: Path) -> None:
    words = ["build", "--root", str(course), "--out", str(tmp_path / "out"), "--lang", "en"]
    first, second = run(*words), run(*words)
    assert (first.returncode, second.returncode) == (0, 0), first.stdout + first.stderr
    assert "Building: en bn hi" in first.stdout
    assert "Nothing changed" in second.stdout
    for page in ("index.html", "bn/index.html", "hi/glossary/index.html", "404.html"):
        assert (tmp_path / "out" / page).is_file()


def test_a_problem_fails_the_build_with_2_and_one_sentence_each(
    course: Path, tmp_path: Path
) -> None:
    page = course / "docs/en/index.md"
    page.write_text("# Setu {#setu}\n\n[x](gone.md) [y](term:none)\n", encoding="utf-8")
    done = run("build", "--root", str(course), "--out", str(tmp_path / "out"), "--lang", "hi")
    assert done.returncode == 2
    assert "gone.md" in done.stdout
    assert "none शब्द पर निशान है" in done.stdout
    assert "साइट नहीं बनी" in done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert not (tmp_path / "out").exists()


def test_the_zip_to_hand_round_has_links_to_files_and_a_little_server(
    course: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = run("build", "--offline", "--root", str(course), "--out", str(out), "--lang", "en")
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(tmp_path / "out-offline.zip") as archive:
        names = archive.namelist()
        html = archive.read("setu/bn/chapters/ch07_create_read/index.html").decode()
        index = archive.read("setu/bn/search/search_index.js").decode()
        mode = archive.getinfo("setu/start-linux.sh").external_attr >> 16
    assert {"setu/serve.py", "setu/start-windows.bat", "setu/README.txt"} <= set(names)
    assert not re.findall(r'href="(?:\.\.?|[^":#]*/)(?:#[^"]*)?"', html)
    assert "glossary/index.html#session" in index
    assert mode & 0o111


def test_a_taken_port_is_said_before_anything_is_built(course: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("serve", "--root", str(course), "--port", str(port), "--lang", "bn")
    assert done.returncode == 2
    assert f"{port} নম্বর পোর্টটি" in done.stderr
    assert not (course / ".cache").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to the whole console")
def test_serve_shows_the_language_and_builds_again_what_changes(course: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = ["serve", "--root", str(course), "--port", str(port), "--lang", "bn"]
    server = subprocess.Popen([*SETU, *words], stdout=subprocess.PIPE, encoding="utf-8")
    assert server.stdout is not None
    try:
        said = iter(server.stdout.readline, "")
        address = f"http://127.0.0.1:{port}/bn/"
        assert any(address in line for line in said)
        page = f"{address}chapters/ch07_create_read/"
        assert "তৈরি ও পড়া" in _get(page)
        file = course / "docs/bn/chapters/ch07_create_read.md"
        file.write_text(
            file.read_text(encoding="utf-8").replace("তৈরি ও পড়া", "নতুন নাম"), encoding="utf-8"
        )
        end = time.monotonic() + 60
        while "নতুন নাম" not in _get(page):
            assert time.monotonic() < end
            time.sleep(0.3)
        assert not list((course / ".cache/site").rglob("setu-reload*"))
        built = course / ".cache/site/bn/chapters/ch07_create_read/index.html"
        assert "setu-reload" not in built.read_text(encoding="utf-8")
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(30) == 0


def _get(url: str) -> str:
    try:
        with urllib.request.urlopen(url) as answer:  # noqa: S310  (our own server)
            return str(answer.read().decode())
    except OSError:  # while the new pages take the place of the old ones
        return ""
