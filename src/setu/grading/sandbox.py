"""The sandbox of the class grader: the command that starts one of our programs in it.

Tier A is bubblewrap: namespaces of its own for users, processes, network, IPC, host name and
mounts; a uid without rights; nothing mounted but Python and its libraries, read-only, and one
folder in memory of limited size. Tier B has the same limits but no walls: only for files that
somebody trusts.
"""

from __future__ import annotations

import compileall
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Literal

import setu
from setu.grading import limits, seccomp

Tier = Literal["A", "B"]

NOBODY = 65534
BOX = "/box"
"""The one folder in a sandbox where something can be written."""
SOURCE = Path(setu.__file__).parent
PARTS = ("__init__.py", "checks", "grading/__init__.py", "grading/inside")
"""What of this tool is in a sandbox; never the checks of an exercise."""
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
ENVIRONMENT = {
    "HOME": f"{BOX}/tmp",  # noqa: S108
    "TMPDIR": f"{BOX}/tmp",  # noqa: S108
    "LANG": "C.UTF-8",
    "MALLOC_ARENA_MAX": "2",  # or each thread reserves address space
    "PYTHONHASHSEED": "0",  # the same order of sets in each run
}
PROBE_TIME = 20.0


def available_tier() -> tuple[Tier, str]:
    """``("A", "")``, or ``("B", why not A and how to get it)``. Tries it out, once."""
    return _tried(shutil.which("bwrap"), shutil.which("setpriv"))


@cache
def _tried(bwrap: str | None, setpriv: str | None) -> tuple[Tier, str]:
    if not sys.platform.startswith("linux"):
        return "B", "bubblewrap needs Linux; on Windows: WSL, on macOS: a container or a machine"
    if bwrap is None:
        return "B", "no bwrap: apt-get install bubblewrap (Fedora: dnf install bubblewrap)"
    if os.geteuid() == 0 and setpriv is None:
        return "B", "no setpriv, which root needs: apt-get install util-linux"
    try:
        with launch("A", "import sqlite3; print('inside')", output=subprocess.PIPE) as process:
            try:
                told, said = (
                    text.decode(errors="replace")
                    for text in process.communicate(timeout=PROBE_TIME)
                )
            finally:
                process.kill()
    except (OSError, subprocess.TimeoutExpired) as error:
        return "B", f"bwrap does not start: {error}"
    if told.strip() == "inside":
        return "A", ""
    said = " ".join(said.split())[:200] or f"it left with {process.returncode}"
    return "B", f"bwrap cannot make its namespaces ({said}): {_how_to_allow()}"


