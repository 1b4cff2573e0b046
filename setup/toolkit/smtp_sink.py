"""A real SMTP server for demo and tests: it keeps every message, delivers none.

Each message becomes a file in the folder, with its envelope in `X-Envelope-` headers.
The file `behaviour.json` in the same folder tells how to treat the next messages, so
that a test can change its mind while the server runs, also in another process.
"""

import argparse
import asyncio
import contextlib
import email
import email.policy
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from fnmatch import fnmatch
from pathlib import Path

HOST = "127.0.0.1"
_LARGEST = 64 * 1024 * 1024
_START_SECONDS = 20


@dataclass(frozen=True)
class Behaviour:
    """How the server treats what it is given. The default accepts everything.

    :ivar refuse: addresses (`*` allowed) refused for good when named as recipient
    :ivar reply: the answer to the message itself when not empty, such as
        `451 4.3.0 try again later` or `554 5.7.1 refused`; the message is not kept
    :ivar delay: seconds to wait before answering the message
    :ivar hang_up: `before` keeping the message or `after` it, close the connection
        without an answer: the sender cannot know whether the message arrived
    :ivar accept: how many messages are accepted before `reply` and `hang_up` begin
    """

    refuse: list = field(default_factory=list)
    reply: str = ""
    delay: float = 0.0
    hang_up: str = ""
    accept: int = 0


class Mailbox:
    """What the server kept, and the switch for its behaviour.

    :param folder: the folder the server writes to
    """

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._behaviour = self.folder / "behaviour.json"

    def files(self):
        """The files of the messages, in order of arrival."""
        return sorted(self.folder.glob("*.eml"))

    def messages(self):
        """The messages as `email.message.EmailMessage`, in order of arrival."""
        return [
            email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            for file in self.files()
        ]

    def clear(self):
        """Forget all messages."""
        for file in self.files():
            file.unlink()

    def behave(self, **options):
        """Treat messages from now on as the fields of `Behaviour` say."""
        text = json.dumps(asdict(Behaviour(**options)))
        temporary = self._behaviour.with_suffix(f".{os.getpid()}")
        temporary.write_text(text)
        temporary.replace(self._behaviour)

    def behaviour(self):
        """The behaviour in force."""
        try:
            return Behaviour(**json.loads(self._behaviour.read_text()))
        except FileNotFoundError:
            return Behaviour()


class Handler:
    """Answers the SMTP commands, for aiosmtpd.

    :param mailbox: where messages go and the behaviour comes from
    """

    def __init__(self, mailbox):
        self.mailbox = mailbox
        self._numbers = itertools.count(len(mailbox.files()) + 1)
        self._accepted = 0
        self._since = None

    async def handle_RCPT(self, server, session, envelope, address, options):
        """Accept a recipient unless the behaviour refuses it."""
        if any(fnmatch(address, one) for one in self.mailbox.behaviour().refuse):
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        """Keep the message, or treat it as the behaviour says."""
        behaviour = self.mailbox.behaviour()
        if behaviour != self._since:
            self._since, self._accepted = behaviour, 0
        if behaviour.delay:
            await asyncio.sleep(behaviour.delay)
        if self._accepted >= behaviour.accept:
            if behaviour.hang_up:
                return self._hang_up(behaviour, server, envelope)
            if behaviour.reply:
                return behaviour.reply
        self._keep(envelope)
        self._accepted += 1
        return "250 2.0.0 kept"

    def _hang_up(self, behaviour, server, envelope):
        if behaviour.hang_up == "after":
            self._keep(envelope)
        server.transport.abort()
        return "421 4.3.2 closing"

    def _keep(self, envelope):
        """Write the message whole or not at all: readers never see a part of it."""
        head = f"X-Envelope-From: {envelope.mail_from or '<>'}\r\n" + "".join(
            f"X-Envelope-To: {address}\r\n" for address in envelope.rcpt_tos
        )
        file = self.mailbox.folder / f"{next(self._numbers):06d}.eml"
        temporary = file.with_suffix(".part")
        temporary.write_bytes(head.encode() + (envelope.original_content or b""))
        temporary.replace(file)


def serve(folder, port=0, ready=lambda port: None, stopping=None):
    """Serve until `stopping` is set.

    :param folder: where messages go
    :param port: the port to listen on, 0 for a free one
    :param ready: called with the port once the server listens
    :param stopping: a `threading.Event`
    """
    from aiosmtpd.smtp import SMTP

    stopping = stopping or threading.Event()
    handler = Handler(Mailbox(folder))

    def session():
        return SMTP(
            handler,
            hostname="sink.localhost",
            data_size_limit=_LARGEST,
            enable_SMTPUTF8=True,
            ident="AR Suite mail sink",
        )

    async def listen():
        loop = asyncio.get_running_loop()
        server = await loop.create_server(session, HOST, port)
        async with server:
            ready(server.sockets[0].getsockname()[1])
            await loop.run_in_executor(None, stopping.wait)

    asyncio.run(listen())


@contextlib.contextmanager
def running(folder, port=0):
    """A server in a process of its own; yields its port and stops it at the end.

    :param port: preferred port; the next free one when it is taken, 0 for any
    """
    port = _free_port(port)
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "toolkit.smtp_sink", str(folder)),
            *("--port", str(port), "--parent", str(os.getpid())),
        ],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        # Ctrl-C is for the command that uses the server; it stops us in its own order.
        start_new_session=True,
    )
    try:
        _await_listening(process, port)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port(preferred):
    from .odoo_server import free_port

    return free_port(preferred)


def _await_listening(process, port):
    from .console import SetupError

    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((HOST, port)) == 0:
                return
        time.sleep(0.05)
    raise SetupError("The mail sink does not start.", "Is aiosmtpd installed?")


def main():
    """Serve a folder until the process is told to end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument(
        "--parent", type=int, help="end when this process is no longer the parent"
    )
    options = parser.parse_args()
    stopping = threading.Event()
    if options.parent:
        watcher = threading.Thread(
            target=_watch, args=(options.parent, stopping), daemon=True
        )
        watcher.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopping.set())
    serve(options.folder, options.port, stopping=stopping)


def _watch(parent, stopping):
    """Stop with the command that uses us, even when it was killed."""
    while os.getppid() == parent and not stopping.wait(0.5):
        pass
    stopping.set()


if __name__ == "__main__":
    main()
