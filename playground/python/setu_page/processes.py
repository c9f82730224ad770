"""Running something as a process of its own would: what it changes is as before afterwards."""

from __future__ import annotations

import logging
import os
import runpy
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from setu_page.hiding import without_us
from setu_page.stand_ins import ProcessEndedError, aside
from setu_page.streams import printing


@dataclass
class Ran:
    """What a process left: its exit code, its output, and the exception that ended it."""

    code: int
    stdout: str
    stderr: str
    error: BaseException | None = None


def run_module(
    module: str,
    arguments: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
    together: bool = False,
) -> Ran:
    """``python -m module arguments``. ``together``: what goes to standard error comes with output.

    An exception is printed as Python prints it; ``sys.exit`` gives its code.
    """
    with printing() as printed:
        code, error = call(
            lambda: runpy.run_module(module, run_name="__main__", alter_sys=True),
            [module, *arguments],
            cwd=cwd,
            env=env,
        )
        if error is not None and not isinstance(error, ProcessEndedError):
            traceback.print_exception(without_us(error))
    if together:
        return Ran(code, printed.text(), "", error)
    return Ran(code, printed.text("stdout"), printed.text("stderr"), error)


def call(
    run: Callable[[], object],
    argv: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> tuple[int, BaseException | None]:
    """Call ``run`` as a process of its own: its exit code, and any exception but ``SystemExit``."""
    with own_process(argv, cwd=cwd, env=env):
        try:
            run()
        except SystemExit as exit:
            if exit.code is None or isinstance(exit.code, int):
                return exit.code or 0, None
            print(exit.code, file=sys.stderr)
            return 1, None
        except ProcessEndedError as end:
            return end.code, end
        except BaseException as error:
            return 1, error
    return 0, None


@contextmanager
def own_process(
    argv: Sequence[str],
    *,
    cwd: str | os.PathLike[str] | None = None,
    env: Mapping[str, str] | None = None,
) -> Iterator[None]:
    """Inside: no event loop, no ``app`` imported yet, no logging, the arguments ``argv``."""
    modules = forget_app()
    main = sys.modules.get("__main__")
    kept: dict[str, Any] = {"argv": sys.argv, "path": [*sys.path]}
    folder, environment = os.getcwd(), dict(os.environ)
    try:
        with aside(), _own_logging():
            sys.argv = [*argv]
            if cwd is not None:
                os.chdir(cwd)
            if env is not None:
                set_environment(env)
            sys.path.insert(0, os.getcwd())
            yield
    finally:
        sys.argv, sys.path[:] = kept["argv"], kept["path"]
        os.chdir(folder)
        set_environment(environment)
        forget_app()
        sys.modules.update(modules)
        if main is not None:
            sys.modules["__main__"] = main


def forget_app() -> dict[str, ModuleType]:
    """Let the next ``import app`` read its files anew; gives the modules that were there."""
    names = [name for name in sys.modules if name == "app" or name.startswith("app.")]
    return {name: sys.modules.pop(name) for name in names}


def set_environment(variables: Mapping[str, str]) -> None:
    """Make the environment exactly these variables."""
    for name in [name for name in os.environ if name not in variables]:
        del os.environ[name]
    os.environ.update(variables)


@contextmanager
def _own_logging() -> Iterator[None]:
    before = {logger: _settings(logger) for logger in _loggers()}
    for logger in before:
        _set(logger, *_FRESH_ROOT if logger is logging.root else _FRESH)
    try:
        yield
    finally:
        for logger in _loggers():
            _set(logger, *before.get(logger, _FRESH))


def _loggers() -> list[logging.Logger]:
    known = logging.Logger.manager.loggerDict.values()
    return [logging.root, *(each for each in known if isinstance(each, logging.Logger))]


_Settings = tuple[int, list[logging.Handler], bool, bool]
_FRESH: _Settings = (logging.NOTSET, [], True, False)
_FRESH_ROOT: _Settings = (logging.WARNING, [], True, False)


def _settings(logger: logging.Logger) -> _Settings:
    return logger.level, [*logger.handlers], logger.propagate, logger.disabled


def _set(
    logger: logging.Logger,
    level: int,
    handlers: list[logging.Handler],
    propagate: bool,
    disabled: bool,
) -> None:
    logger.setLevel(level)
    logger.handlers[:] = handlers
    logger.propagate, logger.disabled = propagate, disabled
