"""The three companies: chart of accounts, journals, bank account, mail, layout."""

from odoo import Command

from . import entities, logo
from .names import recall, remember
from .people import DUTCH, FRENCH, GERMAN, HOME_TOWN

_CHART = "be_comp"
_TIME_ZONE = "Europe/Brussels"
# Euro in dollar, kept constant: rates are not what the demo is about.
_DOLLARS_PER_EURO = 1.08


def found(env):
    """Make the companies with all they need before the first invoice."""
    for lang in (DUTCH, FRENCH, GERMAN):
        env["res.lang"]._activate_and_install_lang(lang)
    for entity in entities.ENTITIES:
        company = _company(env, entity)
        env["account.chart.template"].try_loading(_CHART, company, install_demo=False)
        _layout(env, entity, company)
        _bank(env, entity, company)
        _journals(env, entity, company)
        _mail_domain(env, entity, company)
    _dollars(env)
    _online_payment(env)


def point_mail_at(env, host, port):
    """Let the companies hand their mail to the SMTP server at `host` and `port`."""
    servers = env["ir.mail_server"].with_context(active_test=False)
    for entity in entities.ENTITIES:
        facts = {
            "name": entity.name,
            "smtp_host": host,
            "smtp_port": port,
            "smtp_encryption": "none",
            "smtp_authentication": "login",
            "smtp_user": False,
            "from_filter": entity.domain,
            "active": True,
        }
        server = env.ref(f"ar_demo.mail_server_{entity.key}", raise_if_not_found=False)
        if server:
            server.write(facts)
        else:
            remember(env, f"mail_server_{entity.key}", servers.create(facts))


def company(env, key):
    """The company of an entity."""
    return recall(env, f"company_{key}")


def receivable(company_record):
    """The account that what is owed to the company is booked on."""
    partner = company_record.partner_id.with_company(company_record)
    return partner.property_account_receivable_id


def _company(env, entity):
    facts = {
        "name": entity.name,
        "street": entity.street,
        "zip": HOME_TOWN[0],
        "city": HOME_TOWN[1],
        "country_id": env.ref("base.be").id,
        "currency_id": env.ref("base.EUR").id,
        "email": entity.email,
        "phone": entity.phone,
        "website": f"https://www.{entity.domain}",
        "vat": entity.vat,
        "company_registry": entity.vat[2:],
        "logo": logo.png(entity.initials, entity.colour),
    }
    # As while a module is installed: no module follows the country, and no service
    # on the Internet is asked about the company.
    companies = env["res.company"].with_context(
        install_mode=True, tracking_disable=True
    )
    if entity is entities.ENTITIES[0]:
        record = companies.browse(env.ref("base.main_company").id)
        record.write(facts)
    else:
        record = companies.create(facts | {"iap_enrich_auto_done": True})
    record.partner_id.write({"lang": DUTCH, "tz": _TIME_ZONE})
    return remember(env, f"company_{entity.key}", env["res.company"].browse(record.id))


def _layout(env, entity, company_record):
    company_record.write(
        {
            "external_report_layout_id": env.ref(entity.layout).id,
            "paperformat_id": env.ref("base.paperformat_euro").id,
            "primary_color": entity.colour,
            "secondary_color": entity.colour,
            "font": "Lato",
            "report_header": entity.tagline,
        }
    )


def _bank(env, entity, company_record):
    bank = env.ref("ar_demo.bank", raise_if_not_found=False) or remember(
        env,
        "bank",
        env["res.bank"].create({"name": "Demobank", "bic": "TESTBEBB"}),
    )
    account = env["res.partner.bank"].create(
        {
            "acc_number": entity.iban,
            "bank_id": bank.id,
            "partner_id": company_record.partner_id.id,
            "company_id": company_record.id,
            "allow_out_payment": True,
        }
    )
    journal = env.ref(f"account.{company_record.id}_bank")
    journal.write(
        {"name": "Zichtrekening", "code": "BNK", "bank_account_id": account.id}
    )
    remember(env, f"journal_{entity.key}_BNK", journal)


def _journals(env, entity, company_record):
    account = env.ref(f"account.{company_record.id}_a7001")
    standard = env.ref(f"account.{company_record.id}_sale")
    for position, spec in enumerate(entity.journals):
        facts = {
            "name": spec.name,
            "code": spec.code,
            "invoice_reference_model": "be",
            "invoice_reference_type": "invoice",
            "default_account_id": account.id,
            "sequence": 10 + position,
        }
        if position == 0:
            journal = standard
            journal.write(facts)
        else:
            journal = env["account.journal"].create(
                facts
                | {
                    "type": "sale",
                    "company_id": company_record.id,
                    "refund_sequence": True,
                }
            )
        remember(env, f"journal_{entity.key}_{spec.code}", journal)
    if entity.opening:
        opening = env["account.journal"].create(
            {
                "name": "Openingsbalans",
                "code": entities.OPENING_JOURNAL,
                "type": "general",
                "company_id": company_record.id,
            }
        )
        remember(env, f"journal_{entity.key}_{entities.OPENING_JOURNAL}", opening)


def _mail_domain(env, entity, company_record):
    company_record.alias_domain_id = env["mail.alias.domain"].create(
        {
            "name": entity.domain,
            "bounce_alias": "bounce",
            "catchall_alias": "antwoord",
            "default_from": entity.mailbox,
            "company_ids": [Command.set(company_record.ids)],
        }
    )


def _dollars(env):
    dollar = env.ref("base.USD")
    dollar.active = True
    env["res.currency.rate"].create(
        {
            "currency_id": dollar.id,
            "name": "2020-01-01",
            "rate": _DOLLARS_PER_EURO,
            "company_id": False,
        }
    )


def _online_payment(env):
    """Let every company be paid online by Odoo's own demonstration provider."""
    providers = env["payment.provider"]
    providers._setup_provider("demo")
    demo = providers.search([("code", "=", "demo")])
    demo.write({"state": "test", "is_published": True})
    demo.with_context(active_test=False).payment_method_ids.active = True
