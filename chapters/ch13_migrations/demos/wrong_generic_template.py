import shlex
import subprocess
import sys
from pathlib import Path


def run(command: str) -> None:
    print("$", command, flush=True)
    subprocess.run([sys.executable, "-m", *shlex.split(command)], check=False)


run("alembic init alembic")
ini = Path("alembic.ini")
url = "sqlite+aiosqlite:///./dokan.db"
template = ini.read_text(encoding="utf-8")
ini.write_text(template.replace("driver://user:pass@localhost/dbname", url), encoding="utf-8")
run("alembic upgrade head")
