from setu.exercises.bank import Mistake

MAIN = "app/main.py"
DECORATOR = '@app.get("/users/{user_id}", response_model=UserOut)\n'
PARAMETER = "user_id: Annotated[int, Path(ge=1, le=2**31 - 1)]"
SIGNATURE = f"async def get_user({PARAMETER}, db: DB) -> User:\n"
READ = "    user = await db.get(User, user_id)\n"
CHECK = '    if user is None:\n        raise HTTPException(404, "No user has this id")\n'
BODY = READ + CHECK + "    return user\n"
SELECT = "    user = (await db.execute(select(User).where({}))).{}\n"


def mistake(id: str, old: str, new: str, key: str) -> Mistake:
    return Mistake(id, MAIN, old, new, key)


MISTAKES = [
    mistake("singular_path", '"/users/{user_id}"', '"/user/{user_id}"', "route_missing"),
    mistake("slash_at_end", '"/users/{user_id}"', '"/users/{user_id}/"', "route_missing"),
    mistake(
        "post_for_get",
        '@app.get("/users/{user_id}"',
        '@app.post("/users/{user_id}"',
        "route_missing",
    ),
    mistake("other_name_in_path", '"/users/{user_id}"', '"/users/{id}"', "path_name_differs"),
    mistake(
        "no_where", READ, "    user = (await db.scalars(select(User))).first()\n", "wrong_user"
    ),
    mistake(
        "position_for_id",
        READ,
        "    rows = select(User).order_by(User.id).offset(user_id - 1).limit(1)\n"
        "    user = await db.scalar(rows)\n",
        "found_not_200",
    ),
    mistake(
        "compares_builtin_id",
        READ,
        SELECT.format("User.id == id", "scalar_one_or_none()"),
        "server_error",
    ),
    mistake("await_forgotten", READ, "    user = db.get(User, user_id)\n", "answer_unreadable"),
    mistake(
        "row_for_entity",
        READ,
        SELECT.format("User.id == user_id", "one_or_none()"),
        "answer_unreadable",
    ),
    mistake(
        "session_parameter_forgotten", SIGNATURE, SIGNATURE.replace(", db: DB", ""), "name_unknown"
    ),
    mistake("error_misspelt", "raise HTTPException(404", "raise HTTPExeption(404", "name_unknown"),
    mistake("no_response_model", DECORATOR, DECORATOR.replace("UserOut", "None"), "hash_leaked"),
    mistake(
        "field_forgotten",
        DECORATOR + SIGNATURE + BODY,
        '@app.get("/users/{user_id}")\n'
        + SIGNATURE.replace("User:", "dict[str, object]:")
        + READ
        + CHECK
        + '    return {"id": user.id, "username": user.username, "email": user.email}\n',
        "wrong_fields",
    ),
    mistake(
        "session_never_closed",
        SIGNATURE + READ,
        "async def get_user("
        + PARAMETER
        + ") -> User:\n    from .database import SessionLocal\n\n"
        + "    db = SessionLocal()\n"
        + READ,
        "connections_used_up",
    ),
    mistake(
        "active_only",
        READ,
        SELECT.format("User.id == user_id, User.is_active", "scalar_one_or_none()"),
        "inactive_hidden",
    ),
    mistake(
        "always_active",
        CHECK + "    return user\n",
        CHECK
        + "    data = {'id': user.id, 'username': user.username, 'email': user.email}\n"
        + "    return UserOut(**data, is_active=True)\n",
        "inactive_wrong",
    ),
    mistake(
        "null",
        DECORATOR + SIGNATURE + READ + CHECK,
        DECORATOR.replace("UserOut", "UserOut | None")
        + SIGNATURE.replace("User:", "User | None:")
        + READ,
        "null_instead_of_404",
    ),
    mistake("none_unchecked", CHECK, "", "unknown_crashes"),
    mistake(
        "scalar_one",
        READ + CHECK,
        SELECT.format("User.id == user_id", "scalar_one()"),
        "unknown_crashes",
    ),
    mistake(
        "error_returned",
        'raise HTTPException(404, "No user has this id")',
        'return HTTPException(404, "No user has this id")',
        "unknown_crashes",
    ),
    mistake(
        "bad_request",
        'HTTPException(404, "No user has this id")',
        'HTTPException(400, "No user has this id")',
        "unknown_not_404",
    ),
    mistake(
        "at_or_after",
        READ,
        "    rows = select(User).where(User.id >= user_id).order_by(User.id)\n"
        "    user = (await db.scalars(rows)).first()\n",
        "unknown_not_404",
    ),
    mistake(
        "own_error_shape",
        'raise HTTPException(404, "No user has this id")',
        "from fastapi.responses import JSONResponse\n\n"
        '        return JSONResponse({"error": "No user has this id"}, 404)',
        "no_detail",
    ),
    mistake("text_for_number", PARAMETER, "user_id: str", "not_validated"),
    mistake(
        "sql_by_hand",
        PARAMETER + ", db: DB) -> User:\n" + READ,
        "user_id: str, db: DB) -> User:\n"
        "    from sqlalchemy import text\n\n"
        '    rows = select(User).where(text(f"users.id = {user_id}"))\n'
        "    user = (await db.scalars(rows)).first()\n",
        "injection",
    ),
    mistake("unbounded", PARAMETER, "user_id: int", "huge_id_crashes"),
    mistake(
        "cache",
        READ + CHECK + "    return user\n",
        "    if user_id not in CACHE:\n        CACHE[user_id] = await db.get(User, user_id)\n"
        "    user = CACHE[user_id]\n"
        + CHECK
        + "    return user\n\n\nCACHE: dict[int, User | None] = {}\n",
        "stale_answer",
    ),
    mistake(
        "instead_of_list",
        '@app.get("/users", response_model=list[UserOut])\n',
        "",
        "list_broken",
    ),
    mistake(
        "tables_dropped",
        "    await create_tables()\n",
        "    async with engine.begin() as connection:\n"
        "        await connection.run_sync(User.metadata.drop_all)\n"
        "    await create_tables()\n",
        "data_lost",
    ),
    mistake(
        "no_schema_for_docs",
        DECORATOR + SIGNATURE + BODY,
        '@app.get("/users/{user_id}")\n'
        + SIGNATURE.replace(" -> User", "")
        + READ
        + CHECK
        + "    return UserOut.model_validate(user)\n",
        "no_response_schema",
    ),
    mistake(
        "hash_hidden_each_time",
        DECORATOR,
        "class UserRow(UserOut):\n    hashed_password: str\n\n\n"
        '@app.get(\n    "/users/{user_id}",\n    response_model=UserRow,\n'
        '    response_model_exclude={"hashed_password"},\n)\n',
        "hash_in_schema",
    ),
    mistake(
        "python_chooses",
        READ,
        "    users = (await db.scalars(select(User))).all()\n"
        "    user = next((each for each in users if each.id == user_id), None)\n",
        "all_rows_read",
    ),
    mistake(
        "looks_twice",
        READ,
        "    found = await db.scalar(select(User.id).where(User.id == user_id))\n"
        "    user = await db.get(User, user_id) if found else None\n",
        "several_selects",
    ),
    mistake(
        "value_in_sql",
        READ,
        "    from sqlalchemy import text\n\n"
        '    rows = select(User).where(text(f"users.id = {user_id}"))\n'
        "    user = (await db.scalars(rows)).one_or_none()\n",
        "not_bound",
    ),
    mistake("lifespan_forgotten", ", lifespan=lifespan)", ")", "table_missing"),
    mistake(
        "app_made_twice",
        ", lifespan=lifespan)\n",
        ', lifespan=lifespan)\napp = FastAPI(title="Dokan")\n',
        "table_missing",
    ),
    mistake(
        "model_as_annotation",
        DECORATOR,
        '@app.get("/users/{user_id}")\n',
        "import_error",
    ),
]
