"""What cases of the law are counted with: the packs, the days, libraries beside them.

The rules of addons know nothing of files and libraries; here they meet. Import this
after rules_alone.make_importable().
"""

import dataclasses
import functools

import holidays
from stdnum import iban
from stdnum.ch import esr

from ar_dunning.rules import calendar, law_cases, law_pack, references
from ar_dunning.rules.law_inputs import CaseError
from ar_dunning.tools import yaml_file
from ar_payment_link.rules import epc

from . import paths
from .console import SetupError


@functools.cache
def packs():
    """Return the packs of the repository; SetupError for a file that is no pack."""
    return tuple(read_pack(file) for file in sorted(paths.ADDONS.glob("*/law/*.yaml")))


def read_pack(file):
    """Return the pack in a file."""
    try:
        return law_pack.read(yaml_file.read(file.read_text(encoding="utf-8")).data)
    except law_pack.LawPackError as error:
        lines = [
            f"{' > '.join(map(str, path))}: {text}" for path, text in error.objections
        ]
        raise SetupError(
            f"{file.name} is no law pack.\n" + "\n".join(lines), "Mend these rows."
        ) from error
    except yaml_file.YamlError as error:
        raise SetupError(f"{file.name}: {error}", "Mend that line.") from error


def run(rule, inputs):
    """Return what the law answers; CaseError for a case that cannot be counted."""
    return law_cases.run(rule, inputs, packs(), working_days, LIBRARY_RULES)


def rules():
    """Return every rule by its name."""
    return {**law_cases.RULES, **LIBRARY_RULES}


def working_days(country, closed_weekdays, first, last):
    """Return the days of a country from one to another, as law_lookup wants them."""
    free = {
        day: name
        for year in range(first.year, last.year + 1)
        for day, name in _holidays(country, year).items()
    }
    days = calendar.list_days(first, last, closed_weekdays, free)
    return calendar.WorkingDays(first, [day.is_working for day in days])


@functools.cache
def _holidays(country, year):
    # Its list of all countries would be asked for at the price of loading each.
    known = getattr(holidays, country, None) if len(country) == 2 else None
    if known is None:
        raise CaseError(f"country: nothing is known about holidays of {country}")
    return dict(known(years=year))


# -- rules that need a library or another addon ----------------------------------------


def _iban_valid(inputs, law):
    """Whether the check digits of an account number are right: value -> valid.

    Whether a national bank has the account is another question.
    """
    return {"valid": iban.is_valid(inputs.text("value"), check_country=False)}


def _swiss_reference(inputs, law):
    """A reference of the Swiss QR bill: base of 26 digits -> reference of 27, check."""
    base = "".join(inputs.text("base").split())
    if len(base) != 26 or not (base.isascii() and base.isdigit()):
        raise CaseError("base: 26 digits are expected")
    check = esr.calc_check_digit(base)
    return {"reference": base + check, "check": check}


def _epc_payload(inputs, law):
    """What the QR code of a transfer holds, shortened to 331 bytes where it has to be.

    name, iban, [bic], [amount], [reference] (structured), [text], [purpose], [info] ->
    payload, bytes. Without an amount the payer fills it in. Information for the
    receiver is the first to be left out.
    """
    amount = inputs.amount("amount", None)
    payload = epc.prepare(
        inputs.text("name"),
        inputs.text("iban"),
        amount,
        structured=references.normalise(inputs.text("reference", "")),
        text=inputs.text("text", ""),
        bic=inputs.text("bic", ""),
    )
    payload = _with_more(payload, inputs.text("purpose", ""), inputs.text("info", ""))
    return {"payload": payload, "bytes": len(payload.encode())}


def _with_more(payload, purpose, information):
    """Return a payload with purpose and information, as far as they fit."""
    transfer = epc.read(payload)
    for more in (
        {"purpose": purpose, "information": information[: epc.MAXIMUM_INFORMATION]},
        {"purpose": purpose},
    ):
        try:
            return epc.write(dataclasses.replace(transfer, **more))
        except ValueError:
            continue
    return payload


def _epc_read(inputs, law):
    """What a payload asks for: payload -> its lines by name, bytes."""
    payload = inputs.text("payload")
    transfer = epc.read(payload)
    return {
        "name": transfer.name,
        "iban": transfer.iban,
        "bic": transfer.bic,
        "amount": transfer.amount,
        "reference": transfer.structured,
        "text": transfer.text,
        "purpose": transfer.purpose,
        "info": transfer.information,
        "bytes": len(payload.encode()),
    }


LIBRARY_RULES = {
    "iban_valid": _iban_valid,
    "swiss_reference": _swiss_reference,
    "epc_payload": _epc_payload,
    "epc_read": _epc_read,
}
