from . import (
    delivery_fate,
    delivery_gateway,
    gateway,
    gateway_http,
    gateway_report,
    ir_http,
    res_company,
)
