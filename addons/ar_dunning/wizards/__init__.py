from . import claim_assign, notice_exclude
