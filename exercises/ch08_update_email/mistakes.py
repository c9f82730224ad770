from setu.exercises.bank import Mistake, within

MAIN, SCHEMAS = "app/main.py", "app/schemas.py"
PATH = '@app.put("/users/{user_id}/email"'
DECORATOR = PATH + ", response_model=UserOut)\n"
SIGNATURE = "async def change_email(user_id: UserId, data: EmailIn, db: DB) -> User:\n"
READ = "    user = await db.get(User, user_id)\n"
CHECK = '    if user is None:\n        raise HTTPException(404, "No user has this id")\n'
ASSIGN = "    user.email = data.email\n"
COMMIT = "    try:\n        await db.commit()\n"
CATCH = (
    "    except IntegrityError:\n"
    "        await db.rollback()\n"
    '        raise HTTPException(409, "This email is taken") from None\n'
)
SAVE = COMMIT + CATCH
RETURN = "    return user\n"
FIELD = "class EmailIn(BaseModel):\n    email: EmailStr = Field(max_length=255)\n"
OWNER = "    owner = await db.scalar(select(User).where(User.email == data.email{}))\n"
TAKEN = '        raise HTTPException(409, "This email is taken")\n'
ROUTE = DECORATOR + SIGNATURE + READ + CHECK + ASSIGN + SAVE + RETURN
mistake = within(MAIN, ROUTE)


def in_schema(id: str, new: str, key: str) -> Mistake:
    return Mistake(id, SCHEMAS, FIELD, new, key)


