from fastapi.testclient import TestClient

from chapters.ch07_create_read.app.main import app

NADIA = {"username": "nadia", "email": "nadia@example.com", "password": "two cups of tea"}

with TestClient(app) as client:
    for body in (NADIA, NADIA, NADIA | {"email": "nadia at home"}):
        response = client.post("/users", json=body)
        print(response.status_code, response.text)
    print(client.get("/users/by-username/nadia").status_code)
    print(client.get("/users/by-username/rahim").status_code)
