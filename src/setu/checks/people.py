"""Rows for the table ``users``, other ones in each run."""

from __future__ import annotations

import random

from setu.checks.subject import Row

NAMES = ["nadia", "rahim", "aarav", "priya", "নাদিয়া", "রহিম", "आरव", "प्रिया", "o'brien", "mina"]


def make_users(rng: random.Random, count: int = 3) -> list[Row]:
    """``count`` users by id, active, with ids that have gaps and do not start at 1."""
    ids = sorted(rng.sample(range(3, 900), count))
    return [make_user(rng, id) for id in ids]


def make_user(rng: random.Random, id: int, *, is_active: bool = True) -> Row:
    """One user with this id; name, e-mail and hash are random and belong to nobody else."""
    tag = f"{rng.getrandbits(32):08x}"
    return {
        "id": id,
        "username": f"{rng.choice(NAMES)}-{tag}",
        "email": f"{tag}@example.com",
        "hashed_password": f"scrypt${rng.getrandbits(128):032x}${rng.getrandbits(256):064x}",
        "is_active": is_active,
    }


def public(user: Row) -> Row:
    """What everybody may see of a user: exactly ``id``, ``username``, ``email``, ``is_active``."""
    return {name: user[name] for name in ("id", "username", "email", "is_active")}
