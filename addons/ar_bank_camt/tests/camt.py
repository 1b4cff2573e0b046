"""camt.053 files as a bank would make them, for tests."""

from decimal import Decimal

from lxml import etree
from lxml.builder import ElementMaker

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"
E = ElementMaker(namespace=NAMESPACE, nsmap={None: NAMESPACE})


def statement(account, currency, entries, name="2026-045", on="2026-03-05"):
    """Return a camt.053 file with one statement.

    :param account: IBAN of the account
    :param entries: dictionaries with `amount` (text; below zero: paid out) and, as
        wanted, `text` (unstructured), `reference` (structured), `payer`, `iban`
    """
    total = sum(Decimal(entry["amount"]) for entry in entries)
    document = E.Document(
        E.BkToCstmrStmt(
            E.GrpHdr(E.MsgId(name), E.CreDtTm(f"{on}T06:00:00")),
            E.Stmt(
                E.Id(name),
                E.CreDtTm(f"{on}T06:00:00"),
                E.Acct(E.Id(E.IBAN(account)), E.Ccy(currency)),
                _balance("OPBD", Decimal(0), currency, on),
                _balance("CLBD", total, currency, on),
                *(
                    _entry(f"{name}-{place}", currency, on, **entry)
                    for place, entry in enumerate(entries)
                ),
            ),
        )
    )
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def _balance(code, amount, currency, on):
    return E.Bal(
        E.Tp(E.CdOrPrtry(E.Cd(code))),
        *_amount(amount, currency),
        E.Dt(E.Dt(on)),
    )


def _amount(amount, currency):
    return (
        E.Amt(f"{abs(amount):.2f}", Ccy=currency),
        E.CdtDbtInd("CRDT" if amount >= 0 else "DBIT"),
    )


def _entry(key, currency, on, amount, text="", reference="", payer="", iban=""):
    remittance = []
    if text:
        remittance.append(E.Ustrd(text))
    if reference:
        remittance.append(
            E.Strd(
                E.CdtrRefInf(
                    E.Tp(E.CdOrPrtry(E.Cd("SCOR")), E.Issr("BBA")), E.Ref(reference)
                )
            )
        )
    parties = [E.Dbtr(E.Nm(payer))] if payer else []
    if iban:
        parties.append(E.DbtrAcct(E.Id(E.IBAN(iban))))
    return E.Ntry(
        *_amount(Decimal(amount), currency),
        E.Sts("BOOK"),
        E.BookgDt(E.Dt(on)),
        E.ValDt(E.Dt(on)),
        E.AcctSvcrRef(key),
        E.BkTxCd(E.Domn(E.Cd("PMNT"), E.Fmly(E.Cd("RCDT"), E.SubFmlyCd("ESCT")))),
        E.NtryDtls(
            E.TxDtls(
                E.Refs(E.AcctSvcrRef(key), E.EndToEndId("NOTPROVIDED")),
                E.RltdPties(*parties),
                E.RmtInf(*remittance),
            )
        ),
    )
