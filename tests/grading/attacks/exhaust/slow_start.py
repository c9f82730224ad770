"""Takes hours to start."""

import time

time.sleep(10_000)
