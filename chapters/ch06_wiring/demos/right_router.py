from fastapi.testclient import TestClient

from chapters.ch06_wiring.app.main import app

with TestClient(app) as client:
    for path in ("/health", "/users/count", "/users"):
        reply = client.get(path)
        print("GET", path, "->", reply.status_code, reply.text)
