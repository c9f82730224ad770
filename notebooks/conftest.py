"""The English labs are run cell by cell and must print what is stored (nbval)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

collect_ignore = ["bn", "hi"]  # the same code and outputs, see tests/labs


def pytest_configure(config: pytest.Config) -> None:
    """Switch nbval on here, so that ``pytest`` alone runs the labs, from whichever folder."""
    config.option.nbval = True
    config.option.nbval_current_env = True
    config.option.nbval_sanitize_with = str(Path(__file__).with_name("sanitize.cfg"))
    os.environ["PYTHONHASHSEED"] = "0"  # for the kernels: as when the outputs were stored
    if config.getoption("dist", "no") == "load":
        config.option.dist = "loadfile"  # the cells of a notebook share one kernel
