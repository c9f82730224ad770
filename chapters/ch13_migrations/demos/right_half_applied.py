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


subprocess.run(
    [sys.executable, "-m", "alembic", "upgrade", "head"], stderr=subprocess.DEVNULL, check=True
)
with sqlite3.connect("dokan.db") as db:
    db.execute("INSERT INTO products (name, price, stock_quantity) VALUES ('চা', 120, 5)")

run('alembic revision -m "add tags and units"')
[migration] = Path("migrations/versions").glob("*_add_tags_and_units.py")
edit(
    str(migration),
    "def upgrade() -> None:\n    pass",
    """def upgrade() -> None:
    op.create_table("tags", sa.Column("name", sa.String(50), primary_key=True))
    op.add_column("products", sa.Column("unit", sa.String(20), nullable=False))""",
)
subprocess.run(["alembic", "upgrade", "head"], stderr=subprocess.DEVNULL, check=False)
print("first try: the second step failed, unit needs a server_default")

edit(str(migration), "nullable=False", 'nullable=False, server_default="piece"')
db.execute("DROP TABLE tags")
print("what the first try left behind is dropped")
run("alembic upgrade head")
