from fastapi.testclient import TestClient

from chapters.ch13_migrations.app.main import app

with TestClient(app) as client:
    print(client.get("/products").json())
