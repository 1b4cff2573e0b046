from . import claim_assign, notice_exclude, partner_merge
