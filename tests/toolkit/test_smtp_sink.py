"""The mail sink: a real SMTP server that keeps messages and can misbehave."""

import smtplib
import socket
import subprocess
import sys
import time
from email.message import EmailMessage

import pytest

from toolkit import paths, smtp_sink


@pytest.fixture(name="sink")
def fixture_sink(tmp_path):
    with smtp_sink.running(tmp_path) as port:
        mailbox = smtp_sink.Mailbox(tmp_path)
        mailbox.port = port
        yield mailbox


def send(sink, *recipients, subject="Reminder"):
    """Send one message to the sink as any program would."""
    message = EmailMessage()
    message["From"] = "city@example.org"
    message["To"] = ", ".join(recipients)
    message["Subject"] = subject
    message.set_content("Gelieve te betalen – merci à vous.")
    with smtplib.SMTP(smtp_sink.HOST, sink.port, timeout=10) as client:
        return client.send_message(message)


def test_keeps_message_and_envelope(sink):
    send(sink, "ann@example.org", "bob@example.org")
    (message,) = sink.messages()
    assert message["Subject"] == "Reminder"
    assert message.get_all("X-Envelope-To") == ["ann@example.org", "bob@example.org"]
    assert "merci à vous" in message.get_content()


def test_messages_are_in_order_of_arrival(sink):
    for number in range(3):
        send(sink, "ann@example.org", subject=str(number))
    assert [message["Subject"] for message in sink.messages()] == ["0", "1", "2"]


def test_refuses_some_recipients_for_good(sink):
    sink.behave(refuse=["*@gone.example"])
    refused = send(sink, "ann@example.org", "bob@gone.example")
    assert refused["bob@gone.example"][0] == 550
    (message,) = sink.messages()
    assert message.get_all("X-Envelope-To") == ["ann@example.org"]


def test_answers_the_message_with_an_error(sink):
    sink.behave(reply="451 4.3.0 try again later")
    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(sink, "ann@example.org")
    assert caught.value.smtp_code == 451
    assert sink.messages() == []
    sink.behave()
    send(sink, "ann@example.org")
    assert len(sink.messages()) == 1


@pytest.mark.parametrize(("moment", "kept"), [("before", 0), ("after", 1)])
def test_hangs_up_in_the_middle(sink, moment, kept):
    sink.behave(hang_up=moment)
    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionResetError)):
        send(sink, "ann@example.org")
    assert len(sink.messages()) == kept


def test_begins_to_fail_after_some_messages(sink):
    sink.behave(reply="452 4.3.1 full", accept=2)
    send(sink, "ann@example.org")
    send(sink, "ann@example.org")
    with pytest.raises(smtplib.SMTPDataError):
        send(sink, "ann@example.org")
    assert len(sink.messages()) == 2


def test_clear_forgets_all(sink):
    send(sink, "ann@example.org")
    sink.clear()
    assert sink.files() == []


def test_ends_with_a_command_that_was_killed(tmp_path):
    program = (
        "import sys, time\n"
        "from toolkit import smtp_sink\n"
        "with smtp_sink.running(sys.argv[1]) as port:\n"
        "    print(port, flush=True)\n"
        "    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=paths.SETUP,
        stdout=subprocess.PIPE,
        text=True,
    ) as user:
        port = int(user.stdout.readline())
        with socket.create_connection((smtp_sink.HOST, port)):
            pass
        user.kill()
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((smtp_sink.HOST, port)):
                return
        time.sleep(0.1)
    raise AssertionError("the sink lives on")
