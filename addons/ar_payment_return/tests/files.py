"""Files with returned payments as a bank would make them, for tests."""

from lxml import etree
from lxml.builder import ElementMaker

ACCOUNT = "BE68539007547034"
_ROOTS = {
    "camt.052": ("BkToCstmrAcctRpt", "Rpt"),
    "camt.053": ("BkToCstmrStmt", "Stmt"),
    "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
}


def _maker(name):
    namespace = f"urn:iso:std:iso:20022:tech:xsd:{name}"
    return ElementMaker(namespace=namespace, nsmap={None: namespace})


def _bytes(document):
    return etree.tostring(document, xml_declaration=True, encoding="UTF-8")


def status(*items, version="03", currency="EUR"):
    """Return a pain.002 file: the bank's answer to collections.

    :param items: dictionaries with `amount` (text) and, as wanted, `reason`, `status`,
        `end_to_end`
    """
    e = _maker(f"pain.002.001.{version}")
    transactions = [
        e.TxInfAndSts(
            e.OrgnlEndToEndId(item.get("end_to_end", f"E2E-{place}")),
            e.TxSts(item.get("status", "RJCT")),
            e.StsRsnInf(
                e.Rsn(e.Cd(item.get("reason", "MS03"))), e.AddtlInf("no cover")
            ),
            e.OrgnlTxRef(
                e.Amt(e.InstdAmt(item["amount"], Ccy=currency)),
                e.RmtInf(e.Strd(e.CdtrRefInf(e.Ref("RF18539007547034")))),
                e.Dbtr(e.Nm("Dirk Peeters")),
                e.CdtrAcct(e.Id(e.IBAN(ACCOUNT))),
            ),
        )
        for place, item in enumerate(items, 1)
    ]
    return _bytes(
        e.Document(
            e.CstmrPmtStsRpt(
                e.GrpHdr(e.MsgId("STATUS-1"), e.CreDtTm("2026-03-19T20:00:00")),
                e.OrgnlPmtInfAndSts(e.OrgnlPmtInfId("BATCH-1"), *transactions),
            )
        )
    )


def booked(*entries, family="camt.054", version="02", currency="EUR", name="NOTE-1"):
    """Return a camt file with booked entries.

    :param entries: dictionaries with `amount` (text) and, as wanted, `reason` (none:
        an ordinary entry), `direction`, `status`, `end_to_end`
    """
    e = _maker(f"{family}.001.{version}")
    outer, inner = _ROOTS[family]
    nodes = []
    for place, entry in enumerate(entries, 1):
        state = entry.get("status", "BOOK")
        reason = entry.get("reason", "AM04")
        nodes.append(
            e.Ntry(
                e.Amt(entry["amount"], Ccy=currency),
                e.CdtDbtInd(entry.get("direction", "DBIT")),
                # Later versions have the status as a code.
                e.Sts(state) if version < "08" else e.Sts(e.Cd(state)),
                e.BookgDt(e.Dt("2026-03-18")),
                e.NtryDtls(
                    e.TxDtls(
                        e.Refs(e.EndToEndId(entry.get("end_to_end", f"E2E-{place}"))),
                        *(
                            [e.RtrInf(e.Rsn(e.Cd(reason)), e.AddtlInf("no cover"))]
                            if reason
                            else []
                        ),
                    )
                ),
            )
        )
    return _bytes(
        e.Document(
            e(
                outer,
                e.GrpHdr(e.MsgId("M1"), e.CreDtTm("2026-03-19T20:00:00")),
                e(inner, e.Id(name), e.Acct(e.Id(e.IBAN(ACCOUNT))), *nodes),
            )
        )
    )
