"""PUT /users/{user_id}/email: a new e-mail address for one user, seen from outside."""

import random
import re

from setu.checks import Call, Row, Subject, expect, make_user, make_users, public

UNKNOWN_ROUTE = '{"detail":"Not Found"}'
SQL = re.compile(r"UPDATE users|users\.email|uq_users|sqlalche\.me|Duplicate entry|IntegrityError")
"""What a database and SQLAlchemy say of the tables inside."""


def new_email(rng: random.Random) -> str:
    return str(make_user(rng, 1)["email"])


def route(user: Row) -> str:
    return f"/users/{user['id']}/email"


def change(subject: Subject, rng: random.Random, user: Row) -> Row:
    """The row as it is after a change that works; what follows says something only then."""
    email = new_email(rng)
    reply = subject.request("PUT", route(user), json={"email": email})
    expect(reply.status == 200, "found_not_200", reply, expected="200")
    return {**user, "email": email}


def test_change_email(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in rng.sample(users, 3):
        email = new_email(rng)
        reply = subject.request("PUT", route(user), json={"email": email})
        known = reply.status not in (307, 405) and reply.text != UNKNOWN_ROUTE
        expect(known, "route_missing", reply, expected="200")
        in_query = re.search(r'"query",\s*"(\w+)"', reply.text)
        expect(not in_query or in_query[1] != "email", "email_in_query", reply, expected="200")
        expect(not in_query, "path_name_differs", reply, expected="200")
        expect(reply.status != 422, "body_refused", reply, expected="200")
        expect(reply.status != 409, "free_email_refused", reply, expected="200")
        expect(reply.status == 200, "found_not_200", reply, expected="200")
        body, wanted = reply.json(), public({**user, "email": email})
        expect(isinstance(body, dict), "wrong_fields", reply, expected=wanted)
        expect(body.keys() == wanted.keys(), "wrong_fields", reply, expected=wanted)
        expect(body == wanted, "wrong_answer", reply, expected=wanted)


def test_saved(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    users[1]["is_active"] = False
    subject.insert("users", users)
    for at in (1, 2):
        old, users[at] = users[at], change(subject, rng, users[at])
        told = {"did": f"PUT {route(old)}", "expected": users[at]}
        row = next((row for row in subject.rows("users") if row["id"] == old["id"]), None)
        expect(row != old, "not_saved", **told, got=row)
        expect(row == users[at], "more_than_email", **told, got=row)
    rows = subject.rows("users")
    expect(rows == users, "others_changed", did="SELECT * FROM users", expected=users, got=rows)
    subject.restart()
    rows = subject.rows("users")
    expect(rows == users, "data_lost", did="SELECT * FROM users", expected=users, got=rows)


def test_unknown_id(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    users[0] = change(subject, rng, users[0])
    for id in (users[0]["id"] + 1, 999, 0, -1):
        if id in [user["id"] for user in users]:
            continue
        reply = subject.request("PUT", f"/users/{id}/email", json={"email": new_email(rng)})
        rows = subject.rows("users")
        expect(rows == users, "unknown_writes", did=reply.did, expected=users, got=rows)
        right = {404} if id > 0 else {404, 422}
        expect(
            reply.status in right, "unknown_not_404", reply, crash="unknown_crashes", expected="404"
        )
        body = reply.json()
        detail = isinstance(body, dict) and body.get("detail")
        expect(detail, "no_detail", reply, expected='404 {"detail": "…"}')


def test_taken_email(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    users[0] = change(subject, rng, users[0])
    for one, other in ((1, 0), (0, 2)):
        reply = subject.request("PUT", route(users[one]), json={"email": users[other]["email"]})
        expect(reply.status == 409, "taken_not_409", reply, crash="taken_crashes", expected="409")
        expect(not SQL.search(reply.text), "sql_in_message", reply, expected="409")
        rows = subject.rows("users")
        expect(rows == users, "others_changed", did=reply.did, expected=users, got=rows)


def test_valid_bodies(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 2)
    subject.insert("users", users)
    user = users[0] = change(subject, rng, users[0])
    reply = subject.request("PUT", route(user), json={"email": user["email"]})
    expect(reply.status == 200, "same_email_refused", reply, expected="200")
    user["email"] = f"o'brien+{rng.randrange(10**6)}@example.com"
    reply = subject.request("PUT", route(user), json={"email": user["email"]})
    expect(reply.status == 200, "email_altered", reply, crash="quote_crashes", expected="200")
    rows = subject.rows("users")
    expect(rows[0] == user, "email_altered", did=reply.did, expected=user, got=rows[0])
    other = make_user(rng, 998, is_active=False)
    user["email"] = other["email"]
    reply = subject.request("PUT", route(user), json=other)
    rows = subject.rows("users")
    if reply.status == 422:  # to refuse keys that nobody asked for is right too
        rows[0]["email"] = user["email"]
    expect(rows == users, "extra_keys_written", did=reply.did, expected=users, got=rows)


def test_invalid_bodies(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 2)
    subject.insert("users", users)
    user = users[0] = change(subject, rng, users[0])
    bodies = [{}, {"email": None}, {"mail": new_email(rng)}, []]
    texts = ["not-an-email", "", "a@", "'; DROP TABLE users; --", "nadia@@example.com"]
    more = [7, [new_email(rng)], True]
    for body in (*bodies, *({"email": value} for value in texts + more)):
        key_matters = body in bodies
        reply = subject.request("PUT", route(user), json=body)
        refused = reply.status == 422
        if key_matters:
            expect(refused, "empty_accepted", reply, crash="empty_accepted", expected="422")
        else:
            expect(refused, "not_validated", reply, crash="not_validated", expected="422")
    reply = subject.request("PUT", route(user), params={"email": new_email(rng)})
    expect(reply.status == 422, "empty_accepted", reply, crash="empty_accepted", expected="422")
    rows = subject.rows("users")
    expect(rows == users, "not_validated", did="SELECT * FROM users", expected=users, got=rows)


def test_wrong_id(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 7), make_user(rng, 9)]
    subject.insert("users", users)
    users[0] = change(subject, rng, users[0])
    for id in ("7 OR 1=1", "7; DROP TABLE users", "7' OR '1'='1", "abc"):
        reply = subject.request("PUT", f"/users/{id}/email", json={"email": new_email(rng)})
        expect(
            reply.status == 422, "id_not_validated", reply, crash="id_not_validated", expected=422
        )
    for id in (2**40, 10**30):
        reply = subject.request("PUT", f"/users/{id}/email", json={"email": new_email(rng)})
        right = reply.status in (404, 422)
        expect(right, "huge_id_crashes", reply, crash="huge_id_crashes", expected="404, 422")


def test_after_errors(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    users[0] = change(subject, rng, users[0])
    taken = Call("PUT", route(users[0]), {"email": users[1]["email"]})
    unknown = Call("PUT", "/users/999/email", {"email": new_email(rng)})
    subject.request("PUT", taken.path, json=taken.json)
    email = new_email(rng)
    reply = subject.request("PUT", route(users[2]), json={"email": email})
    expect(
        reply.status == 200, "stuck_after_error", reply, crash="stuck_after_error", expected="200"
    )
    for reply in subject.parallel([unknown, taken] * 12):
        right = reply.status in (404, 409)
        expect(right, "unknown_not_404", reply, crash="connections_used_up", expected="404, 409")
    for user in users:
        change(subject, rng, user)


def test_race(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    change(subject, rng, users[0])
    for _ in range(3):
        email = new_email(rng)
        calls = [Call("PUT", route(user), {"email": email}) for user in users * 3]
        for reply in subject.parallel(calls):
            right = reply.status in (200, 409)
            expect(right, "race_crashes", reply, crash="race_crashes", expected="200, 409")
        rows = subject.rows("users")
        owners = [row for row in rows if row["email"] == email]
        told = {"did": "SELECT * FROM users", "expected": "1", "got": len(owners)}
        expect(len(owners) == 1, "not_saved", **told)


def test_other_routes(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    users[1] = change(subject, rng, users[1])
    wanted = [public(user) for user in users]
    reply = subject.request("GET", "/users")
    expect(reply.status == 200, "routes_broken", reply, expected=wanted)
    expect(reply.json() == wanted, "routes_broken", reply, expected=wanted)
    reply = subject.request("GET", f"/users/{users[1]['id']}")
    expect(reply.status == 200, "routes_broken", reply, expected=wanted[1])
    expect(reply.json() == wanted[1], "routes_broken", reply, expected=wanted[1])
    reply = subject.request("GET", "/openapi.json")
    paths = reply.json()["paths"]
    routes = [paths[path] for path in paths if re.fullmatch(r"/users/\{[^}]+\}/email", path)]
    answer = next((route["put"]["responses"]["200"] for route in routes if "put" in route), {})
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    told = {"did": "GET /openapi.json", "got": schema}
    expect(schema, "no_response_schema", **told, expected="UserOut")


def test_statements(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    change(subject, rng, users[1])
    seen = list(subject.statements or ())
    told = {"did": f"PUT {route(users[1])}", "got": "; ".join(each.sql for each in seen)}
    asked = [each for each in seen if each.verb == "SELECT" and "email = " in each.sql]
    expect(not asked, "asked_first", **told, expected="UPDATE users")
    updates = [each for each in seen if each.verb == "UPDATE"]
    bound = all(str(users[1]["id"]) not in each.sql for each in updates)
    expect(bound, "not_bound", **told, expected="WHERE users.id = ?")
