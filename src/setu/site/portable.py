"""The site as a zip to hand round: its pages can be opened as files, without any server."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from setu.i18n import LANGUAGES
from setu.site.words import site_words

NAME = "setu"
"""The folder in the zip."""
USB = Path(__file__).with_name("usb")
STARTERS = {
    "start-windows.bat": "@echo off\r\ncd /d %~dp0\r\npy serve.py || python serve.py\r\npause\r\n",
    "start-mac.command": '#!/bin/sh\ncd "$(dirname "$0")" && exec python3 serve.py\n',
    "start-linux.sh": '#!/bin/sh\ncd "$(dirname "$0")" && exec python3 serve.py\n',
}
HREF = re.compile(r'(?P<start>\shref=")(?P<path>[^"#?:]+)(?P<rest>[#?][^"]*)?(?P<end>")')
MATERIAL_WORKER = re.compile(r'"search": "[^"#]*#[^"]*/workers/(?P<name>[^"]+)"')
PRELOAD = re.compile(r'<link rel="preload"[^>]*>')
ADDRESS = "new URL(location.hash.slice(1), location.href)"
PACKED = {".png", ".woff2", ".zip", ".gz", ".whl", ".zst"}


def write(site: Path, target: Path) -> None:
    """Write the built ``site`` as ``target``; what was there is replaced when it is whole."""
    started = target.with_suffix(".part")
    with zipfile.ZipFile(started, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(site.rglob("*")):
            if path.is_file():
                name = path.relative_to(site).as_posix()
                kind = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
                archive.writestr(f"{NAME}/{name}", _content(path, name), kind)
        archive.writestr(f"{NAME}/assets/js/portable.js", _script(site))
        for lang in LANGUAGES:
            index = f"{'' if lang == 'en' else f'{lang}/'}search/search_index.js"
            archive.writestr(f"{NAME}/{index}", _index(site / index.replace(".js", ".json")))
        archive.write(USB / "serve.py", f"{NAME}/serve.py")
        for name, text in STARTERS.items():
            info = zipfile.ZipInfo(f"{NAME}/{name}", (2026, 1, 1, 0, 0, 0))
            info.external_attr = 0o755 << 16  # may be run
            archive.writestr(info, text)
        said = [site_words(lang).text("portable_readme") for lang in LANGUAGES]
        archive.writestr(f"{NAME}/README.txt", "\n\n".join(said) + "\n")
    started.replace(target)


def _content(path: Path, name: str) -> bytes:
    content = path.read_bytes()
    if name == "assets/js/first-visit.js":
        return content.replace(b"${chosen}/", b"${chosen}/index.html")
    return _page(content.decode(), name).encode() if path.suffix == ".html" else content


def _page(html: str, name: str) -> str:
    """A page whose links name files, with the script that stands in for a server."""
    up = "../" * name.count("/")
    script = f'<script src="{up}assets/js/portable.js"></script>'
    html = PRELOAD.sub("", html)  # a browser takes no font from a file by that way
    html = html.replace("; object-src", "; worker-src 'self' blob:; object-src", 1)
    return HREF.sub(_file, html).replace("</head>", f"{script}</head>", 1)


def _file(found: re.Match[str]) -> str:
    path = found["path"]
    if path.startswith("/") or path.rsplit("/", 1)[-1] not in ("", ".", ".."):
        return found[0]
    return f"{found['start']}{path.rstrip('/')}/index.html{found['rest'] or ''}{found['end']}"


def _index(path: Path) -> str:
    """The search index as a script that sets ``__index``; its places name files."""
    index = json.loads(path.read_text(encoding="utf-8"))
    for doc in index["docs"]:
        doc["location"] = _place(doc["location"])
    entries = index["config"]["entries"]
    index["config"]["entries"] = {_place(place): names for place, names in entries.items()}
    return f"var __index = {json.dumps(index, ensure_ascii=False)}"


def _place(location: str) -> str:
    path, mark, anchor = location.partition("#")
    return f"{path}index.html{mark}{anchor}"


def _script(site: Path) -> str:
    """``portable.js`` with the code of the search worker and of Material's as one text."""
    found = MATERIAL_WORKER.search((site / "index.html").read_text(encoding="utf-8"))
    assert found is not None
    material = next((site / "assets/javascripts/workers").glob(found["name"]))
    own = (site / "assets/js/search-worker.js").read_text(encoding="utf-8")
    assert ADDRESS in own
    code = (
        f"self.importScripts = () => {{\n{material.read_text(encoding='utf-8')}\n}}\n"
        f"{own.replace(ADDRESS, '')}"
    )
    script = (USB / "portable.js").read_text(encoding="utf-8")
    return f"const SEARCH_WORKER = {json.dumps(code, ensure_ascii=False)}\n{script}"
