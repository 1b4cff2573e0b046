"""Reads returned customer payments from ISO 20022 files; knows nothing of Odoo.

pain.002 (payment status report: rejected collections) and camt.052, .053 and .054
(bank reports and notifications: booked entries with return information), in all
versions: only the local names of elements are looked at, since the versions differ in
places that do not matter here.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from lxml import etree

_FAMILIES = re.compile(r"(pain\.002|camt\.05[234])\.")
# A bank's file has a few kilobytes per return; more is no such file.
MAXIMUM_BYTES = 50 * 1024 * 1024


class NotAReturnFileError(ValueError):
    """The content is no ISO 20022 file of a kind that can hold returns."""


class DamagedFileError(ValueError):
    """The file is one of ours to read, but something that is needed is missing.

    The argument names the element in question.
    """


@dataclass(frozen=True)
class Returned:
    """One payment that came back; ``amount`` > 0 in ``currency`` (ISO 4217)."""

    amount: Decimal
    currency: str
    reason: str
    information: str
    reference: str
    partner: str
    concept: str
    on: date | None
    key: str


@dataclass(frozen=True)
class Report:
    """The returns on one account in one report of the bank."""

    name: str
    on: date
    account: str
    returns: tuple[Returned, ...]


def read(content):
    """Return the reports in a file, in its order; those without returns are left out.

    :param content: bytes of one XML document.
    :raise NotAReturnFileError: the file is something else.
    :raise DamagedFileError: a return lacks its amount, date or name.
    """
    root = _parse(content)
    family = _FAMILIES.search(etree.QName(root).namespace or "")
    if not family:
        raise NotAReturnFileError
    reader = _read_status if family[1] == "pain.002" else _read_bank
    reports = []
    for message in root.iterchildren(tag=etree.Element):
        reports.extend(reader(message))
    return [report for report in reports if report.returns]


def _parse(content):
    """Parse XML that a stranger may have written: no entities, no network."""
    if len(content) > MAXIMUM_BYTES:
        raise NotAReturnFileError
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAReturnFileError from error
    if root is None or root.getroottree().docinfo.doctype:
        raise NotAReturnFileError
    return root


# -- pain.002 -----------------------------------------------------------------------


def _read_status(message):
    name = _need(message, "GrpHdr/MsgId")
    on = _date(_need(message, "GrpHdr/CreDtTm"), "CreDtTm")
    by_account = {}
    for batch, group in enumerate(_all(message, "OrgnlPmtInfAndSts")):
        for place, item in enumerate(_all(group, "TxInfAndSts")):
            # Without a status the report is one of rejections (older versions).
            if _text(item, "TxSts", "RJCT") != "RJCT":
                continue
            account = _text(item, "OrgnlTxRef/CdtrAcct/Id/IBAN")
            returned = _status_item(item, f"{name}/{batch}/{place}", on)
            by_account.setdefault(account, []).append(returned)
    return [
        Report(name, on, account, tuple(returns))
        for account, returns in by_account.items()
    ]


def _status_item(item, key, on):
    amount, currency = _amount(item, "OrgnlTxRef/Amt/InstdAmt")
    original = _first(item, "OrgnlTxRef")
    return Returned(
        amount=amount,
        currency=currency,
        reason=_text(item, "StsRsnInf/Rsn/Cd") or _text(item, "StsRsnInf/Rsn/Prtry"),
        information=_joined(item, "StsRsnInf/AddtlInf"),
        reference=_reference(item, "OrgnlEndToEndId", original),
        partner=_text(item, "OrgnlTxRef/Dbtr/Nm")
        or _text(item, "OrgnlTxRef/Dbtr/Pty/Nm"),
        concept=_joined(item, "OrgnlTxRef/RmtInf/Ustrd"),
        on=on,
        key=key,
    )


# -- camt ---------------------------------------------------------------------------


def _read_bank(message):
    on = _date(_need(message, "GrpHdr/CreDtTm"), "CreDtTm")
    reports = []
    for tag in ("Ntfctn", "Stmt", "Rpt"):
        for report in _all(message, tag):
            name = _need(report, "Id")
            returns = [
                returned
                for place, entry in enumerate(_all(report, "Ntry"))
                for returned in _entry_returns(entry, f"{name}/{place}")
            ]
            account = _text(report, "Acct/Id/IBAN") or _text(report, "Acct/Id/Othr/Id")
            reports.append(Report(name, on, account, tuple(returns)))
    return reports


def _entry_returns(entry, key):
    """Return what a booked entry gives back; entries without a reason are none."""
    state = _text(entry, "Sts") or _text(entry, "Sts/Cd")
    if state not in ("BOOK", ""):
        return []
    booked = _text(entry, "BookgDt/Dt") or _text(entry, "BookgDt/DtTm")
    on = _date(booked, "BookgDt") if booked else None
    details = _all(entry, "NtryDtls/TxDtls")
    found = []
    for place, item in enumerate(details):
        # Money that goes out: what came back of our own payments is no business here.
        direction = _text(item, "CdtDbtInd") or _text(entry, "CdtDbtInd")
        if _first(item, "RtrInf") is None or direction != "DBIT":
            continue
        only = entry if len(details) == 1 else None
        found.append(_entry_item(item, only, f"{key}/{place}", on))
    return found


def _entry_item(item, entry, key, on):
    paths = ("AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt", "Amt")
    holder, path = next(
        ((item, path) for path in paths if _first(item, path) is not None),
        (item if entry is None else entry, "Amt"),
    )
    amount, currency = _amount(holder, path)
    return Returned(
        amount=amount,
        currency=currency,
        reason=_text(item, "RtrInf/Rsn/Cd") or _text(item, "RtrInf/Rsn/Prtry"),
        information=_joined(item, "RtrInf/AddtlInf"),
        reference=_reference(item, "Refs/EndToEndId", item),
        partner=_text(item, "RltdPties/Dbtr/Nm")
        or _text(item, "RltdPties/Dbtr/Pty/Nm"),
        concept=_joined(item, "RmtInf/Ustrd"),
        on=on,
        key=key,
    )


# -- elements -----------------------------------------------------------------------


def _reference(item, path, original):
    """Return what the creditor wrote with the collection, else what it was for."""
    given = _text(item, path)
    if given and given.upper() != "NOTPROVIDED":
        return given
    if original is None:
        return ""
    return _text(original, "RmtInf/Strd/CdtrRefInf/Ref")


def _all(node, path):
    """Return the elements at a path of local names, whatever their namespace."""
    found = [node]
    for name in path.split("/"):
        found = [
            child for parent in found for child in parent.iterchildren(f"{{*}}{name}")
        ]
    return found


def _first(node, path):
    return next(iter(_all(node, path)), None)


def _text(node, path, default=""):
    element = _first(node, path)
    if element is None:
        return default
    return (element.text or "").strip()


def _joined(node, path):
    texts = ((element.text or "").strip() for element in _all(node, path))
    return " ".join(text for text in texts if text)


def _need(node, path):
    text = _text(node, path)
    if not text:
        raise DamagedFileError(path.rpartition("/")[2])
    return text


def _amount(node, path):
    element = _first(node, path)
    if element is None:
        raise DamagedFileError("Amt")
    try:
        amount = Decimal((element.text or "").strip())
    except InvalidOperation:
        raise DamagedFileError("Amt") from None
    if not amount.is_finite() or not 0 < amount < Decimal("1e15"):
        raise DamagedFileError("Amt")
    return amount, element.get("Ccy", "")


def _date(text, name):
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise DamagedFileError(name) from None
