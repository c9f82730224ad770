from fastapi.testclient import TestClient

from chapters.ch08_update_delete.app.main import app

with TestClient(app) as client:
    client.post("/products", json={"name": "चाय", "price": "120.00"})
    for method in ("DELETE", "GET", "DELETE"):
        response = client.request(method, "/products/1")
        print(method, response.status_code, response.content)
