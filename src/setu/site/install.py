"""What makes the course of one language an app: its manifest, and the list of all it needs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path

from setu.i18n import Words

ASSET = re.compile(r"(assets/(?!playground/|images/social)[\w./-]+\.\w+(?:\?[0-9a-f]{8})?)")
WORKER = re.compile(r"#\.\./(javascripts/workers/[\w.]+)")
PACKED = {".png", ".woff2", ".zip", ".zst"}


def manifest(words: Words, lang: str, up: str) -> bytes:
    """``manifest.webmanifest`` of one language; ``up`` leads from its home to the course's."""
    icons = [("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any")]
    icons.append(("icon-maskable-512.png", "512x512", "maskable"))
    content = {
        "id": "./",
        "name": f"{words.text('site_name')}: FastAPI + SQLAlchemy",
        "short_name": words.text("site_name"),
        "description": words.text("site_description"),
        "lang": lang,
        "start_url": "./",
        "scope": up or "./",
        "display": "standalone",
        "background_color": "#fffdfa",
        "theme_color": "#0f4c5c",
        "icons": [
            {
                "src": f"{up}assets/images/{name}",
                "sizes": sizes,
                "type": "image/png",
                "purpose": use,
            }
            for name, sizes, use in icons
        ],
    }
    return json.dumps(content, ensure_ascii=False).encode()


def list_playground(folder: Path) -> None:
    """Write ``save.json`` into the playground's folder: its files, version and about its bytes.

    Nothing is done if it is there: packing 20 MB takes a second.
    """
    target = folder / "save.json"
    if target.is_file():
        return
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file() and path.suffix]
    version = next(path.parent.name for path in paths if path.name == "files.json")
    content = {
        "bytes": sum(_sent(path.name, path.read_bytes()) for path in paths),
        "urls": [path.relative_to(folder).as_posix() for path in paths],
        "version": version,
    }
    target.write_text(json.dumps(content), encoding="utf-8")


def _sent(name: str, content: bytes) -> int:
    """Bytes of a file as a host sends it that compresses with gzip."""
    packed = Path(name).suffix in PACKED
    return len(content if packed else gzip.compress(content, 6))


def list_everything(folder: Path, up: str, shared: Mapping[str, bytes]) -> None:
    """Write ``save.json``: the addresses of a language's pages and files, and about how many bytes.

    Addresses are relative to ``folder``. Downloads are not among them.
    """
    own = [*folder.rglob("*.html"), *folder.rglob("*.css"), *folder.glob("style/*.js")]
    own += [*folder.glob("files/*/**/*.txt"), *folder.glob("search/*.json")]
    own = [path for path in own if path.name != "404.html"]
    pages = [path for path in own if not path.is_relative_to(folder / "assets")]
    text = "".join(path.read_text(encoding="utf-8") for path in own)
    assets = set(ASSET.findall(text)) | {f"assets/{each}" for each in WORKER.findall(text)}
    size = sum(_sent(path.name, path.read_bytes()) for path in pages)
    for place in assets:
        name = place.partition("?")[0]
        size += _sent(name, shared.get(name, b""))
    names = sorted(path.relative_to(folder).as_posix() for path in pages)
    urls = [name.removesuffix("index.html") or "./" for name in names]
    content = {"bytes": size, "urls": [*urls, *(up + place for place in sorted(assets))]}
    (folder / "save.json").write_text(json.dumps(content), encoding="utf-8")
