"""DELETE /users/{user_id}: the row of one user is gone for good, seen from outside."""

import random

from setu.checks import Call, Facts, Row, Subject, expect, make_user, make_users, public

UNKNOWN_ROUTE = '{"detail":"Not Found"}'
NOBODY = range(950, 968)
"""Ids that nobody has: more than a pool has connections, which are 15."""


def delete(subject: Subject, user: Row) -> list[Row]:
    """All rows after a user was deleted."""
    reply = subject.request("DELETE", f"/users/{user['id']}")
    expect(reply.status == 204, "not_204", reply, expected="204")
    return subject.rows("users")


def ids(rows: list[Row]) -> list[object]:
    return [row["id"] for row in rows]


def test_route(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    reply = subject.request("DELETE", f"/users/{rng.choice(users)['id']}")
    known = reply.status not in (307, 405) and reply.text != UNKNOWN_ROUTE
    expect(known, "route_missing", reply, expected="204")
    expect(reply.status != 422, "path_name_differs", reply, expected="204")
    expect(reply.status != 404, "found_not_204", reply, expected="204")
    expect(reply.status == 204, "not_204", reply, expected="204")


def test_empty_answer(subject: Subject, rng: random.Random) -> None:
    subject.insert("users", [user := make_user(rng, 31)])
    reply = subject.request("DELETE", f"/users/{user['id']}")
    expect(reply.body == b"", "body_sent", reply, expected="204")


def test_row_gone(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    gone = users.pop(1)
    rows = delete(subject, gone)
    told = Facts(did=f"DELETE /users/{gone['id']}", expected=ids(users), got=ids(rows))
    others = [row for row in rows if row["id"] != gone["id"]]
    expect(others == users, "others_deleted", **told)
    expect(gone not in rows, "not_deleted", **told)
    expect(rows == users, "soft_deleted", **told)


def test_unknown_id(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    gone = users.pop()
    before = delete(subject, gone)
    for id in (gone["id"], users[0]["id"] + 1, 999, 0, -1):
        if id in ids(users):
            continue
        reply = subject.request("DELETE", f"/users/{id}")
        rows = subject.rows("users")
        told = Facts(did=reply.did, expected=ids(before), got=ids(rows))
        expect(rows == before, "unknown_deletes", **told)
        expect(reply.status >= 300, "deleted_again", reply, expected="404")
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
    before = delete(subject, users.pop())
    for id in ("7 OR 1=1", "7; DROP TABLE users", "7' OR '1'='1", "abc"):
        reply = subject.request("DELETE", f"/users/{id}")
        rows = subject.rows("users")
        told = Facts(did=reply.did, expected=ids(before), got=ids(rows))
        expect(rows == before, "injection", **told)
        right = reply.status == 422
        expect(right, "id_not_validated", reply, crash="id_not_validated", expected="422")
    for number in (2**40, 10**30):
        reply = subject.request("DELETE", f"/users/{number}")
        right = reply.status in (404, 422)
        expect(right, "huge_id_crashes", reply, crash="huge_id_crashes", expected="404, 422")


def test_inactive_user(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 40), make_user(rng, 41, is_active=False)]
    subject.insert("users", users)
    delete(subject, users[0])
    reply = subject.request("DELETE", "/users/41")
    expect(reply.status == 204, "inactive_kept", reply, expected="204")
    rows = subject.rows("users")
    expect(rows == [], "inactive_kept", did=reply.did, expected=[], got=ids(rows))


def test_get_keeps(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    before = delete(subject, users.pop())
    id = users[0]["id"]
    for path in (f"/users/{id}", f"/users/{id}/delete", f"/users/delete/{id}", "/users"):
        reply = subject.request("GET", path)
        rows = subject.rows("users")
        told = Facts(did=reply.did, expected=ids(before), got=ids(rows))
        expect(rows == before, "get_deletes", **told)


def test_other_routes(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    gone = users.pop(0)
    delete(subject, gone)
    reply = subject.request("GET", f"/users/{gone['id']}")
    expect(reply.status == 404, "routes_broken", reply, expected="404")
    # The name and the e-mail are free again.
    again = {"username": gone["username"], "email": gone["email"], "password": "green mango tea"}
    reply = subject.request("POST", "/users", json=again)
    expect(reply.status == 201, "routes_broken", reply, expected="201")
    id = reply.at("id")
    expect(isinstance(id, int), "routes_broken", reply, expected='{"id": …}')
    users.append({**gone, "id": id})
    wanted = [public(user) for user in sorted(users, key=lambda user: user["id"])]
    reply = subject.request("GET", "/users")
    expect(reply.status == 200, "routes_broken", reply, expected=wanted)
    expect(reply.json() == wanted, "routes_broken", reply, expected=wanted)


def test_survives_restart(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    before = delete(subject, users.pop(1))
    subject.restart()
    rows = subject.rows("users")
    expect(rows == before, "data_lost", expected=ids(before), got=ids(rows))


def test_statements(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    delete(subject, users[1])
    seen = list(subject.statements or ())
    told = Facts(did=f"DELETE /users/{users[1]['id']}", got="; ".join(each.sql for each in seen))
    expect(all("WHERE" in each.sql for each in seen), "all_rows_read", **told, expected="WHERE")
    bound = all(each.parameters for each in seen)
    expect(bound, "not_bound", **told, expected="WHERE users.id = ?")


def test_many_requests(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 7)
    subject.insert("users", users)
    delete(subject, users.pop())
    for reply in subject.parallel([Call("DELETE", f"/users/{id}") for id in ids(users)]):
        expect(reply.status == 204, "not_204", reply, crash="session_shared", expected="204")
    rows = subject.rows("users")
    expect(rows == [], "not_deleted", expected=[], got=ids(rows))
    for reply in subject.parallel([Call("DELETE", f"/users/{id}") for id in NOBODY]):
        expect(
            reply.status == 404,
            "unknown_not_404",
            reply,
            crash="connections_used_up",
            expected="404",
        )
