"""Running an exercise's ``checks.py`` with pytest on any subject."""

from __future__ import annotations

import random
import sys
import traceback
from collections.abc import Callable, Generator, Sequence
from pathlib import Path

import pytest

from setu.checks.expect import Unexpected, came, crash_key, shorten
from setu.checks.guard import Guarded
from setu.checks.subject import Reply, Subject
from setu.checks.verdict import Declared, Result

OPTIONS = [
    # Nothing of the machine's or the course's own pytest set-up reaches the checks.
    "--disable-plugin-autoload",
    "--noconftest",
    "--import-mode=importlib",
    "--assert=plain",
    "--capture=no",
    *(
        part
        for name in (
            "terminal",
            "cacheprovider",
            "faulthandler",
            "logging",
            "warnings",
            "unraisableexception",
            "threadexception",
            "junitxml",
            "pastebin",
            "doctest",
            "unittest",
            "nose",
        )
        for part in ("-p", f"no:{name}")
    ),
]


class CheckerFault(Exception):
    """The checks themselves are broken: the file, or its agreement with ``exercise.toml``."""


def run_checks(  # noqa: PLR0913  (two of them only listen)
    checks: Path,
    declared: Sequence[Declared],
    subject: Guarded,
    *,
    seed: int,
    begins: Callable[[str], None] = lambda id: None,
    ends: Callable[[Result], None] = lambda result: None,
) -> list[Result]:
    """Run every declared check, ``test_<id>`` in the file ``checks``, and give what came of each.

    ``begins`` and ``ends`` are told of each check as it goes. Raises ``CheckerFault``.
    """
    plugin = _Plugin(declared, subject, seed, begins, ends)
    settings = Path(__file__).with_name("pytest.ini")
    try:
        code = pytest.main(
            [
                *OPTIONS,
                f"--config-file={settings}",
                f"--rootdir={checks.parent}",
                f"--confcutdir={checks.parent}",  # or pytest lists the folders above, too
                str(checks),
            ],
            plugins=[plugin],
        )
    finally:
        _forget(checks)
    if plugin.broken:
        raise CheckerFault(plugin.broken)
    if len(plugin.results) != len(declared):
        raise CheckerFault(f"pytest left with {code!r} after {len(plugin.results)} checks")
    return plugin.results


def _forget(checks: Path) -> None:
    """Let the next run in this process import the ``checks.py`` of its own exercise."""
    for name, module in list(sys.modules.items()):
        if getattr(module, "__file__", None) == str(checks):
            del sys.modules[name]


class _Plugin:
    """Gives the checks their fixtures, in the order of ``exercise.toml``, and hears of each."""

    def __init__(
        self,
        declared: Sequence[Declared],
        subject: Guarded,
        seed: int,
        begins: Callable[[str], None],
        ends: Callable[[Result], None],
    ) -> None:
        self._declared = {check.id: check for check in declared}
        self._guarded = subject
        self._seed = seed
        self._begins, self._ends = begins, ends
        self.results: list[Result] = []
        self.broken = ""

    @pytest.fixture
    def subject(self) -> Subject:
        return self._guarded

    @pytest.fixture
    def rng(self, request: pytest.FixtureRequest) -> random.Random:
        # Seeded by the check's name too: its data do not depend on which checks ran before.
        return random.Random(f"{self._seed} {request.node.name}")  # noqa: S311

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken = str(report.longrepr).strip().splitlines()[-1]

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        by_id = {item.name.removeprefix("test_"): item for item in items}
        if self.broken:
            return
        if set(by_id) != set(self._declared):
            odd = sorted(set(by_id) ^ set(self._declared))
            self.broken = f"checks.py and exercise.toml differ: {', '.join(odd)}"
            items.clear()
            return
        items[:] = [by_id[id] for id in self._declared]

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        self._begins(item.name.removeprefix("test_"))
        return (yield)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        check = self._declared[item.name.removeprefix("test_")]
        if check.advisory and self._guarded.statements is None:
            pytest.skip("cannot be seen from outside")
        if first := self._comes_first(check):
            pytest.skip(f"{first} comes first")

    @pytest.hookimpl(wrapper=True)
    def pytest_pyfunc_call(self) -> Generator[None, object, object]:
        self._guarded.begin()
        outcome = yield
        _no_crash(self._guarded.crashed)
        return outcome

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> pytest.TestReport | None:
        if call.when != "call" and call.excinfo is None:
            return None
        result = self._result(item.name.removeprefix("test_"), call)
        self.results.append(result)
        self._ends(result)
        if result.status != "fail" or call.when == "collect":
            return None
        # Nobody reads pytest's own report, and to quote the source takes longer than most checks.
        return pytest.TestReport(item.nodeid, item.location, {}, "failed", None, call.when)

    def _comes_first(self, check: Declared) -> str | None:
        """The check that failed and has to pass before this one can be tried."""
        for result in self.results:
            if result.id in check.needs and result.status == "fail":
                return result.id
            if result.id in check.needs and result.status == "skip":
                return result.params.get("needs", result.id)
        return None

    def _result(self, id: str, call: pytest.CallInfo[None]) -> Result:
        error = call.excinfo and call.excinfo.value
        if error is None:
            return Result(id, "pass")
        if isinstance(error, pytest.skip.Exception):
            first = self._comes_first(self._declared[id])
            return Result(id, "skip", params={"needs": first} if first else {})
        if not isinstance(error, Unexpected):
            # A check that stumbles over what a crash left behind is not a broken check.
            try:
                _no_crash(self._guarded.crashed)
            except Unexpected as crash:
                error = crash
        if isinstance(error, Unexpected):
            frames = error.reply.frames if error.reply else ()
            return Result(id, "fail", error.key, error.params, frames)
        return Result(id, "fail", "checker_fault", {"error": _broke(error)}, fault=True)


def _broke(error: BaseException) -> str:
    """What went wrong in a check, and on which line: ``assert`` alone says nothing more."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    told = f"{type(error).__name__}: {error}".removesuffix(": ")
    return f"{shorten(told)} ({Path(last.filename).name}, line {last.lineno})"


def _no_crash(crashed: Reply | None) -> None:
    if crashed is not None:
        raise Unexpected(
            crash_key(crashed),
            {"did": shorten(crashed.did), "expected": "< 500", "got": came(crashed)},
            crashed,
        )
