"""GET /users/{user_id}: one user by id, seen from outside."""

import random
import re

from setu.checks import (
    Call,
    Facts,
    Subject,
    answer_schema,
    expect,
    make_user,
    make_users,
    operations,
    public,
)

ROUTE = re.compile(r"GET /users/\{[^}]+\}")


def test_route(subject: Subject) -> None:
    routes = [*operations(subject.request("GET", "/openapi.json"))]
    known = any(ROUTE.fullmatch(route) for route in routes)
    told = Facts(did="GET /openapi.json", got=routes, expected="GET /users/{user_id}")
    expect(known, "route_missing", **told)


def test_found(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in users:
        reply = subject.request("GET", f"/users/{user['id']}")
        expect(reply.status != 422, "path_name_differs", reply, expected="200")
        expect(reply.status == 200, "found_not_200", reply, expected="200")


def test_right_user(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in rng.sample(users, 3):
        reply = subject.request("GET", f"/users/{user['id']}")
        body = reply.json()
        wanted = public(user)
        expect(isinstance(body, dict), "wrong_fields", reply, expected=wanted)
        expect(body.keys() == wanted.keys(), "wrong_fields", reply, expected=wanted)
        expect(body == wanted, "wrong_user", reply, expected=wanted)


def test_many_requests(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    calls = [Call("GET", f"/users/{user['id']}") for user in users * 8]
    for reply in subject.parallel(calls):
        expect(
            reply.status == 200, "found_not_200", reply, crash="connections_used_up", expected=200
        )


def test_inactive_user(subject: Subject, rng: random.Random) -> None:
    user = make_user(rng, 41, is_active=False)
    subject.insert("users", [user])
    reply = subject.request("GET", "/users/41")
    expect(reply.status == 200, "inactive_hidden", reply, expected="200")
    expect(reply.json() == public(user), "inactive_wrong", reply, expected=public(user))


def test_unknown_id(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for id in (users[0]["id"] + 1, 999, 0, -1):
        if id in [user["id"] for user in users]:
            continue
        reply = subject.request("GET", f"/users/{id}")
        right = {404} if id > 0 else {404, 422}
        expect(reply.text != "null", "null_instead_of_404", reply, expected="404")
        expect(
            reply.status in right, "unknown_not_404", reply, crash="unknown_crashes", expected="404"
        )
        body = reply.json()
        detail = isinstance(body, dict) and body.get("detail")
        expect(detail, "no_detail", reply, expected='404 {"detail": "…"}')


def test_not_a_number(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 7), make_user(rng, 9)]
    subject.insert("users", users)
    for id in ("7 OR 1=1", "7; DROP TABLE users", "7' OR '1'='1", "abc"):
        reply = subject.request("GET", f"/users/{id}")
        expect(reply.status != 200, "injection", reply, expected="422")
        expect(reply.status == 422, "not_validated", reply, crash="not_validated", expected="422")


def test_huge_id(subject: Subject) -> None:
    for id in (2**40, 10**30):
        reply = subject.request("GET", f"/users/{id}")
        right = reply.status in (404, 422)
        expect(right, "huge_id_crashes", reply, crash="huge_id_crashes", expected="404, 422")


def test_fresh_read(subject: Subject, rng: random.Random) -> None:
    subject.insert("users", [make_user(rng, 12)])
    subject.request("GET", "/users/12")  # an app that keeps its answers keeps this one
    subject.delete("users", 12)
    reply = subject.request("GET", "/users/12")
    expect(reply.status == 404, "stale_answer", reply, expected="404")
    subject.insert("users", [changed := make_user(rng, 12)])
    reply = subject.request("GET", "/users/12")
    expect(reply.json() == public(changed), "stale_answer", reply, expected=public(changed))


def test_list_users(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users[::-1])
    reply = subject.request("GET", "/users")
    wanted = [public(user) for user in users]
    expect(reply.status == 200, "list_broken", reply, expected="200")
    expect(reply.json() == wanted, "list_broken", reply, expected=wanted)


def test_survives_restart(subject: Subject, rng: random.Random) -> None:
    user = make_user(rng, 23)
    subject.insert("users", [user])
    subject.restart()
    reply = subject.request("GET", "/users/23")
    expect(reply.status == 200, "data_lost", reply, expected="200")


def test_documented(subject: Subject) -> None:
    reply = subject.request("GET", "/openapi.json")
    known = operations(reply)
    schema = next((answer_schema(known[route]) for route in known if ROUTE.fullmatch(route)), None)
    told = Facts(did="GET /openapi.json", got=schema)
    expect(schema, "no_response_schema", **told, expected="UserOut")
    expect("hashed_password" not in reply.text, "hash_in_schema", **told, expected="UserOut")


def test_one_select(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    reply = subject.request("GET", f"/users/{users[1]['id']}")
    selects = [each for each in subject.statements or () if each.verb == "SELECT"]
    told = Facts(did=reply.did, got="; ".join(each.sql for each in selects))
    expect(all("WHERE" in each.sql for each in selects), "all_rows_read", **told, expected="WHERE")
    expect(len(selects) == 1, "several_selects", **told, expected="1 SELECT")
    expect(selects[0].parameters, "not_bound", **told, expected="WHERE users.id = ?")
