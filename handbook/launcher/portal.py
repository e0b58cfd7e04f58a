"""`make run`: from nothing to a portal that answers, and back to nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from handbook import env

from . import children, demo, environment, health, ports, processes, servers, sources
from .errors import LauncherError
from .files import make_var, open_lock, rotate, tail, try_exclusive, write_private
from .proc import wait_until
from .terminal import say, step

_ANSWER_SECONDS = 60


class Stopped(BaseException):
    """The person pressed Ctrl-C, or somebody sent SIGTERM or SIGHUP."""


def run() -> int:
    """Start everything and stay until told to stop; the exit code for the shell."""
    var = make_var(environment.var_folder())
    with open_lock(var / "launcher.lock") as lock:
        if not try_exclusive(lock):
            where = running(var).get("address", "địa chỉ đã in trước đó")
            say(f"Sổ tay đang chạy ở {where}. Để dừng: make stop")
            return 1
        _on_stop(_raise_stopped)
        try:
            _run(var)
        except Stopped:
            return 0
        finally:
            (var / "launcher.json").unlink(missing_ok=True)
    return 0


def running(var: Path) -> dict[str, str | int]:
    """Process and address of the launcher that runs from `var`; empty when none does."""
    try:
        with open_lock(var / "launcher.lock") as lock:
            if try_exclusive(lock):
                return {}
        return json.loads((var / "launcher.json").read_text(encoding="utf-8"))
    except (LauncherError, OSError, ValueError):
        return {}


def stop(var: Path) -> bool:
    """Ask the running launcher to stop and wait for it; False when none ran."""
    pid = running(var).get("pid")
    if not pid:
        return False
    os.kill(int(pid), signal.SIGTERM)
    if not wait_until(lambda: not running(var), 20):
        raise LauncherError(f"Sổ tay (tiến trình {pid}) chưa dừng sau 20 giây.")
    return True


def _run(var: Path) -> None:
    write_private(var / "launcher.json", json.dumps({"pid": os.getpid()}) + "\n")
    say("Sổ tay đảng viên điện tử đang khởi động …")
    joined: servers.Servers | None = None
    started: list[children.Child] = []
    try:
        children.end_leftovers(var)
        with step("Cơ sở dữ liệu và hàng đợi"):
            joined = environment.prepare(var)
            environment.local(var)
        with step("Cấu trúc dữ liệu"):
            _manage(var, "migrate", "--noinput")
        _load_demo(var)
        with step("Giao diện"):
            _collect_static(var)
        port = _choose_port()
        with step("Trang web và việc nền"):
            for child in _start_processes(var, port):
                started.append(child)
            logins = _demo_logins()
            _wait_for_answer(started, port)
        home = f"http://localhost:{port}"
        write_private(var / "launcher.json", json.dumps({"pid": os.getpid(), "address": home}) + "\n")
        say(f"\n{logins}\n\nMở {home}\nNhấn Ctrl+C để dừng.")
        _watch(started, joined)
    finally:
        _on_stop(signal.SIG_IGN)
        say("\nĐang dừng …")
        children.stop(started)
        if joined:
            joined.release()
        say("Đã dừng.")


def _raise_stopped(number: int, frame: FrameType | None) -> None:
    raise Stopped


def _on_stop(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, handler)


def _manage(var: Path, *arguments: str) -> None:
    """Run a command of manage.py to its end; what it prints goes to var/log/setup.log."""
    log = var / "log" / "setup.log"
    log.parent.mkdir(exist_ok=True, mode=0o700)
    rotate(log)
    with log.open("ab") as output, _command(*arguments, stdout=output, stderr=subprocess.STDOUT) as process:
        code = process.wait()
    if code != 0:
        raise LauncherError(f"Lệnh {arguments[0]} không xong; đồng chí xem {log}\n{tail(log)}")


@contextmanager
def _command(*arguments: str, **options) -> Iterator[subprocess.Popen]:
    """A running command of manage.py, in a group of its own: Ctrl-C reaches us alone, and we end the group."""
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=environment.BASE,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=children.dying_with_us(),
        **options,
    )
    try:
        yield process
    except BaseException:
        process.terminate()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise


def _load_demo(var: Path) -> None:
    """Put the demo into a database that this launcher made and that is still empty. HANDBOOK_DEMO=0 leaves it so."""
    mark = demo.Mark(var, env.secret("DATABASE_URL"))
    if mark.wants_demo() and env.flag("HANDBOOK_DEMO", True):
        demo.secret(var)
        os.environ["HANDBOOK_DEMO"] = "1"
        say("  … Dữ liệu minh họa")
        with _command("load_demo") as process:
            code = process.wait()
        if code != 0:
            raise LauncherError("Không nạp được dữ liệu minh họa; chạy lại make run để nạp tiếp.")
        mark.note_loaded()
    elif mark.has_demo():
        os.environ.setdefault("HANDBOOK_DEMO", "1")


def _collect_static(var: Path) -> None:
    """Gather the static files when one of them or a library changed since the last time."""
    stamp = var / "static.stamp"
    wanted = sources.digest_of_static()
    if stamp.exists() and stamp.read_text().strip() == wanted and (var / "static" / "staticfiles.json").exists():
        return
    shutil.rmtree(var / "static", ignore_errors=True)
    _manage(var, "collectstatic", "--noinput", "--verbosity", "0")
    stamp.write_text(wanted + "\n")


def _choose_port() -> int:
    wanted = env.integer("PORT", 8000, least=1, most=65535)
    port = ports.first_free(wanted, ports.hosts())
    if port != wanted:
        say(f"  ! Cổng {wanted} đang có chương trình khác dùng; sổ tay dùng cổng {port}.")
    return port


def _start_processes(var: Path, port: int) -> Iterator[children.Child]:
    # a browser keeps connections open: do not wait for them as long as a server behind a proxy does
    environ = {"HANDBOOK_GRACEFUL_SECONDS": "4", "HANDBOOK_ADDRESS": f"http://localhost:{port}", **os.environ}
    addresses = [ports.address(host, port) for host in ports.hosts()]
    for name in processes.NAMES:
        command = processes.argv(name, var=var, addresses=addresses)
        yield children.start(name, command, var=var, cwd=environment.BASE, environ=environ)


def _demo_logins() -> str:
    """Who can sign in and how, as the table that `manage.py demo_logins` prints."""
    if not env.flag("HANDBOOK_DEMO", False):
        return "Chưa có tài khoản nào? Tạo người quản trị đầu tiên: .venv/bin/python manage.py create_first_admin"
    with _command("demo_logins", stdout=subprocess.PIPE, text=True) as process:
        return process.communicate()[0].rstrip()


def _wait_for_answer(started: list[children.Child], port: int) -> None:
    if wait_until(lambda: health.answers(port) or any(child.ended for child in started), _ANSWER_SECONDS):
        _refuse_ended(started)
        return
    raise LauncherError(f"Trang web chưa trả lời sau {_ANSWER_SECONDS} giây; đồng chí xem {started[0].log}")


def _watch(started: list[children.Child], joined: servers.Servers | None) -> None:
    """Stay until a process or an embedded server ends, which is an error, or until told to stop."""
    while True:
        time.sleep(1)
        _refuse_ended(started)
        for name, log in joined.missing() if joined else ():
            raise LauncherError(f"{name} đã dừng; đồng chí xem {log}")


def _refuse_ended(started: list[children.Child]) -> None:
    for child in started:
        if child.ended:
            raise LauncherError(f"Tiến trình {child.name} đã dừng; đồng chí xem {child.log}\n{tail(child.log)}")
