from typing import Annotated

from fastapi import Depends, FastAPI
from fastapi.testclient import TestClient
from sqlalchemy.ext.asyncio import AsyncSession

from chapters.ch06_wiring.app.database import DB
from chapters.ch06_wiring.app.main import lifespan

app = FastAPI(lifespan=lifespan)
seen: list[AsyncSession] = []


async def current_basket(db: DB) -> AsyncSession:
    return db


@app.get("/checkout")
async def checkout(db: DB, basket: Annotated[AsyncSession, Depends(current_basket)]) -> bool:
    seen.append(db)
    return db is basket


with TestClient(app) as client:
    print("same session in both places:", client.get("/checkout").json())
    client.get("/checkout")
    print("same session in both requests:", seen[0] is seen[1])
