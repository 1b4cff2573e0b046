from odoo import api, models

from ..rules import procedure_text as rule


class ConfigWords(models.AbstractModel):
    """Says what is wrong with a file: the line, the mistake, the remedy."""

    _inherit = "ar.config.file"

    @api.model
    def _yaml_sentence(self, error):
        """Return the sentence of a tools.yaml_file.YamlError."""
        words = {
            "too_large": self.env._(
                "The file has more than %s characters: split it.", error.detail
            ),
            "too_many": self.env._(
                "The file has more than %s values: split it.", error.detail
            ),
            "too_deep": self.env._(
                "Too many levels inside each other: %s at most.", error.detail
            ),
            "alias": self.env._(
                "Anchors and aliases (& and *) are not used in these files: write the "
                "values out."
            ),
            "tag": self.env._(
                "“%s” is not used in these files: remove the word that begins with an "
                "exclamation mark.",
                error.detail,
            ),
            "duplicate": self.env._(
                "“%s” stands there twice: keep one of them.", error.detail
            ),
            "key": self.env._("A key has to be a plain text."),
        }
        sentence = words.get(error.code) or self.env._(
            "The file is not valid YAML (%s): mind the indentation, and put texts with "
            "a colon in quotes.",
            error.detail,
        )
        if not error.line:
            return sentence
        return self.env._(
            "Line %(line)s: %(problem)s", line=error.line, problem=sentence
        )

    @api.model
    def _problem_sentence(self, problem, lines):
        """Return the sentence of a rules.Problem."""
        return self.env._(
            "Line %(line)s: %(problem)s",
            line=self._line_of(problem.path, lines),
            problem=self._problem_words(problem),
        )

    def _line_of(self, path, lines):
        while path and path not in lines:
            path = path[:-1]
        return lines.get(path, 1)

    def _problem_words(self, problem):
        names = [part for part in problem.path if isinstance(part, str)]
        name = names[-1] if names else ""
        values = {"name": name, "value": problem.value, "hint": problem.hint}
        if problem.code == rule.WRONG_TYPE:
            values["hint"] = self._kind_words(problem.hint)
            return self.env._(
                "“%(name)s” has to be %(hint)s, not “%(value)s”.", **values
            )
        words = {
            rule.UNKNOWN: self.env._(
                "“%(value)s” is not known here. Did you mean: %(hint)s?", **values
            ),
            rule.MISSING: self.env._("“%(hint)s” is missing: add it.", **values),
            rule.NO_CHOICE: self.env._(
                "“%(name)s” cannot be “%(value)s”. Possible: %(hint)s.", **values
            ),
            rule.TWICE: self.env._(
                "“%(value)s” stands there twice: keep one of them.", **values
            ),
            rule.NO_ENGLISH: self.env._(
                "“%(name)s” needs its English text (en): it is what people of other "
                "languages read.",
                **values,
            ),
            "no_record": self.env._(
                "“%(value)s” (%(name)s) is neither in the file nor in the database: "
                "add it, or mend the code. In the file: %(hint)s.",
                **values,
            ),
        }
        return words[problem.code]

    def _kind_words(self, kind):
        return {
            rule.TEXT: self.env._("a text (in quotes if it looks like a number)"),
            rule.WORDS: self.env._("a text, or one text per language (en, nl, fr, de)"),
            rule.INTEGER: self.env._("a whole number"),
            rule.NUMBER: self.env._("a number"),
            rule.BOOLEAN: self.env._("true or false"),
            rule.CHOICE: self.env._("one of the possible words"),
            rule.TEXTS: self.env._("a list of texts"),
            rule.RECORD: self.env._("a group of keys with their values"),
            rule.RECORDS: self.env._("a list (each line begins with a dash)"),
        }[kind]
