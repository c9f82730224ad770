from fastapi import FastAPI
from fastapi.testclient import TestClient

from chapters.ch06_wiring.app.main import lifespan

app = FastAPI(title="Dokan", lifespan=lifespan)


@app.get("/users/first")
async def first_user() -> str:
    return "nadia"


app = FastAPI()


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}


with TestClient(app) as client:
    for path in ("/health", "/users/first"):
        reply = client.get(path)
        print("GET", path, "->", reply.status_code, reply.text)
