import json

from werkzeug.exceptions import NotFound

from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.http import content_disposition, request

from ..models.ageing import AS_OF

_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class AgeingController(http.Controller):
    """The workbook of the ageing, for who may read it."""

    @http.route(
        "/ar_reporting/ageing",
        type="http",
        auth="user",
        methods=["POST"],
        readonly=True,
    )
    def workbook(self, data="", **_kwargs):
        """Answer with the workbook.

        Who may not read the ageing of these companies is answered like somebody who
        asks for a page that does not exist. Anything else that is wrong is said in a
        sentence, in the form in which the web client shows errors.

        :param data: JSON object: `day`, `companies`, `domain`, `filters`
        """
        try:
            day, companies, domain, filters = _wishes(data)
            ageing = request.env["ar.ageing"].with_context(
                allowed_company_ids=companies, **{AS_OF: day}
            )
            ageing.check_access("read")
            content = ageing._workbook(domain, filters)
            name = ageing._workbook_name()
        except AccessError as error:
            raise NotFound() from error
        except (UserError, ValueError) as error:
            return _refusal(error)
        return request.make_response(
            content,
            headers=[
                ("Content-Type", _TYPE),
                ("Content-Disposition", content_disposition(name)),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )


def _wishes(data):
    """Return day, companies, domain and filters of a request.

    :raises UserError: when something is not what the page sends
    """
    try:
        wishes = json.loads(data)
        companies = [int(company) for company in wishes["companies"]]
        day, filters = wishes["day"], str(wishes.get("filters") or "")
        domain = Domain(wishes.get("domain") or [])
        domain.validate(request.env["ar.ageing"])
    except (
        KeyError,
        TypeError,
        ValueError,
        AttributeError,
        RecursionError,
    ) as error:
        raise UserError(
            request.env._("The page is out of date: load it again, then download.")
        ) from error
    return day, companies or request.env.companies.ids, domain, filters


def _refusal(error):
    """The form in which the web client shows the sentence of an error."""
    told = {
        "name": "odoo.exceptions.UserError",
        "message": str(error),
        "arguments": [str(error)],
        "context": {},
        "debug": "",
    }
    answer = {"code": 0, "message": str(error), "data": told}
    return request.make_json_response(answer, status=400)
