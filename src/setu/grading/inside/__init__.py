"""What runs inside a sandbox: the place of a submission, and the reader of its database.

Nothing here is believed by the grader. These files are mounted read-only; they import only the
standard library, what a submission may import, and ``setu.checks.sqlite_store``.
"""
