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
db = sqlite3.connect("dokan.db")
db.execute("INSERT INTO products (name, price, stock_quantity) VALUES ('চা', 120, 5)")
db.execute(
    "CREATE TABLE reviews (id INTEGER PRIMARY KEY, text TEXT,"
    " product_id INTEGER NOT NULL REFERENCES products (id) ON DELETE CASCADE)"
)
db.execute("INSERT INTO reviews (text, product_id) VALUES ('ভালো চা', 1), ('बढ़िया', 1)")
db.commit()
print("reviews before:", db.execute("SELECT count(*) FROM reviews").fetchone()[0])

run('alembic revision -m "check the stock"')
[migration] = Path("migrations/versions").glob("*_check_the_stock.py")
edit(
    str(migration),
    "def upgrade() -> None:\n    pass",
    """def upgrade() -> None:
    with op.batch_alter_table("products") as table:
        table.create_check_constraint("stock_not_negative", "stock_quantity >= 0")""",
)
show_upgrade("check_the_stock")
run("alembic upgrade head")
print("reviews after the migration:", db.execute("SELECT count(*) FROM reviews").fetchone()[0])
