"""Messages between processes: a length, then JSON."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Callable
from typing import Any

__all__ = ["receive", "send"]

_LENGTH = struct.Struct("!I")
_CHUNK = 1 << 20


def _pack(message: dict[str, Any]) -> bytes:
    return json.dumps(message).encode()


def send(wire: socket.socket, message: dict[str, Any], pack: Callable[[dict[str, Any]], bytes] = _pack) -> None:
    """Write one message. Raises BrokenPipeError when the other side has gone."""
    content = pack(message)
    wire.sendall(_LENGTH.pack(len(content)) + content)


def receive(wire: socket.socket) -> dict[str, Any] | None:
    """Read one message; None when the other side has gone."""
    head = _read(wire, _LENGTH.size)
    content = _read(wire, _LENGTH.unpack(head)[0]) if head else None
    return None if content is None else dict(json.loads(content))


def _read(wire: socket.socket, size: int) -> bytes | None:
    parts = []
    while size:
        try:
            part = wire.recv(min(size, _CHUNK))
        except ConnectionResetError:
            return None
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)
