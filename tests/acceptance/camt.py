"""Writes a camt.053 statement as a bank would, for the tests' own payments."""

from xml.sax.saxutils import escape

_STATEMENT = """<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02">
 <BkToCstmrStmt>
  <GrpHdr><MsgId>{number}</MsgId><CreDtTm>{day}T06:00:00</CreDtTm></GrpHdr>
  <Stmt>
   <Id>{number}</Id>
   <ElctrncSeqNb>1</ElctrncSeqNb>
   <CreDtTm>{day}T06:00:00</CreDtTm>
   <Acct><Id><IBAN>{iban}</IBAN></Id><Ccy>EUR</Ccy></Acct>
   <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">0.00</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
   <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">{total:.2f}</Amt>
    <CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>
{entries}
  </Stmt>
 </BkToCstmrStmt>
</Document>
"""
_ENTRY = """   <Ntry>
    <Amt Ccy="EUR">{amount:.2f}</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts>
    <BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>
    <AcctSvcrRef>{number}-{place}</AcctSvcrRef>
    <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd>
     </Fmly></Domn></BkTxCd>
    <NtryDtls><TxDtls>
     <RltdPties><Dbtr><Nm>{payer}</Nm></Dbtr></RltdPties>
     <RmtInf>{remittance}</RmtInf>
    </TxDtls></NtryDtls>
   </Ntry>"""


def statement(number, day, iban, payments):
    """Return the text of a statement.

    :param payments: (payer, amount, structured reference or None, free text or None)
    """
    entries = [
        _ENTRY.format(
            amount=amount,
            day=day,
            number=number,
            place=place,
            payer=escape(payer),
            remittance=_remittance(structured, free),
        )
        for place, (payer, amount, structured, free) in enumerate(payments, 1)
    ]
    return _STATEMENT.format(
        number=number,
        day=day,
        iban=iban,
        total=sum(amount for _payer, amount, *_rest in payments),
        entries="\n".join(entries),
    )


def _remittance(structured, free):
    if structured:
        digits = "".join(sign for sign in structured if sign.isdigit())
        return (
            "<Strd><CdtrRefInf><Tp><CdOrPrtry><Cd>SCOR</Cd></CdOrPrtry>"
            f"<Issr>BBA</Issr></Tp><Ref>{digits}</Ref></CdtrRefInf></Strd>"
        )
    return f"<Ustrd>{escape(free or '')}</Ustrd>"
