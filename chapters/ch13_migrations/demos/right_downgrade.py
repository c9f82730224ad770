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


run("alembic upgrade head")
db = sqlite3.connect("dokan.db")
db.execute(
    "INSERT INTO users (username, display_name, email, hashed_password, is_active) "
    "VALUES ('nadia', 'নাদিয়া রহমান', 'nadia@example.com', 'x', true)"
)
db.commit()
run("alembic downgrade -2")
run("alembic upgrade head")
print(db.execute("SELECT username, display_name FROM users").fetchall())
