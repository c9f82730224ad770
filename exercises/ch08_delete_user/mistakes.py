from setu.exercises.bank import Mistake, within

MAIN = "app/main.py"
PATH = '@app.delete("/users/{user_id}"'
DECORATOR = PATH + ", status_code=204)\n"
SIGNATURE = "async def delete_user(user_id: UserId, db: DB) -> None:\n"
READ = "    user = await db.get(User, user_id)\n"
CHECK = '    if user is None:\n        raise HTTPException(404, "No user has this id")\n'
DELETE = "    await db.delete(user)\n"
COMMIT = "    await db.commit()\n"
DELETE_AS_TEXT = 'text(f"DELETE FROM users WHERE id = {user_id}")'
ROUTE = DECORATOR + SIGNATURE + READ + CHECK + DELETE + COMMIT
mistake = within(MAIN, ROUTE)

MISTAKES = [
    mistake("singular_path", "/users/{user_id}", "/user/{user_id}", "route_missing"),
    mistake("slash_at_end", "/users/{user_id}", "/users/{user_id}/", "route_missing"),
    mistake("post_for_delete", "@app.delete", "@app.post", "route_missing"),
    mistake("other_name_in_path", "{user_id}", "{id}", "path_name_differs"),
    mistake("condition_turned", "user is None", "user is not None", "found_not_204"),
    mistake(
        "position_for_id",
        READ,
        "    rows = select(User).order_by(User.id).offset(user_id - 1).limit(1)\n"
        "    user = await db.scalar(rows)\n",
        "found_not_204",
    ),
    mistake("status_forgotten", ", status_code=204", "", "not_204"),
    mistake(
        "message_for_nothing",
        ROUTE,
        PATH
        + ")\n"
        + SIGNATURE.replace("None", "dict[str, bool]")
        + READ
        + CHECK
        + DELETE
        + COMMIT
        + '    return {"deleted": True}\n',
        "not_204",
    ),
    mistake(
        "user_as_farewell",
        ROUTE,
        PATH
        + ", response_model=UserOut)\n"
        + SIGNATURE.replace("None", "User")
        + READ
        + CHECK
        + DELETE
        + COMMIT
        + "    return user\n",
        "not_204",
    ),
    mistake(
        "json_null_in_204",
        ROUTE,
        "from fastapi.responses import JSONResponse\n\n\n"
        + DECORATOR
        + SIGNATURE.replace("None", "JSONResponse")
        + READ
        + CHECK
        + DELETE
        + COMMIT
        + "    return JSONResponse(None, status_code=204)\n",
        "body_sent",
    ),
    mistake("await_forgotten_at_get", READ, READ.replace("await ", ""), "server_error"),
    mistake("id_for_object", "db.delete(user)", "db.delete(user_id)", "server_error"),
    mistake(
        "compares_builtin_id",
        READ,
        "    user = await db.scalar(select(User).where(User.id == id))\n",
        "server_error",
    ),
    mistake("delete_not_awaited", DELETE, DELETE.replace("await ", ""), "not_deleted"),
    mistake("no_commit", COMMIT, "", "not_deleted"),
    mistake("commit_not_awaited", COMMIT, COMMIT.replace("await ", ""), "not_deleted"),
    mistake("flush_for_commit", "commit", "flush", "not_deleted"),
    mistake("expunged", DELETE, "    db.expunge(user)\n", "not_deleted"),
    mistake("only_inactive", DELETE, "    user.is_active = False\n", "soft_deleted"),
    mistake(
        "made_nameless",
        DELETE,
        '    user.username = f"deleted-{user.id}"\n'
        '    user.email = f"deleted-{user.id}@example.com"\n',
        "soft_deleted",
    ),
    mistake(
        "no_where",
        DELETE,
        "    from sqlalchemy import delete\n\n    await db.execute(delete(User))\n",
        "others_deleted",
    ),
    mistake(
        "compared_with_itself",
        DELETE,
        "    from sqlalchemy import delete\n\n"
        "    await db.execute(delete(User).where(User.id == User.id))\n",
        "others_deleted",
    ),
    mistake(
        "first_row", READ, "    user = (await db.scalars(select(User))).first()\n", "others_deleted"
    ),
    mistake("silent_when_gone", CHECK, "    if user is None:\n        return\n", "deleted_again"),
    mistake("error_returned", "raise HTTPException", "return HTTPException", "deleted_again"),
    mistake(
        "rows_not_counted",
        READ + CHECK + DELETE,
        "    from sqlalchemy import delete\n\n"
        "    await db.execute(delete(User).where(User.id == user_id))\n",
        "deleted_again",
    ),
    mistake("bad_request", "HTTPException(404", "HTTPException(400", "unknown_not_404"),
    mistake("gone_for_ever", "HTTPException(404", "HTTPException(410", "unknown_not_404"),
    mistake("none_unchecked", CHECK, "", "unknown_crashes"),
    mistake(
        "scalar_one",
        READ + CHECK,
        "    user = (await db.execute(select(User).where(User.id == user_id))).scalar_one()\n",
        "unknown_crashes",
    ),
    mistake(
        "at_or_after",
        READ,
        "    rows = select(User).where(User.id >= user_id).order_by(User.id)\n"
        "    user = (await db.scalars(rows)).first()\n",
        "unknown_deletes",
    ),
    mistake(
        "own_error_shape",
        'raise HTTPException(404, "No user has this id")',
        "from fastapi.responses import JSONResponse\n\n"
        '        return JSONResponse({"error": "No user has this id"}, 404)',
        "no_detail",
    ),
    mistake("text_for_number", "UserId", "str", "id_not_validated"),
    mistake(
        "sql_by_hand",
        ROUTE,
        DECORATOR
        + SIGNATURE.replace("UserId", "str")
        + "    from sqlalchemy import text\n\n"
        + f"    found = await db.execute({DELETE_AS_TEXT})\n"
        + COMMIT
        + "    if found.rowcount == 0:\n"
        + '        raise HTTPException(404, "No user has this id")\n',
        "injection",
    ),
    mistake("unbounded", "UserId", "int", "huge_id_crashes"),
    mistake(
        "active_only",
        READ,
        "    rows = select(User).where(User.id == user_id, User.is_active)\n"
        "    user = (await db.execute(rows)).scalar_one_or_none()\n",
        "inactive_kept",
    ),
    mistake(
        "inactive_is_gone", "user is None:", "user is None or not user.is_active:", "inactive_kept"
    ),
    mistake(
        "link_to_delete",
        DECORATOR,
        '@app.get("/users/{user_id}/delete", status_code=204)\n' + DECORATOR,
        "get_deletes",
    ),
    mistake(
        "one_session_for_all",
        ROUTE,
        "from .database import SessionLocal\n\n\ndb = SessionLocal()\n\n\n"
        + ROUTE.replace(", db: DB", ""),
        "session_shared",
        needs_threads=True,
    ),
    mistake(
        "session_never_closed",
        SIGNATURE,
        SIGNATURE.replace(", db: DB", "")
        + "    from .database import SessionLocal\n\n    db = SessionLocal()\n",
        "connections_used_up",
    ),
    Mistake(
        "instead_of_get",
        MAIN,
        '@app.get("/users/{user_id}", response_model=UserOut)\n',
        "",
        "routes_broken",
    ),
    Mistake(
        "instead_of_list",
        MAIN,
        '@app.get("/users", response_model=list[UserOut])\n',
        "",
        "routes_broken",
    ),
    Mistake(
        "tables_dropped",
        MAIN,
        "    await create_tables()\n",
        "    async with engine.begin() as connection:\n"
        "        await connection.run_sync(User.metadata.drop_all)\n"
        "    await create_tables()\n",
        "data_lost",
    ),
    mistake(
        "python_chooses",
        READ,
        "    users = (await db.scalars(select(User))).all()\n"
        "    user = next((each for each in users if each.id == user_id), None)\n",
        "all_rows_read",
    ),
    mistake(
        "id_in_sql",
        READ,
        "    from sqlalchemy import text\n\n"
        '    rows = select(User).where(text(f"users.id = {user_id}"))\n'
        "    user = (await db.scalars(rows)).one_or_none()\n",
        "not_bound",
    ),
    mistake("body_promised", "-> None", "-> dict[str, bool]", "import_error"),
]
