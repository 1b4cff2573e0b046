from werkzeug.exceptions import Forbidden, NotFound, RequestEntityTooLarge

from odoo.http import request

from ..rules.gateway_message import read_document

MAXIMUM = 256 * 1024


def answer_report(model, gateway_id, key):
    """Take delivery reports of a gateway: one or many, JSON or a form.

    Unknown gateways and wrong keys answer alike: not found. A wrong signature is
    refused. Reports on what is not ours are answered as if they were, so that the
    gateway does not send them for ever.

    :param model: name of the model of the gateway
    :return: the response
    """
    gateway = request.env[model]._of_report(gateway_id, key)
    if not gateway:
        raise NotFound()
    incoming = request.httprequest
    if (incoming.content_length or 0) > MAXIMUM:
        raise RequestEntityTooLarge()
    if incoming.method == "GET":
        body = incoming.query_string
    else:
        # Kept by `ir.http`, before a form was read out of it.
        body = incoming.get_data(cache=True)
    if not gateway._is_signed(body, incoming.headers):
        raise Forbidden()
    gateway._take_report(read_document(body, incoming.content_type or ""))
    return request.make_response(
        "OK",
        headers=[("Content-Type", "text/plain"), ("Cache-Control", "no-store")],
    )
