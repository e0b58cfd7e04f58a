"""Running a server as an ordinary account when we are root: PostgreSQL refuses to run as root, and what
belongs to nobody can harm nobody."""

import ctypes
import os
import pwd
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .errors import LauncherError

_PR_SET_SECUREBITS = 28
_SECBIT_NO_SETUID_FIXUP = 1 << 2  # without it access(2) ignores capabilities, and initdb asks by access(2)
_PR_CAP_AMBIENT = 47
_PR_CAP_AMBIENT_RAISE = 2
_CAP_DAC_OVERRIDE = 1  # the one of its kind that containers leave to their root
_CAP_SETPCAP = 8  # allows to set the secure bits
_CAPABILITY_VERSION_3 = 0x20080522


@dataclass(frozen=True)
class Account:
    """Who a server runs as. `passes_doors`: keeps CAP_DAC_OVERRIDE, because some folder on the way is closed
    to the account (/root is 0700) and permissions of folders that are not ours stay as they are."""

    uid: int
    gid: int
    passes_doors: bool = False


def account_for(home: Path, programs: Sequence[Path]) -> Account | None:
    """The account of the servers, whose data lie under `home`; None when we are not root and run them ourselves.

    Data that an ordinary user made stay with that user when root starts the servers later."""
    if os.geteuid() != 0:
        if home.exists() and home.stat().st_uid != os.geteuid():
            raise LauncherError(
                f"Dữ liệu trong {home} do người dùng khác của máy tạo ra: đồng chí hãy chạy lại bằng người dùng ấy, "
                "hoặc đặt sổ tay vào một thư mục mới."
            )
        return None
    uid, gid = _owner(home if home.exists() else home.parent)
    closed = next((door for path in (home, *programs) for door in _closed_doors(path, uid, gid)), None)
    if closed is None:
        return Account(uid, gid)
    if not _may_keep_override():
        raise LauncherError(
            f"Thư mục {closed} đóng với tài khoản chạy cơ sở dữ liệu: đồng chí hãy chạy bằng người dùng thường, "
            "hoặc đặt sổ tay vào thư mục mà mọi người dùng đi qua được (ví dụ trong /srv)."
        )
    return Account(uid, gid, passes_doors=True)


def give(path: Path, account: Account | None) -> None:
    """Hand a file or folder that we made to the account; nothing happens when we are not root."""
    if account is not None:
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def run(
    argv: Sequence[str | Path], account: Account | None, *, cwd: Path | str = "/", timeout: float = 120
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end as the account, with nothing of ours open in it."""
    try:
        return subprocess.run(
            [str(part) for part in argv],
            cwd=cwd,
            env=_plain_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            start_new_session=True,
            preexec_fn=_becoming(account),
        )
    except subprocess.SubprocessError as error:
        raise LauncherError(f"Không chạy được {Path(argv[0]).name} bằng tài khoản riêng ({error}).") from error


def _plain_environment() -> dict[str, str]:
    """Neither our secrets nor settings of the person's own PostgreSQL (PGDATA, PGHOST …) reach the servers."""
    keep = ("PATH", "HOME", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {**{name: os.environ[name] for name in keep if name in os.environ}, "LC_ALL": "C"}


def _owner(folder: Path) -> tuple[int, int]:
    if folder.exists() and (owner := folder.stat()).st_uid != 0:
        return owner.st_uid, owner.st_gid
    try:
        nobody = pwd.getpwnam("nobody")
    except KeyError:
        raise LauncherError(
            "Máy này không có tài khoản nobody để chạy cơ sở dữ liệu: đồng chí hãy chạy bằng người dùng thường."
        ) from None
    return nobody.pw_uid, nobody.pw_gid


def _closed_doors(path: Path, uid: int, gid: int) -> list[Path]:
    """Parents of `path` that the account may not walk through."""
    return [door for door in path.resolve().parents if not _may_enter(door, uid, gid)]


def _may_enter(door: Path, uid: int, gid: int) -> bool:
    try:
        found = door.stat()
    except FileNotFoundError:
        return True  # made later, by us
    if found.st_uid == uid:
        needed = stat.S_IXUSR
    elif found.st_gid == gid:
        needed = stat.S_IXGRP
    else:
        needed = stat.S_IXOTH
    return bool(found.st_mode & needed)


def _may_keep_override() -> bool:
    if sys.platform != "linux":
        return False
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("CapPrm:"):
            held, needed = int(line.split()[1], 16), 1 << _CAP_DAC_OVERRIDE | 1 << _CAP_SETPCAP
            return held & needed == needed
    return False


class _CapabilityHeader(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("pid", ctypes.c_int)]


class _CapabilitySets(ctypes.Structure):
    _fields_ = [(name, ctypes.c_uint32) for name in ("effective", "permitted", "inheritable")]


def _becoming(account: Account | None) -> Callable[[], None] | None:
    """What the child does between fork and exec to turn from root into the account."""
    if account is None:
        return None
    libc = ctypes.CDLL(None, use_errno=True) if account.passes_doors else None

    def become() -> None:
        if libc is not None:
            _checked(libc.prctl(_PR_SET_SECUREBITS, _SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
        os.setgroups([])
        os.setgid(account.gid)
        os.setuid(account.uid)
        os.umask(0o077)
        if libc is not None:
            bit = 1 << _CAP_DAC_OVERRIDE
            header = _CapabilityHeader(_CAPABILITY_VERSION_3, 0)
            sets = (_CapabilitySets * 2)(_CapabilitySets(bit, bit, bit), _CapabilitySets(0, 0, 0))
            _checked(libc.capset(ctypes.byref(header), sets))
            _checked(libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_RAISE, _CAP_DAC_OVERRIDE, 0, 0))

    return become


def _checked(result: int) -> None:
    if result != 0:
        raise OSError(ctypes.get_errno(), "capability")
