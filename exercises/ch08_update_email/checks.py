"""PUT /users/{user_id}/email: a new e-mail address for one user, seen from outside."""

import random
import re

from setu.checks import (
    Call,
    Facts,
    Row,
    Subject,
    answer_schema,
    expect,
    make_user,
    make_users,
    operations,
    public,
)

ROUTE = re.compile(r"PUT /users/\{[^}]+\}/email")
UNKNOWN_ROUTE = '{"detail":"Not Found"}'
FROM_WITHIN = re.compile(
    r"UPDATE users|users\.email|uq_users|sqlalche\.me|Duplicate entry|IntegrityError"
)
"""What only the database and SQLAlchemy say."""

NOBODY = range(950, 968)
"""Ids that nobody has: more than a pool has connections, which are 15."""

RACES = 6
"""One is not enough: on a busy machine some are over before the second request arrives."""


def new_email(rng: random.Random) -> str:
    return str(make_user(rng, 1)["email"])


def put(user: Row, email: object) -> Call:
    return Call("PUT", f"/users/{user['id']}/email", {"email": email})


def change(subject: Subject, rng: random.Random, user: Row) -> list[Row]:
    """All rows after a change that works."""
    email = new_email(rng)
    reply = subject.request("PUT", f"/users/{user['id']}/email", json={"email": email})
    expect(reply.status == 200, "found_not_200", reply, expected="200")
    return subject.rows("users")


def each_their_own(subject: Subject, rng: random.Random, users: list[Row]) -> None:
    """All users at the same moment: each request needs a session of its own."""
    for reply in subject.parallel([put(user, new_email(rng)) for user in users]):
        expect(reply.status == 200, "found_not_200", reply, crash="session_shared", expected="200")


def addresses(rows: list[Row]) -> dict[str, object]:
    """By id: what a learner needs to see of the table."""
    return {str(row["id"]): row["email"] for row in rows}


def email_of(rows: list[Row], user: Row) -> object:
    return addresses(rows).get(str(user["id"]))


