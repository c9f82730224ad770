import os
import shlex
import subprocess
import sys
from pathlib import Path


def run(command: str) -> None:
    print("$", command, flush=True)
    subprocess.run([sys.executable, "-m", *shlex.split(command)], check=False)


run("alembic init -t async migrations")
ini = Path("alembic.ini")
url = "sqlalchemy.url = "
template = ini.read_text(encoding="utf-8")
mine = template.replace(
    url + "driver://user:pass@localhost/dbname",
    url + "sqlite+aiosqlite:///./test.db  # Update this with your database URL",
)
ini.write_text(mine, encoding="utf-8")
run("alembic upgrade head")
print("files:", *(repr(name) for name in sorted(os.listdir()) if "test.db" in name))
