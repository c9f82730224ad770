import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

shutil.copytree(Path(__file__).parents[1] / "app", "app")
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]

print("$ uvicorn app.main:app")
command = [sys.executable, "-m", "uvicorn", "app.main:app", "--port", str(port)]
server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
reply = None
while reply is None and server.poll() is None:
    try:
        reply = httpx2.get(f"http://127.0.0.1:{port}/health")
    except httpx2.ConnectError:
        time.sleep(0.1)
server.terminate()
server.wait()

if reply is None:
    sys.exit("The server did not start.")
print("GET /health ->", reply.status_code, reply.text)
