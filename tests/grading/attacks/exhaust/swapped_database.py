"""Swaps its database for a link and back, all the time: between a look and a second one."""

import os
import threading
from contextlib import suppress
from pathlib import Path

DATABASE = Path(os.environ["DATABASE_URL"].split("///")[1].split("?")[0])


def swap() -> None:
    while True:
        with suppress(OSError):
            os.symlink("CANARY", f"{DATABASE}.link")
            os.rename(DATABASE, f"{DATABASE}.real")
            os.rename(f"{DATABASE}.link", DATABASE)
            os.rename(f"{DATABASE}.real", DATABASE)


threading.Thread(target=swap, daemon=True).start()
