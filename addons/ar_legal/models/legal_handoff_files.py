import base64
import dataclasses
import logging
import re

from psycopg2 import OperationalError

from odoo import models
from odoo.tools import format_amount, format_date

from ..rules import archive, dossier, spreadsheet
from ..rules.dossier import Document

_logger = logging.getLogger(__name__)

_CLAIM_COLUMNS = (
    "document",
    "description",
    "payment_reference",
    "invoice_date",
    "due_date",
    "currency",
    "original",
    "handed_over",
    "covered",
    "open",
    "costs",
    "interest",
    "total",
    "state",
    "left_on",
)


class LegalHandoffFiles(models.Model):
    """Makes the files of a dossier: data, tables, invoices, notices, summary."""

    _inherit = "ar.legal.case"

    def _dossier_files(self, moment):
        """Return ({path: bytes}, remarks on what is missing) of this case's dossier."""
        self.ensure_one()
        files, documents = {}, {}
        self._add_invoices(files, documents)
        self._add_notices(files, documents)
        timeline = self._timeline()[self.id]
        told = self._dossier(moment, timeline, documents)
        files["claims.csv"] = self._claims_table(told)
        files |= self._evidence(told) | self._proofs()
        files |= self._early_help()
        files["summary.pdf"] = self._summary(told, timeline)
        listed = [
            (path, archive.digest(content), len(content))
            for path, content in files.items()
        ]
        files["dossier.json"] = dossier.as_json(told, listed)
        return files, self._remarks(told)

    def _remarks(self, told):
        return sorted(
            {
                f"{claim.document}: {claim.invoice.missing_because}"
                for claim in told.claims
                if claim.invoice.missing_because and not claim.invoice.file
            }
        )

    # -- invoices ---------------------------------------------------------------

    def _add_invoices(self, files, documents):
        moves = self.claim_ids.claim_id.move_id.sorted("id")
        invoices = moves.filtered(lambda move: move.is_sale_document())
        printed = self._print_invoices(invoices)
        for move in moves:
            content = printed.get(move)
            if content:
                name = archive.file_name(
                    move.name, "pdf", self._names(files, "invoices")
                )
                files[f"invoices/{name}"] = content
                documents[move] = Document(f"invoices/{name}", None)
            elif move in invoices:
                documents[move] = Document(
                    None, self.env._("the invoice could not be printed.")
                )
            else:
                documents[move] = Document(
                    None,
                    self.env._("an entry of the accounts, not an invoice of its own."),
                )

    def _print_invoices(self, invoices):
        """Return {move: PDF bytes}: the one that was sent, else a new print."""
        printed = {
            move: move.invoice_pdf_report_id.raw
            for move in invoices
            if move.invoice_pdf_report_id
        }
        for move in invoices - self.env["account.move"].union(*printed):
            try:
                with self.env.cr.savepoint():
                    content = self._print_invoice(move)
            except OperationalError:
                raise
            # Whatever the report trips over: the rest of the dossier is still needed.
            except Exception:
                _logger.exception("Invoice %s could not be printed", move.id)
                continue
            if content:
                printed[move] = content
        return printed

    def _print_invoice(self, move):
        """Return the PDF of one invoice by the report of its company."""
        report = self.env["ir.actions.report"].with_company(move.company_id)
        content, kind = report._render_qweb_pdf("account.account_invoices", move.ids)
        return content if kind == "pdf" else None

    @staticmethod
    def _names(files, folder):
        """Return the names that are taken in a folder."""
        return [
            path.partition("/")[2] for path in files if path.startswith(f"{folder}/")
        ]

    # -- notices ----------------------------------------------------------------

    def _add_notices(self, files, documents):
        """The exact bytes that were handed over, with their recorded checksum."""
        endings = self.env["ar.delivery"]._content_endings()
        for notice in self._dossier_notices():
            for delivery in notice.delivery_ids.sorted("id"):
                content = base64.b64decode(delivery.content or b"")
                if not content:
                    documents[delivery] = Document(
                        None, self.env._("nothing has been handed over.")
                    )
                    continue
                day = delivery.effective_on or notice.date
                name = archive.file_name(
                    f"{day} {notice.level_id.name or ''} {delivery.id}",
                    endings.get(delivery.channel, "bin"),
                    self._names(files, "notices"),
                )
                files[f"notices/{name}"] = content
                documents[delivery] = Document(f"notices/{name}", None)

    # -- tables -----------------------------------------------------------------

    def _claims_table(self, told):
        rows = [
            [
                told.case.currency if name == "currency" else getattr(claim, name)
                for name in _CLAIM_COLUMNS
            ]
            for claim in told.claims
        ]
        return spreadsheet.table(_CLAIM_COLUMNS, rows)

    def _evidence(self, told):
        """Return the tables that prove when what was sent, held and changed."""
        delivered = [
            [notice.id, notice.level, *self._row(delivery), delivery.content.file]
            for notice in told.notices
            for delivery in notice.deliveries
        ]
        columns = self._columns(dossier.Delivery)
        tables = {
            "accessories": (
                self._columns(dossier.Accessory),
                [self._row(accessory) for accessory in told.accessories],
            ),
            "deliveries": (["notice", "level", *columns, "file"], delivered),
            "holds": (
                self._columns(dossier.Hold),
                [self._row(hold) for hold in told.holds],
            ),
            "claim-events": (
                self._columns(dossier.ClaimEvent),
                [self._row(event) for event in told.claim_events],
            ),
        }
        return {
            f"evidence/{name}.csv": spreadsheet.table(*table)
            for name, table in tables.items()
        }

    @staticmethod
    def _columns(kind):
        return [
            field.name for field in dataclasses.fields(kind) if field.name != "content"
        ]

    @classmethod
    def _row(cls, fact):
        return [getattr(fact, name) for name in cls._columns(type(fact))]

    # -- summary ----------------------------------------------------------------

    def _summary(self, told, timeline):
        """Return summary.pdf: the case on paper, for a lawyer."""
        # Imported here: WeasyPrint loads system libraries; see notices.
        from weasyprint import HTML
        from weasyprint.urls import URLFetcher

        html = self.env["ir.qweb"]._render(
            "ar_legal.summary", self._summary_values(told, timeline)
        )
        # Self-contained: nothing is ever fetched while printing.
        fetcher = URLFetcher(allowed_protocols={"data"})
        return HTML(string=str(html), url_fetcher=fetcher).write_pdf()

    def _words(self, name):
        """Return the words for a kind or state of what is owed beside a claim."""
        costs = self.env["ar.claim.cost"]
        return dict(costs._fields[name]._description_selection(self.env))

    def _summary_values(self, told, timeline):
        """Return what the template may use: the facts and formatters."""
        return {
            **self._timeline_values([one for one in timeline if not one.internal]),
            "told": told,
            "lang": told.language,
            "number": self.env["ar.dunning.notice"]._enterprise_number,
            "documents": {claim.id: claim.document for claim in told.claims},
            "cost_kinds": self._words("kind"),
            "cost_states": self._words("state"),
            "roles": dict(self._fields["party_role"]._description_selection(self.env)),
            "money": lambda amount: format_amount(
                self.env, float(amount), self.currency_id
            ),
            # In groups of four, as people read and type it.
            "account": lambda iban: " ".join(re.findall(".{1,4}", iban)),
            "day": lambda on: format_date(self.env, on) if on else "",
            "logo": self.company_id.logo_web
            and not self.company_id.uses_default_logo
            and self.company_id.partner_id.image_256,
        }
