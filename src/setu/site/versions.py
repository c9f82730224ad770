"""With which versions the content of the course was last run."""

from __future__ import annotations

import platform
import tomllib
from pathlib import Path

PACKAGES = {
    "fastapi": "FastAPI",
    "sqlalchemy": "SQLAlchemy",
    "pydantic": "Pydantic",
    "alembic": "Alembic",
}


def locked_versions(root: Path) -> dict[str, str]:
    """Name → version of what the course teaches, from ``uv.lock``; Python is the one that runs."""
    lock = tomllib.loads((root / "uv.lock").read_text(encoding="utf-8"))
    locked = {package["name"]: package.get("version", "") for package in lock["package"]}
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: locked[key] for key, name in PACKAGES.items()}
