"""Preloaded by the server of child processes alone: it ends without taking its modules apart.

That would be a fifth of a second, in which a program that reads the output of ``setu check`` to its
end would wait for a process that has nothing more to say.
"""

import atexit
import os

atexit.register(os._exit, 0)
