"""Takes memory in many processes, each below its own limit."""

import os
import time

children = 0
while children < 24:
    children += 1
    if os.fork() == 0:
        hoard = bytearray(b"\1") * (400 * 2**20)
        time.sleep(1000)
time.sleep(1000)