def launch(  # noqa: PLR0913  (what, with what, and where)
    tier: Tier,
    code: str,
    *arguments: str,
    box: str = BOX,
    files: Sequence[int] = (),
    output: int = subprocess.DEVNULL,
    group: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``code`` in our Python, in a sandbox: no site, no environment, its own import path.

    ``arguments`` are its ``sys.argv``; ``files`` are the open files that it gets. Its process
    group is its own. ``group``: the file that takes it into a control group.
    """
    _compile()
    paths = [_mounted(tier), *_site_packages()]
    # Nothing that is imported is ever garbage: to look for some is a tenth of the start.
    start = f"import gc, sys; gc.disable(); sys.path += {paths!r}; {code}"
    command = [os.path.realpath(sys.executable), "-P", "-s", "-S", "-B", "-c", start, *arguments]
    rules, written = os.pipe()
    with open(rules, "rb"), open(written, "wb") as filter:
        filter.write(seccomp.program())
        filter.close()
        if tier == "A":
            outer = _drop_root() if os.geteuid() == 0 else []
            command = [*outer, *_walls(box, rules), "--", *command]
        if group is not None:  # before it can start another process
            command = ["sh", "-c", 'echo 0 >"$0" && exec "$@"', str(group), *command]
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(tier, box),
            pass_fds=[*files, *([rules] if tier == "A" else [])],
            start_new_session=True,
        )


@cache
def compile_libraries() -> None:
    """Import once, where it can be written, what every place imports: so it is compiled.

    A new environment has no compiled libraries, and nothing is written in a sandbox. Where that
    cannot be written here either, each sandbox compiles for itself.
    """
    paths = [str(SOURCE.parent), *_site_packages()]
    code = f"import sys; sys.path += {paths!r}; import setu.grading.inside.serve"
    command = [os.path.realpath(sys.executable), "-E", "-P", "-s", "-S", "-c", code]
    subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


@cache
def _compile() -> None:
    """Compile what runs inside and is not imported by ``compile_libraries``."""
    for part in PARTS:
        if (SOURCE / part).is_dir():
            compileall.compile_dir(SOURCE / part, quiet=2)


def _environment(tier: Tier, box: str) -> dict[str, str]:
    if tier == "A":
        return {"PATH": os.environ.get("PATH", os.defpath)}  # to find bwrap, which clears it
    return {name: value.replace(BOX, box) for name, value in ENVIRONMENT.items()}


def _mounted(tier: Tier) -> str:
    return "/setu" if tier == "A" else str(SOURCE.parent)


def _walls(box: str, rules: int) -> list[str]:
    bwrap = ["bwrap", "--unshare-all", "--unshare-user", "--disable-userns", "--unshare-cgroup-try"]
    bwrap += ["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"]
    bwrap += ["--uid", str(NOBODY), "--gid", str(NOBODY), "--cap-drop", "ALL"]
    for path in _read_only():
        bwrap += ["--ro-bind", path, path]
    for link in ("/lib", "/lib64", "/lib32", "/bin"):
        if os.path.islink(link) and link not in _read_only():
            bwrap += ["--symlink", os.readlink(link), link]
    for part in PARTS:
        bwrap += ["--ro-bind", str(SOURCE / part), f"/setu/setu/{part}"]
    for device in DEVICES:
        bwrap += ["--dev-bind", device, device]
    bwrap += ["--perms", "0700", "--size", str(limits.DISK), "--tmpfs", box]
    for name, value in ENVIRONMENT.items():
        bwrap += ["--setenv", name, value]
    if seccomp.program():
        bwrap += ["--seccomp", str(rules)]
    return [*bwrap, "--remount-ro", "/", "--chdir", box]


def _drop_root() -> list[str]:
    """An outer stage for root: the kernel counts no processes of uid 0, whatever its namespace.

    It mounts what nobody else may reach (a Python in ``/root``), and becomes another user.
    """
    bwrap = ["bwrap", "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc", "--tmpfs", "/tmp"]  # noqa: S108
    paths = ["/usr", *(path for path in _read_only() if not path.startswith("/usr/"))]
    paths += [str(SOURCE / part) for part in PARTS]
    folders: list[str] = []
    for path in paths:
        for parent in [*Path(path).parents][-2::-1]:  # or bwrap makes them for root alone
            if str(parent) not in (*folders, *paths):
                folders.append(str(parent))
                bwrap += ["--dir", str(parent)]
        bwrap += ["--ro-bind", path, path]
    for link in ("/lib", "/lib64", "/lib32", "/bin", "/sbin"):
        if os.path.islink(link):
            bwrap += ["--symlink", os.readlink(link), link]
    user = f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"
    return [*bwrap, "--die-with-parent", "--", "setpriv", *user, "--"]


@cache
def _read_only() -> list[str]:
    """What Python needs of the system, each path once, outer ones before inner ones."""
    wanted = {
        *("/usr/lib", "/usr/lib64", "/usr/share/zoneinfo", "/etc/ld.so.cache"),
        *(path for path in ("/lib", "/lib64") if not os.path.islink(path)),
        *(os.path.join(os.path.realpath(sys.base_prefix), lib) for lib in ("lib", "lib64")),
        os.path.realpath(sys.executable),
        *_site_packages(),
    }
    paths: list[str] = []
    for path in sorted(wanted):
        if os.path.exists(path) and not any(Path(path).is_relative_to(outer) for outer in paths):
            paths.append(path)
    return paths


def _site_packages() -> list[str]:
    found = (os.path.realpath(sysconfig.get_path(name)) for name in ("purelib", "platlib"))
    return [*dict.fromkeys(found)]


def _how_to_allow() -> str:
    if _setting("kernel/apparmor_restrict_unprivileged_userns") == "1":
        return "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0 (Ubuntu)"
    if _setting("kernel/unprivileged_userns_clone") == "0":
        return "sudo sysctl -w kernel.unprivileged_userns_clone=1 (Debian)"
    if _setting("user/max_user_namespaces") == "0":
        return "sudo sysctl -w user.max_user_namespaces=15000"
    return "in a container, start it with --security-opt seccomp=unconfined"


def _setting(name: str) -> str:
    try:
        return Path("/proc/sys", name).read_text(encoding="ascii").strip()
    except OSError:
        return ""
