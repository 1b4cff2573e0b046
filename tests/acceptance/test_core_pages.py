"""Odoo itself, as the set-up provides it: pages, browser and mail work."""

import urllib.request


def test_pages_open_without_errors(browser, odoo_address):
    browser.open(f"{odoo_address}/web/login")
    assert browser.evaluate("document.querySelector('input[name=login]') !== null")
    browser.log_in(odoo_address, "admin", "admin")
    browser.open(f"{odoo_address}/my")
    assert browser.errors == []
    assert browser.failed_requests == []


def test_health_page_answers(odoo_address):
    with urllib.request.urlopen(f"{odoo_address}/web/health") as answer:
        assert answer.status == 200


def test_mail_reaches_the_sink(odoo_shell, mail_sink):
    odoo_shell(
        "server = env['ir.mail_server'].create({'name': 'sink',"
        f" 'smtp_host': '127.0.0.1', 'smtp_port': {mail_sink.port}}})\n"
        "env['mail.mail'].create({'email_from': 'city@example.org',"
        " 'email_to': 'ann@example.org', 'subject': 'Herinnering',"
        " 'body_html': '<p>Dag Ann</p>', 'mail_server_id': server.id,"
        " 'auto_delete': False}).send()\n"
        "env.cr.commit()\n"
    )
    (message,) = mail_sink.messages()
    assert message["Subject"] == "Herinnering"
    assert message.get_all("X-Envelope-To") == ["ann@example.org"]
