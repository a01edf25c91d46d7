"""Chromium as a tool: one browser without a window prints, looks at and questions as many pages as wanted.

It is spoken to through two pipes (`--remote-debugging-pipe`): no port, no driver, no other package.
"""

from __future__ import annotations

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

from ..errors import CitesError

__all__ = ["Browser", "find_chromium"]

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "microsoft-edge-stable",
    "msedge",
)
# Where Windows and macOS put what is not on the PATH.
_WINDOWS = (
    ("Google", "Chrome", "Application", "chrome.exe"),
    ("Chromium", "Application", "chrome.exe"),
    ("Microsoft", "Edge", "Application", "msedge.exe"),
)
_MACOS = ("Google Chrome", "Chromium", "Microsoft Edge")
PATIENCE = 120.0  # seconds that an answer may take
_OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--allow-file-access-from-files",
    "--remote-debugging-pipe",
)
_HIGHEST = 16_000  # pixels: what a picture can be


def find_chromium() -> str | None:
    """Path of a Chromium, a Chrome or an Edge: on the PATH, else where its system installs it; or None."""
    on_path = next((path for name in NAMES if (path := shutil.which(name))), None)
    return on_path or next((str(path) for path in _installed(os.environ) if path.is_file()), None)


def _installed(environ: Mapping[str, str]) -> Iterator[Path]:
    for variable in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432", "LocalAppData", "LOCALAPPDATA"):
        if environ.get(variable):
            yield from (Path(environ[variable], *parts) for parts in _WINDOWS)
    for home in ("/", environ.get("HOME")):
        if home:
            yield from (Path(home, "Applications", f"{name}.app", "Contents", "MacOS", name) for name in _MACOS)


