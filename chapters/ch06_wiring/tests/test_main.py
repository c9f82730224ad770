from pathlib import Path
from types import ModuleType

from fastapi.testclient import TestClient

from setu.databases import kind_of


def test_health_asks_the_database(client: TestClient, database_url: str) -> None:
    response = client.get("/health")
    assert response.status_code == 200
    assert response.json()["status"] == "ok"
    names = {"sqlite": "sqlite", "postgresql": "postgresql", "mariadb": "mysql"}
    assert response.json()["database"] in {names[kind_of(database_url)], kind_of(database_url)}


def test_list_users_in_order_of_id(client: TestClient) -> None:
    users = client.get("/users").json()
    assert [user["id"] for user in users] == [1, 2, 3, 4]
    assert [user["username"] for user in users] == ["nadia", "রহিম", "आरव", "priya"]
    assert set(users[0]) == {"id", "username", "email", "is_active"}


def test_count_users(client: TestClient) -> None:
    assert client.get("/users/count").json() == {"users": 4}


def test_a_restart_adds_no_user_twice(app_main: ModuleType) -> None:
    for _ in range(2):
        with TestClient(app_main.app) as client:
            assert client.get("/users/count").json() == {"users": 4}


def test_every_connection_is_back_in_the_pool_after_its_request(
    app_main: ModuleType, client: TestClient
) -> None:
    for _ in range(20):
        client.get("/users")
    assert app_main.engine.pool.checkedout() == 0


def test_dispose_empties_the_pool(app_main: ModuleType) -> None:
    with TestClient(app_main.app) as client:
        client.get("/users")
        assert app_main.engine.pool.checkedin() == 1
    assert app_main.engine.pool.checkedin() == 0


def test_database_module_is_the_same_as_in_chapter_7() -> None:
    here = Path(__file__).parents[1] / "app/database.py"
    there = here.parents[2] / "ch07_create_read/app/database.py"
    assert here.read_bytes() == there.read_bytes()