MISTAKES = [
    mistake("singular_path", "/users/{user_id}/email", "/user/{user_id}/email", "route_missing"),
    mistake("without_email_in_path", "/users/{user_id}/email", "/users/{user_id}", "route_missing"),
    mistake("patch_for_put", "@app.put", "@app.patch", "route_missing"),
    mistake("other_name_in_path", "{user_id}/email", "{id}/email", "path_name_differs"),
    mistake(
        "email_as_parameter",
        SIGNATURE + READ + CHECK + ASSIGN,
        SIGNATURE.replace("data: EmailIn", "email: str")
        + READ
        + CHECK
        + ASSIGN.replace("data.email", "email"),
        "email_in_query",
    ),
    mistake(
        "body_without_name",
        ROUTE,
        "from fastapi import Body\n\n\n"
        + ROUTE.replace("data: EmailIn", "data: Annotated[EmailIn, Body(embed=True)]"),
        "body_refused",
    ),
    in_schema("other_field_name", FIELD.replace("email:", "new_email:"), "body_refused"),
    mistake("whole_user_asked_for", "data: EmailIn", "data: UserIn", "body_refused"),
    mistake(
        "no_where",
        ASSIGN + COMMIT,
        "    from sqlalchemy import update\n\n    try:\n"
        "        await db.execute(update(User).values(email=data.email))\n"
        "        await db.commit()\n",
        "free_email_refused",
    ),
    mistake(
        "created",
        "response_model=UserOut",
        "response_model=UserOut, status_code=201",
        "found_not_200",
    ),
    mistake("await_forgotten", READ, READ.replace("await ", ""), "server_error"),
    mistake("no_response_model", "response_model=UserOut", "response_model=None", "hash_leaked"),
    mistake(
        "message_for_user",
        DECORATOR + SIGNATURE + READ + CHECK + ASSIGN + SAVE + RETURN,
        PATH
        + ")\n"
        + SIGNATURE.replace("-> User", "-> dict[str, str]")
        + READ
        + CHECK
        + ASSIGN
        + SAVE
        + '    return {"message": "Email changed", "email": user.email}\n',
        "wrong_fields",
    ),
    mistake("compared_not_assigned", ASSIGN, ASSIGN.replace(" = ", " == "), "wrong_answer"),
    mistake(
        "answer_before_change",
        ASSIGN + SAVE + RETURN,
        "    answer = UserOut.model_validate(user)\n" + ASSIGN + SAVE + "    return answer\n",
        "wrong_answer",
    ),
    mistake(
        "name_is_email_too", ASSIGN, ASSIGN + "    user.username = data.email\n", "wrong_answer"
    ),
    mistake("no_commit", ASSIGN + SAVE, ASSIGN, "not_saved"),
    mistake("flush_for_commit", "db.commit()", "db.flush()", "not_saved"),
    mistake("commit_not_awaited", "await db.commit()", "db.commit()", "not_saved"),
    mistake(
        "detached_copy",
        ASSIGN,
        "    from sqlalchemy.orm import make_transient\n\n    make_transient(user)\n" + ASSIGN,
        "not_saved",
    ),
    mistake("active_again", ASSIGN, ASSIGN + "    user.is_active = True\n", "more_than_email"),
    mistake(
        "password_emptied", ASSIGN, ASSIGN + '    user.hashed_password = ""\n', "more_than_email"
    ),
    mistake("none_unchecked", CHECK, "", "unknown_crashes"),
    mistake(
        "scalar_one",
        READ + CHECK,
        "    user = (await db.scalars(select(User).where(User.id == user_id))).one()\n",
        "unknown_crashes",
    ),
    mistake(
        "error_returned", "raise HTTPException(404", "return HTTPException(404", "unknown_crashes"
    ),
    mistake("bad_request", "HTTPException(404", "HTTPException(400", "unknown_not_404"),
    mistake(
        "merge",
        READ + CHECK + ASSIGN + COMMIT,
        "    try:\n"
        "        user = await db.merge(User(id=user_id, email=data.email))\n"
        "        await db.commit()\n",
        "unknown_not_404",
    ),
    mistake(
        "put_creates",
        CHECK,
        "    if user is None:\n"
        '        user = User(id=user_id, username=data.email, hashed_password="")\n'
        "        db.add(user)\n",
        "unknown_writes",
    ),
    mistake(
        "own_error_shape",
        'raise HTTPException(404, "No user has this id")',
        "from fastapi.responses import JSONResponse\n\n"
        '        return JSONResponse({"error": "No user has this id"}, 404)',
        "no_detail",
    ),
    mistake("nothing_caught", SAVE, "    await db.commit()\n", "taken_crashes"),
    mistake(
        "try_around_assignment",
        ASSIGN + SAVE,
        "    try:\n    " + ASSIGN + CATCH + "    await db.commit()\n",
        "taken_crashes",
    ),
    mistake(
        "reads_after_rollback",
        'raise HTTPException(409, "This email is taken")',
        'raise HTTPException(409, f"{user.username} cannot have this email")',
        "taken_crashes",
    ),
    mistake("taken_is_400", "HTTPException(409", "HTTPException(400", "taken_not_409"),
    mistake(
        "taken_is_silent",
        '        raise HTTPException(409, "This email is taken") from None\n',
        "        await db.refresh(user)\n",
        "taken_not_409",
    ),
    mistake(
        "taken_away",
        ASSIGN,
        OWNER.format("")
        + "    if owner is not None:\n"
        + '        owner.email = f"old-{owner.id}@example.com"\n'
        + "        await db.flush()\n"
        + ASSIGN,
        "taken_writes",
    ),
    mistake(
        "error_text_for_client",
        CATCH,
        "    except IntegrityError as error:\n"
        "        await db.rollback()\n"
        "        raise HTTPException(409, str(error)) from None\n",
        "error_text_shown",
    ),
    mistake(
        "one_session_no_rollback",
        ROUTE,
        "from .database import SessionLocal\n\n\ndb = SessionLocal()\n\n\n"
        + DECORATOR
        + SIGNATURE.replace(", db: DB", "")
        + READ
        + CHECK
        + ASSIGN
        + SAVE.replace("        await db.rollback()\n", "")
        + RETURN,
        "stuck_after_error",
    ),
    mistake(
        "own_email_is_taken",
        ASSIGN,
        OWNER.format("") + "    if owner:\n" + TAKEN + ASSIGN,
        "same_email_refused",
    ),
    mistake(
        "sql_as_text",
        ASSIGN + COMMIT,
        "    from sqlalchemy import text\n\n    try:\n"
        "        await db.execute(\n"
        "            text(f\"UPDATE users SET email = '{data.email}' WHERE id = {user_id}\")\n"
        "        )\n"
        "        await db.commit()\n"
        "        await db.refresh(user)\n",
        "sql_by_hand",
    ),
    mistake(
        "quotes_doubled",
        ASSIGN,
        ASSIGN.replace("email\n", 'email.replace("\'", "\'\'")\n'),
        "email_altered",
    ),
    mistake(
        "everything_set",
        SIGNATURE + READ + CHECK + ASSIGN,
        SIGNATURE.replace("data: EmailIn", "data: dict[str, object]")
        + READ
        + CHECK
        + "    for name, value in data.items():\n        setattr(user, name, value)\n",
        "extra_keys_written",
    ),
    in_schema("text_for_email", FIELD.replace("EmailStr", "str"), "not_validated"),
    in_schema(
        "looks_for_at",
        FIELD.replace("EmailStr", "str").replace("(max", '(pattern="@", max'),
        "not_validated",
    ),
    in_schema(
        "field_optional",
        FIELD.replace("EmailStr = Field(", "EmailStr | None = Field(None, "),
        "empty_accepted",
    ),
    mistake(
        "dictionary_for_schema",
        ROUTE,
        "from pydantic import EmailStr\n\n\n"
        + ROUTE.replace("EmailIn", "dict[str, EmailStr]").replace("data.email", 'data["email"]'),
        "empty_accepted",
    ),
    mistake("text_for_number", "user_id: UserId", "user_id: str", "id_not_validated"),
    mistake("unbounded", "user_id: UserId", "user_id: int", "huge_id_crashes"),
    mistake(
        "session_never_closed",
        SIGNATURE + READ,
        SIGNATURE.replace(", db: DB", "")
        + "    from .database import SessionLocal\n\n    db = SessionLocal()\n"
        + READ,
        "connections_used_up",
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
        "asked_and_trusted",
        ASSIGN + SAVE,
        OWNER.format(", User.id != user_id")
        + "    if owner:\n"
        + TAKEN
        + ASSIGN
        + "    await db.commit()\n",
        "race_crashes",
    ),
    Mistake(
        "instead_of_get",
        MAIN,
        '@app.get("/users/{user_id}", response_model=UserOut)\n',
        "",
        "routes_broken",
    ),
    mistake(
        "no_schema_for_docs",
        ROUTE,
        PATH
        + ")\n"
        + SIGNATURE.replace(" -> User", "")
        + READ
        + CHECK
        + ASSIGN
        + SAVE
        + "    return UserOut.model_validate(user)\n",
        "no_response_schema",
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
        "id_in_sql",
        ASSIGN + COMMIT,
        "    from sqlalchemy import text, update\n\n    try:\n"
        '        statement = update(User).where(text(f"users.id = {user_id}"))\n'
        "        await db.execute(\n"
        "            statement.values(email=data.email),\n"
        '            execution_options={"synchronize_session": False},\n'
        "        )\n"
        "        await db.commit()\n"
        "        await db.refresh(user)\n",
        "not_bound",
    ),
    mistake("model_as_annotation", DECORATOR, PATH + ")\n", "import_error"),
]
