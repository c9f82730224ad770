from fastapi.testclient import TestClient

NADIA = {"username": "nadia", "email": "nadia@example.com", "password": "two cups of tea"}
TEA: dict[str, object] = {
    "name": "দার্জিলিং চা",
    "description": "पहली तोड़",
    "price": "120.50",
    "stock_quantity": 12,
}
NOTEBOOK: dict[str, object] = {
    "name": "Notebook",
    "description": None,
    "price": "45.00",
    "stock_quantity": 0,
}


def create(client: TestClient, product: dict[str, object]) -> str:
    return f"/products/{client.post('/products', json=product).json()['id']}"


def test_a_taken_username_is_a_conflict_and_the_next_request_works(client: TestClient) -> None:
    assert client.post("/users", json=NADIA).status_code == 201
    assert client.post("/users", json=NADIA | {"email": "n@example.com"}).status_code == 409
    assert [user["username"] for user in client.get("/users").json()] == ["nadia"]


def test_put_replaces_every_field_and_may_be_repeated(client: TestClient) -> None:
    tea = create(client, TEA)
    for _ in range(2):
        response = client.put(tea, json=NOTEBOOK)
        assert response.status_code == 200
        assert response.json() == client.get(tea).json() == NOTEBOOK | {"id": 1}


def test_put_wants_every_field(client: TestClient) -> None:
    tea = create(client, TEA)
    assert client.put(tea, json={"name": "Tea", "price": "1"}).status_code == 422
    assert client.get(tea).json()["stock_quantity"] == 12


def test_put_creates_nothing(client: TestClient) -> None:
    assert client.put("/products/77", json=NOTEBOOK).status_code == 404
    assert client.get("/products").json() == []


def test_put_leaves_other_products_alone(client: TestClient) -> None:
    tea, notebook = create(client, TEA), create(client, NOTEBOOK)
    client.put(tea, json=NOTEBOOK | {"name": "आम"})
    assert client.get(notebook).json()["name"] == "Notebook"


def test_patch_changes_only_what_was_sent(client: TestClient) -> None:
    tea = create(client, TEA)
    response = client.patch(tea, json={"price": 130})
    assert response.status_code == 200
    assert response.json() == client.get(tea).json() == TEA | {"id": 1, "price": "130.00"}


def test_patch_with_nothing_changes_nothing(client: TestClient) -> None:
    tea = create(client, TEA)
    assert client.patch(tea, json={}).json() == TEA | {"id": 1}


def test_patch_can_empty_the_description(client: TestClient) -> None:
    tea = create(client, TEA)
    assert client.patch(tea, json={"description": None}).json()["description"] is None


def test_patch_refuses_null_for_a_column_that_needs_a_value(client: TestClient) -> None:
    tea = create(client, TEA)
    for field in ("name", "price", "stock_quantity"):
        assert client.patch(tea, json={field: None}).status_code == 422
    assert client.get(tea).json() == TEA | {"id": 1}


def test_patch_does_not_touch_the_id(client: TestClient) -> None:
    tea = create(client, TEA)
    assert client.patch(tea, json={"id": 77}).json()["id"] == 1
    assert client.get("/products/77").status_code == 404


def test_delete_sends_no_body_and_removes_one_row(client: TestClient) -> None:
    tea, notebook = create(client, TEA), create(client, NOTEBOOK)
    response = client.delete(tea)
    assert (response.status_code, response.content) == (204, b"")
    assert client.get(tea).status_code == 404
    assert client.get(notebook).status_code == 200


def test_delete_twice_is_not_found_the_second_time(client: TestClient) -> None:
    tea = create(client, TEA)
    assert client.delete(tea).status_code == 204
    assert client.delete(tea).status_code == 404
    assert client.delete(f"/products/{10**30}").status_code == 422
