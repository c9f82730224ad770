"""The checks of an exercise, the same in the terminal, in the page and in the class.

Imports only the standard library and pytest: it also runs in Pyodide and beside the sandbox.
"""

from setu.checks.expect import Facts, Unexpected, expect
from setu.checks.openapi import answer_schema, operations
from setu.checks.people import make_user, make_users, public
from setu.checks.subject import Call, Column, Refused, Reply, Row, Statement, Subject

__all__ = [
    "Call",
    "Column",
    "Facts",
    "Refused",
    "Reply",
    "Row",
    "Statement",
    "Subject",
    "Unexpected",
    "answer_schema",
    "expect",
    "make_user",
    "make_users",
    "operations",
    "public",
]
