from odoo import api, models

# By rule of a proof: the rows of law that its basis names.
_ROWS = {
    "cost": "ar.law.tariff.row",
    "wait": "ar.law.wait.row",
    "interest": "ar.law.rate",
}


class LawProofWords(models.AbstractModel):
    """What a proof rests on, in the language of whoever reads it.

    A proof is written in the language of the machine that made it. Rows on which an
    amount rests never change, so their names in other languages still say the same;
    where a row is gone, the words in the proof count.
    """

    _inherit = "ar.law.proof"

    @api.model
    def _basis_words(self, proofs):
        """Return {name, article} of each proof, in the reader's language.

        A constant number of statements, however many proofs.

        :param proofs: as rules.proof makes them
        """
        # Law is public: whoever may read a proof may read what it rests on.
        sudo = self.sudo().env
        rows = {
            rule: self._rows_there(
                sudo[model],
                [
                    row
                    for proof in proofs
                    if proof["rule"] == rule
                    for row in self._row_ids(proof)
                ],
            )
            for rule, model in _ROWS.items()
        }
        regimes = self._rows_there(
            sudo["ar.law.regime"],
            [int(proof["basis"].get("regime_row") or 0) for proof in proofs],
        )
        return [
            self._say_basis(proof, rows[proof["rule"]], regimes) for proof in proofs
        ]

    @api.model
    def _rows_there(self, model, ids):
        return {row.id: row for row in model.browse(set(ids) - {0}).exists()}

    @api.model
    def _row_ids(self, proof):
        if proof["rule"] == "interest":
            return [int(rate["row"]) for rate in proof["rates"]]
        return [int(proof["basis"].get("row") or 0)]

    @api.model
    def _say_basis(self, proof, rows, regimes):
        basis = proof["basis"]
        ids = self._row_ids(proof)
        found = [rows[row_id] for row_id in ids if row_id in rows]
        regime = regimes.get(int(basis.get("regime_row") or 0))
        if len(found) < len(ids) or not found or not regime:
            return {name: basis.get(name) or "" for name in ("name", "article")}
        if proof["rule"] == "interest":
            name = found[0].series_id.name
            articles = [regime.article, *(row.article for row in found)]
        else:
            parent = "tariff_id" if proof["rule"] == "cost" else "wait_id"
            name = found[0][parent].name
            articles = [found[0].article or regime.article]
        return {
            "name": name or "",
            "article": "; ".join(dict.fromkeys(filter(None, articles))),
        }
