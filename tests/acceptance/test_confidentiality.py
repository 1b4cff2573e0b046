"""Who is not of its group does not learn that a restricted claim type has claims.

One database is copied into two worlds; only one has secret claims, with all that can
happen to claims. Employees without the group ask both everything that RPC lets them.
"""

import json
from zlib import crc32

import pytest

from toolkit import odoo_server, paths, smtp_sink

CODE = """
import json, sys
sys.path.insert(0, {folder!r})
import onlooker, two_worlds
"""
OUTSIDERS = ("auditor", "manager", "accountant")


@pytest.fixture(scope="module")
def worlds(databases, installed_database, tmp_path_factory, request):
    """Names of two databases: without and with secrets; no test changes them."""
    names = [
        f"{installed_database}_{crc32(request.node.nodeid.encode()):08x}_{number}"
        for number in (0, 1)
    ]
    databases.create(names[0], installed_database)
    with smtp_sink.running(tmp_path_factory.mktemp("mail")) as port:
        _do(databases, names[0], f"two_worlds.build(env, {port}); env.cr.commit()")
        databases.create(names[1], names[0])
        for name, secrets in zip(names, (False, True), strict=True):
            _do(
                databases,
                name,
                f"two_worlds.live(env, with_secrets={secrets}); env.cr.commit()",
            )
    yield names
    for name in names:
        databases.drop(name)


def _do(databases, name, code):
    folder = str(paths.REPOSITORY / "tests" / "acceptance")
    printed = odoo_server.shell(
        databases.server, name, CODE.format(folder=folder) + code, strict=True
    )
    lines = printed.strip().splitlines()
    return json.loads(lines[-1]) if lines and lines[-1][:1] in "[{" else None


def _views(databases, name):
    """What each sees in this world: {login: {question: answer}}."""
    return _do(
        databases,
        name,
        "print(json.dumps({login: onlooker.view(env, login, two_worlds.SECRET_WORDS)"
        f" for login in {(*OUTSIDERS, 'insider')}}}))",
    )


def _differences(told, told_too):
    """What the second world tells otherwise, one line a question."""
    found = []
    for question in sorted(told.keys() | told_too.keys()):
        answers = told.get(question), told_too.get(question)
        if answers[0] == answers[1]:
            continue
        if all(isinstance(answer, list) for answer in answers):
            answers = [
                [part for part in answer if part not in other]
                for answer, other in (answers, answers[::-1])
            ]
        found.append(f"{question}: {answers}")
    return found


def test_without_the_group_both_worlds_look_the_same(databases, worlds):
    plain, secret = (_views(databases, name) for name in worlds)
    for login in OUTSIDERS:
        assert len(plain[login]) > 3000, "hardly anything was asked"
        found = _differences(plain[login], secret[login])
        assert not found, f"{login} learns:\n" + "\n".join(found)
    # Who is of the group sees that there is more: each kind of question reaches it.
    seen = secret["insider"]
    assert seen["ar.claim: count"] > plain["insider"]["ar.claim: count"]
    assert "777.77" in json.dumps(seen)
    differing = {
        question
        for question, answer in seen.items()
        if answer != plain["insider"].get(question)
    }
    for question in (
        "ar.claim.explain",
        "ar.dashboard.get_figures",
        "ar.debtor.get_desk",
        "ar.claim > ar.remind.now",
        "ar.dunning.notice: message_ids.body like 777.77",
    ):
        assert question in differing, f"{question}: hidden from all, or not asked"


def test_secret_records_answer_nobody(databases, worlds):
    wrong = _do(
        databases,
        worlds[1],
        "secrets = two_worlds.secret_records(env)\n"
        "assert len(secrets) > 10, sorted(secrets)\n"
        "wrong = [text for login in ('auditor', 'manager', 'accountant')\n"
        "         for text in onlooker.provoke(env, login, secrets,"
        " two_worlds.SECRET_WORDS)]\n"
        "print(json.dumps(wrong))",
    )
    assert wrong == []
