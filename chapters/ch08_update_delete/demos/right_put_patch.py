from fastapi.testclient import TestClient

from chapters.ch08_update_delete.app.main import app

TEA = {"name": "চা", "description": "First flush", "price": "120.00", "stock_quantity": 12}

with TestClient(app) as client:
    client.post("/products", json=TEA)
    for method, body in [
        ("PATCH", {"price": "130.00"}),
        ("PATCH", {"description": None}),
        ("PATCH", {"name": None}),
        ("PUT", {"name": "Darjeeling", "price": "140.00"}),
        ("PUT", TEA),
        ("PUT", TEA),
    ]:
        response = client.request(method, "/products/1", json=body)
        print(method, body)
        if response.status_code == 200:
            print("   ", response.status_code, response.text)
        else:
            for error in response.json()["detail"]:
                print("   ", response.status_code, error["loc"], error["msg"])
