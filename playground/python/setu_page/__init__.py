"""Python's side of the playground: runs chapters, labs and exercises inside Pyodide.

``bridge`` answers the page; everything else has one job each. ``stand_ins`` must be installed
before FastAPI, SQLAlchemy or aiosqlite is imported.
"""