class Browser:
    """A headless Chromium with one page, to be used in a `with`.

    Raises CitesError when there is none, when the system has no pipes of the kind it needs (Windows), when it dies or
    when it does not answer.
    """

    def __init__(self) -> None:
        path = find_chromium()
        if path is None:
            raise CitesError(
                "Aucun navigateur Chromium, Chrome ou Edge n’est trouvé : installez-en un (Debian : sudo apt install chromium), "
                "ou publiez sans --pdf, --check ni --captures."
            )
        try:
            import fcntl
        except ImportError as error:
            raise CitesError(
                "Sur ce système (Windows), le navigateur ne peut pas être commandé : publiez sans --pdf, --check ni --captures, "
                "puis imprimez les pages depuis le navigateur ; sous WSL, tout est possible."
            ) from error
        self._profile = tempfile.mkdtemp(prefix="citesresearch-")
        orders, self._write = os.pipe()
        self._read, answers = os.pipe()
        # Out of the way of 3 and 4, the two numbers that Chromium expects.
        theirs = [fcntl.fcntl(fd, fcntl.F_DUPFD, 10) for fd in (orders, answers)]

        def hand_over() -> None:
            os.dup2(theirs[0], 3)
            os.dup2(theirs[1], 4)

        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self._process = subprocess.Popen(
            [path, *_OPTIONS, *root, f"--user-data-dir={self._profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(3, 4),
            preexec_fn=hand_over,
            start_new_session=True,
        )
        for fd in (orders, answers, *theirs):
            os.close(fd)
        self._buffer, self._number, self._session = b"", 0, ""
        self.requests: list[str] = []  # what the open page has asked for, itself left out

    def __enter__(self) -> Browser:
        target = self._ask("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._ask("Target.attachToTarget", {"targetId": target, "flatten": True})["sessionId"]
        for domain in ("Page", "Network", "Runtime"):
            self._ask(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        os.close(self._write)
        os.close(self._read)
        shutil.rmtree(self._profile, ignore_errors=True)

    # -- pages -------------------------------------------------------------------------------------------------------
    def open(self, page: Path, width: int = 1280, height: int = 900, csp: bool = True) -> None:
        """Open a file; without `csp` its policy is set aside, so that a script can be run in it."""
        self._ask("Page.setBypassCSP", {"enabled": not csp})
        self._ask("Emulation.setDeviceMetricsOverride", _screen(width, height))
        self.requests = []
        address = page.resolve().as_uri()
        said = self._ask("Page.navigate", {"url": address})
        if said.get("errorText"):
            raise CitesError(f"Chromium n’ouvre pas {page} : {said['errorText']}.")
        self._until("Page.loadEventFired")
        self.requests = [url for url in self.requests if url != address and not url.startswith("data:")]

    def show(self, width: int | None = None, dark: bool = False, printed: bool = False) -> None:
        """Change the width, the colour scheme or the medium of the open page."""
        if width is not None:
            self._ask("Emulation.setDeviceMetricsOverride", _screen(width, 900))
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        still = {"name": "prefers-reduced-motion", "value": "reduce"}
        self._ask(
            "Emulation.setEmulatedMedia", {"media": "print" if printed else "screen", "features": [scheme, still]}
        )

    def evaluate(self, script: str) -> Any:
        """What an expression of JavaScript gives in the open page; a promise is awaited."""
        said = self._ask("Runtime.evaluate", {"expression": script, "awaitPromise": True, "returnByValue": True})
        if "exceptionDetails" in said:
            raise CitesError(f"Le script s’est arrêté dans la page : {said['exceptionDetails'].get('text', '')}.")
        return said["result"].get("value")

    def pdf(self) -> bytes:
        """The open page as an A4 document, as its style sheet lays it out, with its outline and its tags."""
        wanted = {
            "preferCSSPageSize": True,
            "printBackground": True,
            "generateTaggedPDF": True,
            "generateDocumentOutline": True,
        }
        # However the page was shown before: a screen's layout would be printed as it is.
        self._ask("Emulation.setEmulatedMedia", {"media": "print", "features": []})
        return base64.b64decode(self._ask("Page.printToPDF", wanted)["data"])

    def screenshots(self) -> list[bytes]:
        """The whole open page as PNGs from top to bottom, one unless it is higher than 16 000 pixels."""
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        high = max(1, int(size["height"]))
        return [self._shot(size["width"], top, min(high - top, _HIGHEST)) for top in range(0, high, _HIGHEST)]

    def _shot(self, width: float, top: int, height: int) -> bytes:
        clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 1}
        said = self._ask("Page.captureScreenshot", {"format": "png", "clip": clip, "captureBeyondViewport": True})
        return base64.b64decode(said["data"])

    # -- messages ----------------------------------------------------------------------------------------------------
    def _ask(self, method: str, params: Mapping[str, Any] | None = None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": params or {}}
        if self._session:
            message["sessionId"] = self._session
        try:
            _write_all(self._write, json.dumps(message).encode() + b"\0")
        except BrokenPipeError:
            self._gone()
        until = time.monotonic() + PATIENCE
        while True:
            said = self._next(until)
            if said.get("id") == self._number:
                if "error" in said:
                    raise CitesError(f"Chromium refuse {method} : {said['error'].get('message', '')}.")
                result: dict[str, Any] = said["result"]
                return result

    def _until(self, event: str) -> None:
        until = time.monotonic() + PATIENCE
        while self._next(until).get("method") != event:
            pass

    def _next(self, until: float) -> dict[str, Any]:
        """The next message; requests of the page are noted on the way."""
        while b"\0" not in self._buffer:
            ready, _, _ = select.select([self._read], [], [], max(until - time.monotonic(), 0))
            if not ready:
                raise CitesError(f"Chromium ne répond plus depuis {PATIENCE:.0f} secondes.")
            read = os.read(self._read, 1 << 20)
            if not read:
                self._gone()
            self._buffer += read
        raw, _, self._buffer = self._buffer.partition(b"\0")
        said: dict[str, Any] = json.loads(raw)
        if said.get("method") == "Network.requestWillBeSent":
            self.requests.append(said["params"]["request"]["url"])
        return said

    def _gone(self) -> None:
        raise CitesError(f"Chromium s’est arrêté (code {self._process.poll()}) ; relancez la commande.")


def _screen(width: int, height: int) -> dict[str, Any]:
    return {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}


def _write_all(fd: int, data: bytes) -> None:
    while data:
        data = data[os.write(fd, data) :]
