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


subprocess.run(
    [sys.executable, "-m", "alembic", "upgrade", "b858424145d1"],
    stderr=subprocess.DEVNULL,
    check=True,
)
db = sqlite3.connect("dokan.db")
db.execute(
    "INSERT INTO users (username, email, hashed_password, is_active) "
    "VALUES ('রহিম', 'rahim@example.com', 'x', true)"
)
db.execute("INSERT INTO products (title, price, stock_quantity) VALUES ('चाय', 120, 5)")
db.commit()
print("users:", db.execute("SELECT username FROM users").fetchall())
print("products:", db.execute("SELECT title FROM products").fetchall())

run("alembic upgrade head")
print("users:", db.execute("SELECT username, display_name FROM users").fetchall())
print("products:", db.execute("SELECT name FROM products").fetchall())
