import asyncio


async def ask_the_database(name: str) -> None:
    print(name, "asks and waits")
    await asyncio.sleep(0.2)  # the database is busy with it
    print(name, "has the answer")


async def main() -> None:
    await asyncio.gather(ask_the_database("Nadia"), ask_the_database("Rahim"))


asyncio.run(main())
