"""Drive a headless Chromium over its debugging protocol."""

import base64
import contextlib
import itertools
import json
import subprocess
import time
import urllib.request
from pathlib import Path

import websocket

_START_SECONDS = 30
_FLAGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--no-sandbox",
    "--remote-debugging-port=0",
    "--window-size=1366,900",
)


class Browser:
    """One page of one browser, which ends with the `with` block.

    :param program: path of the browser
    :param folder: an empty folder for its profile
    :ivar errors: errors that the page wrote to its console or did not catch
    :ivar failed_requests: (status, address) of what the server refused
    """

    def __init__(self, program, folder):
        self.program = program
        self.folder = Path(folder)
        self.errors = []
        self.failed_requests = []
        self._numbers = itertools.count(1)
        self._process = None
        self._socket = None

    def __enter__(self):
        self._process = subprocess.Popen(
            [self.program, *_FLAGS, f"--user-data-dir={self.folder}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            self._connect()
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_error):
        self._end()

    def open(self, address, timeout=60):
        """Go to an address and wait until the page and its scripts are loaded."""
        self.command("Page.navigate", url=address)
        self.wait_until("document.readyState === 'complete'", timeout)

    def evaluate(self, expression):
        """The value of a JavaScript expression; promises are awaited."""
        answer = self.command(
            "Runtime.evaluate",
            expression=expression,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise AssertionError(f"In the page: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_until(self, expression, timeout=30):
        """Wait until a JavaScript expression is true; fail after `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            with contextlib.suppress(AssertionError):
                if self.evaluate(f"Boolean({expression})"):
                    return
            time.sleep(0.1)
        raise AssertionError(f"Never true within {timeout} s: {expression}")

    def text(self):
        """The text a person sees on the page."""
        return self.evaluate("document.body.innerText")

    def fill(self, selector, value):
        """Type a value into the field that a CSS selector finds."""
        self.wait_until(f"document.querySelector({json.dumps(selector)})")
        self.evaluate(
            f"(field => {{ field.value = {json.dumps(value)};"
            " field.dispatchEvent(new Event('input', {bubbles: true}));"
            " field.dispatchEvent(new Event('change', {bubbles: true})); })"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    def click(self, selector):
        """Click the element that a CSS selector finds."""
        self.wait_until(f"document.querySelector({json.dumps(selector)})")
        self.evaluate(f"document.querySelector({json.dumps(selector)}).click()")

    def upload(self, selector, file):
        """Choose a file in the file input that a CSS selector finds."""
        root = self.command("DOM.getDocument")["root"]["nodeId"]
        node = self.command("DOM.querySelector", nodeId=root, selector=selector)
        self.command("DOM.setFileInputFiles", files=[str(file)], nodeId=node["nodeId"])

    def log_in(self, address, login, password):
        """Log in to Odoo and wait for its back end."""
        self.open(f"{address}/web/login")
        self.fill("input[name=login]", login)
        self.fill("input[name=password]", password)
        self.click("form.oe_login_form button[type=submit]")
        self.wait_until("document.querySelector('.o_web_client .o_main_navbar')", 90)

    def screenshot(self, file):
        """Save what the page shows as PNG."""
        picture = self.command("Page.captureScreenshot", format="png")["data"]
        Path(file).write_bytes(base64.b64decode(picture))

    def command(self, method, **parameters):
        """Send a command of the protocol and return its result."""
        number = next(self._numbers)
        self._socket.send(
            json.dumps({"id": number, "method": method, "params": parameters})
        )
        while True:
            message = json.loads(self._socket.recv())
            if message.get("id") == number:
                if "error" in message:
                    raise AssertionError(f"{method}: {message['error']}")
                return message["result"]
            self._note(message)

    def _note(self, message):
        """Remember errors among the events of the page."""
        method, values = message.get("method"), message.get("params", {})
        if method == "Runtime.consoleAPICalled" and values["type"] == "error":
            self.errors.append(
                " ".join(
                    str(one.get("value", one.get("description", "")))
                    for one in values["args"]
                )
            )
        elif method == "Runtime.exceptionThrown":
            self.errors.append(str(values["exceptionDetails"])[:500])
        elif method == "Network.responseReceived":
            response = values["response"]
            if response["status"] >= 400:
                self.failed_requests.append((response["status"], response["url"]))

    def _connect(self):
        port = self._await_port()
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json/list") as answer:
            pages = json.load(answer)
        target = next(page for page in pages if page["type"] == "page")
        self._socket = websocket.create_connection(
            target["webSocketDebuggerUrl"], timeout=90, suppress_origin=True
        )
        for domain in ("Page", "Runtime", "Network"):
            self.command(f"{domain}.enable")

    def _await_port(self):
        file = self.folder / "DevToolsActivePort"
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            if file.exists() and file.read_text().strip():
                return int(file.read_text().splitlines()[0])
            time.sleep(0.1)
        raise AssertionError("The browser does not start.")

    def _end(self):
        if self._socket is not None:
            self._socket.close()
        self._process.terminate()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
