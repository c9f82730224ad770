import shutil
import subprocess
import sys
from pathlib import Path

shutil.copytree(Path(__file__).parents[1] / "app", "app")

print("$ cd app", "$ uvicorn main:app", sep="\n", flush=True)
subprocess.run([sys.executable, "-m", "uvicorn", "main:app"], cwd="app", check=False)
