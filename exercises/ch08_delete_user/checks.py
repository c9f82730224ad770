"""DELETE /users/{user_id}: the row of one user is gone for good, seen from outside."""

import random

from setu.checks import Call, Row, Subject, expect, make_user, make_users, public

UNKNOWN_ROUTE = '{"detail":"Not Found"}'


def delete(subject: Subject, user: Row) -> None:
    """What follows says something only about a route that deletes a user who exists."""
    reply = subject.request("DELETE", f"/users/{user['id']}")
    expect(reply.status == 204, "not_204", reply, expected="204")


def test_delete_user(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in rng.sample(users, 2):
        reply = subject.request("DELETE", f"/users/{user['id']}")
        known = reply.status not in (307, 405) and reply.text != UNKNOWN_ROUTE
        expect(known, "route_missing", reply, expected="204")
        expect(reply.status != 422, "path_name_differs", reply, expected="204")
        expect(reply.status != 404, "found_not_204", reply, expected="204")
        expect(reply.status == 204, "not_204", reply, expected="204")
        expect(reply.body == b"", "body_sent", reply, expected="204")


def test_row_gone(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    gone = users.pop(1)
    delete(subject, gone)
    rows = subject.rows("users")
    told = {"did": f"DELETE /users/{gone['id']}"}
    expect(gone not in rows, "not_deleted", **told, expected=users, got=rows)
    kept = [row["id"] for row in rows]
    expect(gone["id"] not in kept, "soft_deleted", **told, expected=users, got=rows)
    expect(rows == users, "others_deleted", **told, expected=users, got=rows)


def test_second_delete(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 2)
    subject.insert("users", users)
    delete(subject, users[0])
    reply = subject.request("DELETE", f"/users/{users[0]['id']}")
    expect(reply.status == 404, "second_not_404", reply, crash="unknown_crashes", expected="404")
    reply = subject.request("GET", f"/users/{users[0]['id']}")
    expect(reply.status == 404, "still_found", reply, expected="404")


def test_unknown_id(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    delete(subject, users.pop())
    for id in (users[0]["id"] + 1, 999, 0, -1):
        if id in [user["id"] for user in users]:
            continue
        reply = subject.request("DELETE", f"/users/{id}")
        rows = subject.rows("users")
        expect(rows == users, "unknown_deletes", did=reply.did, expected=users, got=rows)
        right = {404} if id > 0 else {404, 422}
        expect(
            reply.status in right, "unknown_not_404", reply, crash="unknown_crashes", expected="404"
        )
        body = reply.json()
        detail = isinstance(body, dict) and body.get("detail")
        expect(detail, "no_detail", reply, expected='404 {"detail": "…"}')


def test_wrong_id(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 7), make_user(rng, 9), make_user(rng, 12)]
    subject.insert("users", users)
    delete(subject, users.pop())
    for id in ("7 OR 1=1", "7; DROP TABLE users", "7' OR '1'='1", "abc"):
        reply = subject.request("DELETE", f"/users/{id}")
        rows = subject.rows("users")
        expect(rows == users, "injection", did=reply.did, expected=users, got=rows)
        expect(
            reply.status == 422, "id_not_validated", reply, crash="id_not_validated", expected=422
        )
    for id in (2**40, 10**30):
        reply = subject.request("DELETE", f"/users/{id}")
        right = reply.status in (404, 422)
        expect(right, "huge_id_crashes", reply, crash="huge_id_crashes", expected="404, 422")


def test_inactive_user(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 41, is_active=False), make_user(rng, 43, is_active=False)]
    subject.insert("users", users)
    reply = subject.request("DELETE", "/users/41")
    expect(reply.status == 204, "inactive_kept", reply, expected="204")
    rows = subject.rows("users")
    expect(rows == users[1:], "inactive_kept", did=reply.did, expected=users[1:], got=rows)


def test_get_keeps(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    delete(subject, users.pop())
    for path in (f"/users/{users[0]['id']}", f"/users/{users[0]['id']}/delete", "/users"):
        reply = subject.request("GET", path)
        rows = subject.rows("users")
        expect(rows == users, "get_deletes", did=reply.did, expected=users, got=rows)


def test_name_free(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    gone = users.pop(0)
    delete(subject, gone)
    again = {"username": gone["username"], "email": gone["email"], "password": "green mango tea"}
    reply = subject.request("POST", "/users", json=again)
    expect(reply.status == 201, "routes_broken", reply, expected="201")
    wanted = sorted([*(public(user) for user in users), reply.json()], key=lambda user: user["id"])
    reply = subject.request("GET", "/users")
    expect(reply.status == 200, "routes_broken", reply, expected=wanted)
    expect(reply.json() == wanted, "routes_broken", reply, expected=wanted)


def test_many_requests(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 8)
    subject.insert("users", users)
    delete(subject, users.pop())
    for reply in subject.parallel([Call("DELETE", f"/users/{id}") for id in range(950, 974)]):
        told = {"crash": "connections_used_up", "expected": "404"}
        expect(reply.status == 404, "unknown_not_404", reply, **told)
    for reply in subject.parallel([Call("DELETE", f"/users/{user['id']}") for user in users]):
        expect(reply.status == 204, "not_204", reply, crash="session_shared", expected="204")
    rows = subject.rows("users")
    expect(rows == [], "not_deleted", did="SELECT * FROM users", expected=[], got=rows)


def test_survives_restart(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    delete(subject, users.pop(1))
    subject.restart()
    rows = subject.rows("users")
    expect(rows == users, "data_lost", did="SELECT * FROM users", expected=users, got=rows)


def test_statements(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    delete(subject, users[1])
    seen = list(subject.statements or ())
    told = {"did": f"DELETE /users/{users[1]['id']}", "got": "; ".join(each.sql for each in seen)}
    expect(all("WHERE" in each.sql for each in seen), "all_rows_read", **told, expected="WHERE")
    expect(
        all(each.parameters for each in seen), "not_bound", **told, expected="WHERE users.id = ?"
    )
