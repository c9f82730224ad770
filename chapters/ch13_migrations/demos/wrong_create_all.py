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


def show_upgrade(slug: str) -> None:
    [path] = Path("migrations/versions").glob(f"*_{slug}.py")
    text = path.read_text(encoding="utf-8")
    upgrade = text[text.index("def upgrade") : text.index("def downgrade")].rstrip()
    print(*(line for line in upgrade.split("\n") if line and "# ###" not in line), sep="\n")


shutil.rmtree("migrations/versions")
Path("migrations/versions").mkdir()

print("the app starts and calls create_all", flush=True)
code = "import asyncio, app.models as m, app.database as d; asyncio.run(d.create_tables())"
subprocess.run([sys.executable, "-c", code], check=True)

run('alembic revision --autogenerate -m "create users and products"')
show_upgrade("create_users_and_products")
[path] = Path("migrations/versions").glob("*.py")
if "op." not in path.read_text(encoding="utf-8").split("def upgrade")[1]:
    print("empty migration: alembic found no difference")
