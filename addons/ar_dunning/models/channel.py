from odoo import api, models


class Channel(models.AbstractModel):
    """Ways to reach a debtor; a level names those that it may use.

    An addon that brings one adds it here: all fields that name a channel ask.
    """

    _name = "ar.channel"
    _description = "Channel"

    @api.model
    def _names(self):
        """Return [(code, name)] of the channels, in the order in which they stand."""
        names = dict(
            email=self.env._("E-mail"),
            letter=self.env._("Letter"),
            person=self.env._("By a person"),
        )
        return list(names.items())

    @api.model
    def _sendable(self):
        """Return the codes of those by which words leave: not what a person says."""
        return [code for code, _name in self._names() if code != "person"]


def channels(model):
    """Return the choices of a field that names a channel."""
    return model.env["ar.channel"]._names()


def channels_or_none(model):
    """Return the choices of a field for what may leave by no channel at all."""
    return [*channels(model), ("none", model.env._("None"))]
