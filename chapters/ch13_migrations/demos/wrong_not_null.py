import shlex
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

CHAPTER = Path(__file__).parents[1]
shutil.copytree(CHAPTER / "app", "app")
shutil.copytree(CHAPTER / "migrations", "migrations")
shutil.copy(CHAPTER / "alembic.ini", ".")


def run(command: str) -> None:
    print("$", command, flush=True)
    subprocess.run([sys.executable, "-m", *shlex.split(command)], check=False)


def edit(file: str, old: str, new: str) -> None:
    text = Path(file).read_text(encoding="utf-8")
    assert old in text
    Path(file).write_text(text.replace(old, new), encoding="utf-8")


def show_upgrade(slug: str) -> None:
    [path] = Path("migrations/versions").glob(f"*_{slug}.py")
    text = path.read_text(encoding="utf-8")
    upgrade = text[text.index("def upgrade") : text.index("def downgrade")].rstrip()
    print(*(line for line in upgrade.split("\n") if line and "# ###" not in line), sep="\n")


subprocess.run(
    [sys.executable, "-m", "alembic", "upgrade", "head"], stderr=subprocess.DEVNULL, check=True
)
with sqlite3.connect("dokan.db") as db:
    db.execute("INSERT INTO products (name, price, stock_quantity) VALUES ('চা', 120, 5)")

edit(
    "app/models.py",
    "    stock_quantity:",
    "    unit: Mapped[str] = mapped_column(String(20))\n    stock_quantity:",
)
run('alembic revision --autogenerate -m "add unit"')
show_upgrade("add_unit")
run("alembic upgrade head")
