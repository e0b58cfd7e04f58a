"""Which port the portal listens on."""

import contextlib
import errno
import socket

from .errors import LauncherError

_TRIES = 50


def hosts() -> list[str]:
    """What a browser may understand by "localhost" on this machine: IPv4, and IPv6 where the machine has it."""
    return ["127.0.0.1", *(["::1"] if _free("::1", 0) else [])]


def first_free(wanted: int, on: list[str]) -> int:
    """`wanted`, or the next port that is free on all of the hosts."""
    for port in range(wanted, min(wanted + _TRIES, 65536)):
        if all(_free(host, port) for host in on):
            return port
    raise LauncherError(f"Các cổng từ {wanted} đều đang bận: đồng chí hãy chọn cổng khác, ví dụ PORT=9000 make run.")


def address(host: str, port: int) -> str:
    """The address as gunicorn writes it."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _free(host: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with contextlib.suppress(OSError), socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except PermissionError:
            raise LauncherError(f"Máy không cho dùng cổng {port}: đồng chí hãy chọn cổng từ 1024 trở lên.") from None
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                return False
            raise
        return True
    return False
