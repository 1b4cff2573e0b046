from . import claim_assign, claim_type_change, notice_exclude, partner_merge
