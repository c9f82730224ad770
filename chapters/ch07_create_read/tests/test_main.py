from types import ModuleType

from fastapi.testclient import TestClient

NADIA = {"username": "nadia", "email": "nadia@example.com", "password": "two cups of tea"}
TEA = {"name": "দার্জিলিং চা", "price": "120.50", "stock_quantity": 12}


def test_create_user_returns_the_public_user(client: TestClient) -> None:
    response = client.post("/users", json=NADIA)
    assert response.status_code == 201
    assert response.json() == {
        "id": 1,
        "username": "nadia",
        "email": "nadia@example.com",
        "is_active": True,
    }


def test_create_user_refuses_a_username_that_is_taken(client: TestClient) -> None:
    client.post("/users", json=NADIA)
    response = client.post("/users", json=NADIA | {"email": "other@example.com"})
    assert response.status_code == 409
    assert client.post("/users", json=NADIA | {"username": "rahim"}).status_code == 409
    assert len(client.get("/users").json()) == 1


def test_create_user_refuses_a_broken_email(client: TestClient) -> None:
    response = client.post("/users", json=NADIA | {"email": "nadia at home"})
    assert response.status_code == 422
    assert client.get("/users").json() == []


def test_list_users_in_order_of_id(client: TestClient) -> None:
    for name in ("rahim", "aarav", "priya"):
        client.post("/users", json=NADIA | {"username": name, "email": f"{name}@example.com"})
    listed = [user["username"] for user in client.get("/users").json()]
    assert listed == ["rahim", "aarav", "priya"]
    assert [user["username"] for user in client.get("/users?limit=2").json()] == ["rahim", "aarav"]
    assert client.get("/users?limit=-1").status_code == 422


def test_get_user_by_username(client: TestClient) -> None:
    client.post("/users", json=NADIA)
    assert client.get("/users/by-username/nadia").json()["email"] == "nadia@example.com"
    assert client.get("/users/by-username/nobody").status_code == 404


def test_products_keep_their_price_to_the_paisa(client: TestClient) -> None:
    created = client.post("/products", json=TEA)
    assert created.status_code == 201
    product = client.get(f"/products/{created.json()['id']}").json()
    assert product["name"] == "দার্জিলিং চা"
    assert product["price"] == "120.50"
    assert product["description"] is None


def test_create_product_returns_the_price_as_it_is_stored(client: TestClient) -> None:
    created = client.post("/products", json={"name": "Notebook", "price": 45.5})
    assert created.json()["price"] == "45.50"
    assert client.get("/products/1").json() == created.json()


def test_create_product_refuses_a_third_decimal(client: TestClient) -> None:
    assert client.post("/products", json=TEA | {"price": "19.999"}).status_code == 422


def test_get_product_unknown_or_impossible(client: TestClient) -> None:
    assert client.get("/products/999").status_code == 404
    assert client.get(f"/products/{10**30}").status_code == 422


def test_rows_survive_a_restart(app_main: ModuleType) -> None:
    with TestClient(app_main.app) as client:
        client.post("/users", json=NADIA)
    with TestClient(app_main.app) as restarted:
        assert [user["username"] for user in restarted.get("/users").json()] == ["nadia"]
