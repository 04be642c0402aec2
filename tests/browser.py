"""A headless Chromium, driven through chromedriver by the WebDriver protocol (https://www.w3.org/TR/webdriver2/)."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

CHROMIUM = shutil.which("chromium")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--allow-pre-commit-input",
    "--hide-scrollbars",
]
KEYS = {"Escape": "\ue00c", "Enter": "\ue007", "Tab": "\ue004", "Left": "\ue012", "Up": "\ue013", "Right": "\ue014"}
KEYS["Down"] = "\ue015"
_DIRECT = build_opener(ProxyHandler({}))


class Browser:
    """One session."""

    def __init__(self, base: str, profile: Path) -> None:
        self.base = base
        options = {"binary": CHROMIUM, "args": [*FLAGS, f"--user-data-dir={profile}"]}
        wanted = {"browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": wanted}})
        self.base += f"/session/{answer['sessionId']}"

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """One command of the protocol."""
        data = None if method == "GET" else json.dumps(body or {}).encode()
        request = Request(self.base + path, data, {"Content-Type": "application/json"}, method=method)
        with _DIRECT.open(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, address: str) -> None:
        self.call("POST", "/url", {"url": address})

    def run(self, script: str) -> Any:
        """What a function body in JavaScript returns."""
        return self.call("POST", "/execute/sync", {"script": script, "args": []})

    def press(self, *keys: str) -> None:
        """Keys one after the other, by name or as text."""
        letters = [letter for key in keys for letter in KEYS.get(key, key)]
        actions = [{"type": kind, "value": letter} for letter in letters for kind in ("keyDown", "keyUp")]
        self.call("POST", "/actions", {"actions": [{"type": "key", "id": "keyboard", "actions": actions}]})

    def emulate(self, scheme: str, width: int, height: int = 900) -> None:
        """A reader's colour scheme and window."""
        media = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.devtools("Emulation.setEmulatedMedia", media)
        metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)

    def devtools(self, command: str, parameters: dict[str, Any]) -> Any:
        return self.call("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def log(self) -> list[str]:
        """What the console has said since it was last asked: errors of scripts and of the security policy too."""
        return [entry["message"] for entry in self.call("POST", "/se/log", {"type": "browser"})]

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("GET", "/screenshot"))


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a fresh profile in a folder."""
    assert CHROMEDRIVER is not None
    log = folder / "chromedriver.log"
    with log.open("wb") as out:
        driver = subprocess.Popen([CHROMEDRIVER, "--port=0"], stdout=out, stderr=subprocess.STDOUT)
    browser = None
    try:
        browser = Browser(f"http://127.0.0.1:{_port(driver, log)}", folder / "profile")
        yield browser
    finally:
        if browser is not None:
            browser.call("DELETE", "")
        driver.terminate()
        driver.wait(timeout=30)


def _port(driver: subprocess.Popen[bytes], log: Path) -> int:
    """The port that chromedriver says it listens on."""
    for _ in range(300):
        _, found, rest = log.read_text().partition("started successfully on port ")
        if found and "." in rest:
            return int(rest.partition(".")[0])
        assert driver.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError(f"chromedriver does not listen: {log.read_text()}")
