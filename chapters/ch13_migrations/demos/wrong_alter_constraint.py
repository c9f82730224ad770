import shlex
import shutil
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
run('alembic revision -m "check the stock"')
[migration] = Path("migrations/versions").glob("*_check_the_stock.py")
edit(
    str(migration),
    "def upgrade() -> None:\n    pass",
    """def upgrade() -> None:
    op.create_check_constraint("stock_not_negative", "products", "stock_quantity >= 0")""",
)
run("alembic upgrade head")