def test_route(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in users:
        call = put(user, new_email(rng))
        reply = subject.request("PUT", call.path, json=call.json)
        known = reply.status not in (307, 405) and reply.text != UNKNOWN_ROUTE
        expect(known, "route_missing", reply, expected="200")
        in_query = re.search(r'"query",\s*"email"', reply.text)
        expect(not in_query, "email_in_query", reply, expected="200")
        not_in_path = re.search(r'"(query|path)",', reply.text)
        expect(not not_in_path, "path_name_differs", reply, expected="200")
        expect(reply.status != 422, "body_refused", reply, expected="200")
        expect(reply.status != 409, "free_email_refused", reply, expected="200")
        expect(reply.status == 200, "found_not_200", reply, expected="200")


def test_right_answer(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    for user in rng.sample(users, 3):
        email = new_email(rng)
        reply = subject.request("PUT", f"/users/{user['id']}/email", json={"email": email})
        body, wanted = reply.json(), public({**user, "email": email})
        expect(isinstance(body, dict), "wrong_fields", reply, expected=wanted)
        expect(body.keys() == wanted.keys(), "wrong_fields", reply, expected=wanted)
        expect(body == wanted, "wrong_answer", reply, expected=wanted)


def test_saved(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    users[1]["is_active"] = False
    subject.insert("users", users)
    for at in (1, 2):
        users[at]["email"] = email = new_email(rng)
        reply = subject.request("PUT", f"/users/{users[at]['id']}/email", json={"email": email})
        expect(reply.status == 200, "found_not_200", reply, expected="200")
        rows = subject.rows("users")
        told = Facts(did=reply.did, expected=addresses(users), got=addresses(rows))
        expect(addresses(rows) == addresses(users), "not_saved", **told)
        odd = [name for name in users[at] if rows[at][name] != users[at][name]]
        wanted, got = ({name: row[name] for name in odd} for row in (users[at], rows[at]))
        expect(rows == users, "more_than_email", did=reply.did, expected=wanted, got=got)
    subject.restart()
    rows = subject.rows("users")
    expect(rows == users, "data_lost", expected=addresses(users), got=addresses(rows))


def test_unknown_id(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    before = change(subject, rng, users[0])
    for id in (users[0]["id"] + 1, 999, 0, -1):
        if id in [user["id"] for user in users]:
            continue
        reply = subject.request("PUT", f"/users/{id}/email", json={"email": new_email(rng)})
        rows = subject.rows("users")
        told = Facts(did=reply.did, expected=addresses(before), got=addresses(rows))
        expect(rows == before, "unknown_writes", **told)
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
    before = change(subject, rng, users[0])
    taken = put(users[1], email_of(before, users[0]))
    reply = subject.request("PUT", taken.path, json=taken.json)
    rows = subject.rows("users")
    told = Facts(did=reply.did, expected=addresses(before), got=addresses(rows))
    expect(rows == before, "taken_writes", **told)
    expect(reply.status == 409, "taken_not_409", reply, crash="taken_crashes", expected="409")
    expect(not FROM_WITHIN.search(reply.text), "error_text_shown", reply, expected="409")
    free = put(users[2], new_email(rng))
    reply = subject.request("PUT", free.path, json=free.json)
    expect(reply.status == 200, "found_not_200", reply, crash="stuck_after_error", expected="200")


def test_valid_bodies(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 2)
    subject.insert("users", users)
    before = change(subject, rng, users[0])
    same = put(users[0], email_of(before, users[0]))
    reply = subject.request("PUT", same.path, json=same.json)
    expect(reply.status == 200, "same_email_refused", reply, expected="200")
    email = f"o'brien+{rng.randrange(10**6)}@example.com"
    reply = subject.request("PUT", same.path, json={"email": email})
    expect(reply.status == 200, "email_altered", reply, crash="sql_by_hand", expected="200")
    got = email_of(subject.rows("users"), users[0])
    expect(got != email_of(before, users[0]), "not_saved", did=reply.did, expected=email, got=got)
    expect(got == email, "email_altered", did=reply.did, expected=email, got=got)
    sent = make_user(rng, 998, is_active=False)
    reply = subject.request("PUT", same.path, json=sent)
    right = reply.status in (200, 422)  # to refuse what nobody asked for is right too
    expect(right, "extra_keys_written", reply, expected="200")
    wanted, got = (
        [{**row, "email": ""} for row in rows] for rows in (before, subject.rows("users"))
    )
    told = Facts(did=reply.did, expected=[*map(public, wanted)], got=[*map(public, got)])
    expect(got == wanted, "extra_keys_written", **told)


def test_invalid_bodies(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 2)
    subject.insert("users", users)
    change(subject, rng, users[0])
    path, email = f"/users/{users[0]['id']}/email", new_email(rng)
    for body in ({"email": None}, {}, {"mail": email}, [email]):
        reply = subject.request("PUT", path, json=body)
        right = reply.status == 422
        expect(right, "empty_accepted", reply, crash="empty_accepted", expected="422")
    reply = subject.request("PUT", path, params={"email": email})
    expect(reply.status == 422, "empty_accepted", reply, crash="empty_accepted", expected="422")
    for value in ("nadia", "", "a@", "a@@example.com", "'; DROP TABLE users; --", 7, [email]):
        reply = subject.request("PUT", path, json={"email": value})
        right = reply.status == 422
        expect(right, "not_validated", reply, crash="not_validated", expected="422")


def test_wrong_id(subject: Subject, rng: random.Random) -> None:
    users = [make_user(rng, 7), make_user(rng, 9)]
    subject.insert("users", users)
    change(subject, rng, users[0])
    for id in ("7 OR 1=1", "7; DROP TABLE users", "7' OR '1'='1", "abc"):
        reply = subject.request("PUT", f"/users/{id}/email", json={"email": new_email(rng)})
        right = reply.status == 422
        expect(right, "id_not_validated", reply, crash="id_not_validated", expected="422")
    for number in (2**40, 10**30):
        reply = subject.request("PUT", f"/users/{number}/email", json={"email": new_email(rng)})
        right = reply.status in (404, 422)
        expect(right, "huge_id_crashes", reply, crash="huge_id_crashes", expected="404, 422")


def test_other_routes(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 3)
    subject.insert("users", users)
    email = new_email(rng)
    reply = subject.request("PUT", f"/users/{users[1]['id']}/email", json={"email": email})
    expect(reply.status == 200, "found_not_200", reply, expected="200")
    rows = subject.rows("users")
    users[1]["email"] = email
    told = Facts(did=reply.did, expected=addresses(users), got=addresses(rows))
    expect(addresses(rows) == addresses(users), "not_saved", **told)
    one, everybody = public(rows[1]), [public(row) for row in rows]
    for path, wanted in ((f"/users/{users[1]['id']}", one), ("/users", everybody)):
        reply = subject.request("GET", path)
        expect(reply.status == 200, "routes_broken", reply, expected=wanted)
        expect(reply.json() == wanted, "routes_broken", reply, expected=wanted)
    known = operations(subject.request("GET", "/openapi.json"))
    schema = next((answer_schema(known[route]) for route in known if ROUTE.fullmatch(route)), None)
    told = Facts(did="GET /openapi.json", expected="UserOut", got=schema)
    expect(schema, "no_response_schema", **told)


def test_statements(subject: Subject, rng: random.Random) -> None:
    user = make_user(rng, 417)
    subject.insert("users", [user])
    change(subject, rng, user)
    seen = list(subject.statements or ())
    told = Facts(did=put(user, "…").did, got="; ".join(each.sql for each in seen))
    for each in seen:
        bound = "417" not in each.sql
        expect(bound, "not_bound", **told, expected="WHERE users.id = ?")


def test_many_requests(subject: Subject, rng: random.Random) -> None:
    users = make_users(rng, 6)
    subject.insert("users", users)
    change(subject, rng, users[0])
    each_their_own(subject, rng, users)
    nobody = [put({"id": id}, new_email(rng)) for id in NOBODY]
    for reply in subject.parallel(nobody):
        expect(
            reply.status == 404,
            "unknown_not_404",
            reply,
            crash="connections_used_up",
            expected="404",
        )
    for _ in range(RACES):
        email = new_email(rng)
        replies = subject.parallel([put(user, email) for user in users[:3]])
        rows = subject.rows("users")
        owners = [row["id"] for row in rows if row["email"] == email]
        if len(owners) != 1 or any(reply.status not in (200, 409) for reply in replies):
            # A session that all share may have been lucky above: not so often in a row.
            for _ in range(RACES):
                each_their_own(subject, rng, users)
        for reply in replies:
            right = reply.status in (200, 409)
            expect(right, "race_crashes", reply, crash="race_crashes", expected="200, 409")
        expect(len(owners) == 1, "not_saved", expected=email, got=addresses(rows))
