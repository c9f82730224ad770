"""Control groups, on a tree of plain files that looks like a delegated cgroup v2."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conftest import skip_or_fail
from setu.grading import cgroups, limits
from setu.grading.reader import Reader
from setu.grading.room import Room
from setu.grading.sandbox import available_tier

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")
FILES = {
    "cgroup.controllers": "cpu memory pids",
    "cgroup.subtree_control": "",
    "cgroup.procs": "12\n345\n",
    "cgroup.events": "populated 1\n",
}
IN_A_SANDBOX = (
    *("cgroup.procs", "memory.max", "memory.swap.max", "memory.oom.group"),
    *("pids.max", "cgroup.kill", "memory.events"),
)
Tree = tuple[Path, Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """The group of a container and what ``/proc/self/cgroup`` says of it."""
    group = tmp_path / "cgroup"
    group.mkdir()
    for name, text in FILES.items():
        (group / name).write_text(text)
    (tmp_path / "self").write_text("12:cpu:/elsewhere\n0::/\n")
    return group, tmp_path / "self"


@pytest.fixture
def filled(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kernel's part: a new group has its files, and they go when it is removed."""
    mkdir, rmdir = Path.mkdir, Path.rmdir

    def made(self: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        mkdir(self, mode, parents, exist_ok)
        if self.name.startswith("setu-") and (self.parent / "cgroup.controllers").exists():
            for name in IN_A_SANDBOX:
                (self / name).touch()

    def removed(self: Path) -> None:
        assert (self / "cgroup.kill").read_text() == "1"
        for file in self.iterdir():
            file.unlink()
        rmdir(self)

    monkeypatch.setattr(Path, "mkdir", made)
    monkeypatch.setattr(Path, "rmdir", removed)


def test_a_container_that_may_write_its_group(tree: Tree) -> None:
    assert cgroups.parent(*tree) == tree[0]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda group, ours: ours.write_text("4:memory:/\n"), id="version 1"),
        pytest.param(
            lambda group, ours: (group / "cgroup.controllers").write_text("cpu pids"),
            id="memory is not ours",
        ),
        pytest.param(lambda group, ours: (group / "cgroup.procs").unlink(), id="not writable"),
        pytest.param(lambda group, ours: ours.write_text("0::/gone\n"), id="another tree"),
    ],
)
def test_nothing_without_delegation(tree: Tree, change: Callable[[Path, Path], object]) -> None:
    change(*tree)
    assert cgroups.parent(*tree) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="root may write everywhere")
def test_root_leaves_alone_what_systemd_did_not_give(tree: Tree) -> None:
    group, ours = tree
    session = group / "session"
    session.mkdir()
    for name, text in FILES.items():
        (session / name).write_text(text)
    ours.write_text("0::/session\n")
    assert cgroups.parent(group, ours) is None
    (group / "cgroup.events").unlink()
    ours.write_text("0::/\n")
    assert cgroups.parent(group, ours) is None


@pytest.mark.usefixtures("filled")
def test_a_group_has_limits_and_goes_with_what_is_in_it(tree: Tree) -> None:
    above = tree[0]
    group = cgroups.Group(above)
    path = group.procs.parent
    assert (above / cgroups.GRADERS / "cgroup.procs").read_text() == "345"
    assert (above / "cgroup.subtree_control").read_text() == "+memory +pids"
    assert int((path / "memory.max").read_text()) == limits.MEMORY + limits.DISK
    assert (path / "memory.swap.max").read_text() == "0"
    assert int((path / "pids.max").read_text()) > limits.RLIMITS["NPROC"]
    assert not group.out_of_memory()
    (path / "memory.events").write_text("low 0\noom 1\noom_kill 3\noom_group_kill 1\n")
    assert group.out_of_memory()
    group.close()
    assert not path.exists()


@pytest.mark.bwrap
@pytest.mark.usefixtures("filled")
def test_a_room_is_in_groups_of_its_own(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> None:
    tier, reason = available_tier()
    if tier != "A":
        skip_or_fail("bwrap", reason)
    monkeypatch.setattr(cgroups, "_above", lambda: tree[0])
    reader = Reader("A")
    room = Room("A", reader)
    groups = [*tree[0].glob("setu-" + "?" * 32)]
    room.ready()
    assert [(path / "cgroup.procs").read_text() for path in groups] == ["0\n", "0\n"]
    room.close()
    reader.close()
    assert not [path for path in groups if path.exists()]
