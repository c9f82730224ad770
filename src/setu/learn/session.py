"""One sitting of ``setu learn``: an exercise, its verdict at each save, and the keys."""

from __future__ import annotations

import queue
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from setu.catalog import Catalog, Exercise
from setu.checks.verdict import Verdict
from setu.errors import SetuError
from setu.exercises.bank import solution_files
from setu.exercises.run import Stopped, check_folder
from setu.exercises.show import Line, show, show_verdict
from setu.exercises.show_text import exercise_line, show_code, show_markdown
from setu.exercises.text import Text, read_text
from setu.exercises.work import State, Work
from setu.i18n import LANGUAGES, Words
from setu.learn.keys import QUIT, Keys
from setu.learn.watch import Snapshot, Watch, settled, snapshot

SAVED = "saved"
"""What happens beside keys, which are one character each: files were changed."""
SWEEP = 1.0
"""Seconds after which the files are looked at although nobody told of a change."""
LEAVING = "nq"
"""Keys that end a check which runs: the learner has done with this exercise."""


class Session:
    """What ``setu learn`` knows while it runs.

    Checks run in the main thread, one at a time; what happens meanwhile waits in a queue. A save
    and the keys ``LEAVING`` end the check that runs. ``exercise`` is opened first; without one it
    is that which the learner changed last, or, if that is passed, the first that is not.
    """

    def __init__(
        self, catalog: Catalog, lang: str, *, plain: bool, exercise: Exercise | None = None
    ) -> None:
        if not catalog.exercises:
            raise SetuError("no_exercises", path=catalog.root / "exercises")
        self._catalog, self._plain = catalog, plain
        self._words = Words(lang)
        self._happened: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._keys = Keys(self._press)
        self._suffixes = {Path(name).suffix for each in catalog.exercises for name in each.edit}
        self._asked = exercise
        self._exercise = catalog.exercises[0]
        self._verdict: Verdict | None = None
        self._seen: Snapshot = {}
        """The learner's files as they were when the last check began."""
        self._all_seen: dict[str, Snapshot] = {}
        """The files of each exercise as they were at the last look."""
        self._stop = threading.Event()
        """Ends the check that runs."""
        self._hint_shown: int | None = None
        """The level of the hint that was shown last."""
        self._on_yes: Callable[[], None] | None = None
        """What a yes to the question that was asked does."""

    def run(self) -> None:
        """Work with the learner until they quit."""
        if sys.platform != "win32":  # whoever ends us, the terminal is put back as it was
            signal.signal(signal.SIGTERM, signal.default_int_handler)
            signal.signal(signal.SIGHUP, signal.default_int_handler)
        with self._keys:
            self._say("learn_welcome")
            self._all_seen = self._all_now()
            self._open(self._asked or self._first())
            with Watch(self._all_work, self._suffixes, self._saved) as watch:
                while (happened := self._next_thing()) != QUIT:
                    with self._going_on():
                        if happened in ("", SAVED):
                            self._look(watch, told=happened == SAVED)
                        else:
                            self._act(happened)
            self._say("learn_ended", path=self._all_work)

    # What happens.

    def _press(self, key: str) -> None:
        if key in LEAVING and self._keys.single:  # of lines the last may be long written
            self._stop.set()
        self._happened.put(key)

    def _saved(self) -> None:
        if self._now() != self._seen:
            self._stop.set()
        self._happened.put(SAVED)

    def _next_thing(self) -> str:
        try:
            happened = self._happened.get(timeout=SWEEP)
        except queue.Empty:
            happened = ""
        self._stop.clear()
        return happened

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        """Say what could not be done, and go on."""
        try:
            yield
        except SetuError as error:
            show([Line(self._words.text(error.key, **error.params))], plain=self._plain)

    def _look(self, watch: Watch, *, told: bool) -> None:
        if self._now() != self._seen:
            if not told:
                settled(self._folder, self._suffixes)
            watch.found(told=told)
            self._check()
        self._look_elsewhere()

    def _look_elsewhere(self) -> None:
        before, self._all_seen = self._all_seen, self._all_now()
        for id, now in self._all_seen.items():
            # What had no files before was copied there by another command.
            if id != self._exercise.id and before[id] and now.items() - before[id].items():
                self._say("learn_other_saved", id=self._exercise.id, other=id)

    def _act(self, key: str) -> None:
        if not key.isascii():
            self._say("learn_other_letters", keys=self._words.text("learn_keys"))
            return
        if self._on_yes:
            on_yes, self._on_yes = self._on_yes, None
            if key == "y":
                on_yes()
            else:
                self._say("learn_nothing_changed")
            return
        acts = {
            "h": self._hint,
            "s": self._solution,
            "n": self._next_exercise,
            "l": self._list,
            "t": self._task,
            "f": self._all_output,
            "r": self._ask_reset,
            "g": self._next_language,
        }
        acts.get(key, self._show_keys)()

    # The exercise and its checks.

    def _first(self) -> Exercise:
        exercises = self._catalog.exercises
        waiting = [each for each in exercises if self._state(each) != "passed"]
        if not waiting:
            self._say("learn_all_passed")
            return exercises[0]
        changed = {id: max(files.values()) for id, files in self._all_seen.items() if files}
        last = max(changed, key=changed.__getitem__, default="")
        return next((each for each in waiting if each.id == last), waiting[0])

    def _open(self, exercise: Exercise) -> None:
        copied = self._work().begin(exercise)
        self._exercise, self._verdict, self._hint_shown = exercise, None, None
        self._task()
        self._seen = self._now()
        if copied:
            self._show_keys()
        else:
            self._check()

    def _check(self) -> None:
        exercise, folder = self._exercise, self._folder
        self._seen, self._on_yes = self._now(), None
        for name in exercise.edit:
            if not (folder / name).is_file():
                self._say("learn_file_missing", path=folder / name)
                return
        self._say("learn_checking", id=exercise.id, style="dim")
        try:
            self._verdict = check_folder(exercise, folder, stop=self._stop)
        except Stopped:
            self._seen = {}  # what was to be checked still is, if we stay here
            return
        self._show_verdict()
        first = False
        with self._going_on():
            first = self._work().note(exercise, self._verdict)
        self._show_progress()
        self._show_keys()
        if first and not self._waiting():
            self._say("learn_all_passed", style="bold green")

    def _show_verdict(self) -> None:
        assert self._verdict is not None
        show_verdict(self._verdict, self._exercise, self._words.lang, plain=self._plain)
        show([Line("")], plain=self._plain)
        if self._verdict["passed"]:
            self._say("learn_passed")

    def _now(self) -> Snapshot:
        return snapshot(self._folder, self._suffixes)

    def _all_now(self) -> dict[str, Snapshot]:
        ids = [each.id for each in self._catalog.exercises]
        return {id: snapshot(self._all_work / id, self._suffixes) for id in ids}

    @property
    def _all_work(self) -> Path:
        return self._catalog.root / "work"

    @property
    def _folder(self) -> Path:
        return self._all_work / self._exercise.id

    @property
    def _text(self) -> Text:
        return read_text(self._exercise, self._words.lang)

    def _work(self) -> Work:
        """The learner's work as it is now: other commands may have changed it meanwhile."""
        work = Work(self._catalog.root)
        if work.set_aside:
            self._say("progress_set_aside", path=work.set_aside)
        return work

    def _state(self, exercise: Exercise) -> State:
        return self._work().state(exercise)

    def _waiting(self) -> list[Exercise]:
        """The other exercises that are not passed yet, from the next one on and round."""
        all_of_them = self._catalog.exercises
        here = all_of_them.index(self._exercise)
        others = [*all_of_them[here + 1 :], *all_of_them[:here]]
        work = self._work()
        return [each for each in others if work.state(each) != "passed"]

    # The keys.

    def _hint(self) -> None:
        hints = self._text.hints
        next_one = self._hint_shown and self._hint_shown % len(hints) + 1
        level = self._work().take_hint(self._exercise, len(hints), next_one)
        self._hint_shown = level
        self._say("hint_level", level=level, levels=len(hints), style="bold")
        show_markdown(hints[level - 1], plain=self._plain)
        if level == len(hints):
            self._say("hint_last", id=self._exercise.id)

    def _solution(self) -> None:
        work = self._work()
        if not work.record(self._exercise).passed:
            self._say("learn_solution_kept", id=self._exercise.id)
            return
        work.note_solution(self._exercise)
        for name, source in solution_files(self._exercise).items():
            show_code(name, source, plain=self._plain)

    def _next_exercise(self) -> None:
        all_of_them = self._catalog.exercises
        here = all_of_them.index(self._exercise)
        if waiting := self._waiting():
            self._open(waiting[0])
        elif self._state(self._exercise) == "passed":
            self._open(all_of_them[(here + 1) % len(all_of_them)])
        else:
            self._say("learn_only_one")

    def _list(self) -> None:
        work = self._work()
        exercises = self._catalog.exercises
        lines = [exercise_line(each, work.state(each), self._words) for each in exercises]
        show(lines, plain=self._plain)
        self._show_progress()

    def _task(self) -> None:
        folder, exercise, text = self._folder, self._exercise, self._text
        show([Line("")], plain=self._plain)
        params = {"id": exercise.id, "title": text.title, "minutes": exercise.minutes}
        self._say("learn_exercise", **params, style="bold")
        self._show_progress()
        show([Line("")], plain=self._plain)
        show_markdown(text.task, plain=self._plain)
        show([Line("")], plain=self._plain)
        self._say("learn_edit", files=", ".join(str(folder / name) for name in exercise.edit))

    def _all_output(self) -> None:
        if not self._verdict:
            self._say("learn_no_check")
            return
        printed = self._verdict["log"].strip("\n")
        if not printed:
            self._say("learn_no_output")
            return
        self._say("verdict_output", style="bold")
        lines = [Line(f"  {line}", whole=True) for line in printed.splitlines()]
        show(lines, plain=self._plain)

    def _ask_reset(self) -> None:
        self._say("learn_reset_ask", id=self._exercise.id)
        self._on_yes = self._reset

    def _reset(self) -> None:
        if backup := self._work().reset(self._exercise):
            self._say("reset_kept", path=backup)
        self._say("starter_copied", path=self._folder)
        self._verdict, self._seen = None, self._now()

    def _next_language(self) -> None:
        lang = LANGUAGES[(LANGUAGES.index(self._words.lang) + 1) % len(LANGUAGES)]
        self._words = Words(lang)
        self._say("learn_language", style="bold")
        if self._verdict:
            self._show_verdict()
            self._show_progress()
        else:
            self._task()
        self._show_keys()

    # What is said.

    def _say(self, key: str, *, style: str = "", **params: object) -> None:
        show([Line(self._words.text(key, **params), style)], plain=self._plain)

    def _show_progress(self) -> None:
        work = self._work()
        exercises = self._catalog.exercises
        done = sum(work.state(each) == "passed" for each in exercises)
        self._say("learn_progress", done=done, count=len(exercises))

    def _show_keys(self) -> None:
        how = self._words.text("learn_press" if self._keys.single else "learn_type")
        show([Line(f"{how}: {self._words.text('learn_keys')}", "dim")], plain=self._plain)
