"""Nothing in the repository tells on which machine it was made."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.content.pages import ROOT

PATHS = re.compile(
    r"ipykernel_\d|(?<![\w.:/-])/(?:home|Users|root|work|farm|builds)/[A-Za-z.]|[A-Z]:\\Users\\"
)
ALLOWED = {"tests/content/test_machine_traces.py", "docs/guides.py"}  # which makes up a path
TEXT = {".md", ".py", ".toml", ".out", ".ipynb", ".yml", ".yaml", ".json", ".js", ".css", ".svg"}


def tracked_files() -> list[str]:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: nothing says which files are the course's own")
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_no_path_of_a_machine() -> None:
    found = []
    for name in tracked_files():
        path = ROOT / name
        if path.suffix not in TEXT or name in ALLOWED or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if PATHS.search(line):
                found.append(f"{name}:{number}: {line.strip()[:100]}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["uv.lock", "package-lock.json"])
def test_locks_name_only_the_public_registries(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    urls = re.findall(r'(?:"resolved": |url = |registry = )"(https?://[^/"]+)', text)
    # npm may leave the addresses out: then `npm ci` asks the registry that it is set up for.
    assert urls or name == "package-lock.json"
    assert set(urls) <= {
        "https://pypi.org",
        "https://files.pythonhosted.org",
        "https://registry.npmjs.org",
    }
