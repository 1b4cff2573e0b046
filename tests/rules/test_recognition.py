"""Whose claims a payment is for: what is sure is applied, in doubt a person decides."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ar_dunning.rules.recognition import Candidate, Recognition, recognise
from strategies import few_amounts

ZERO = Decimal(0)
HUNDRED = Decimal(100)
FIFTY = Decimal(50)
DIRK, MIA = 1, 2
SOCIAL = 9


def claim(claim_id, trust, debtor=DIRK, amount=HUNDRED, group=None):
    return Candidate(claim_id, debtor, group, trust, amount)


@st.composite
def candidate_lists(draw):
    """Few debtors, groups and amounts, so that all kinds of doubt come up."""
    ids = draw(st.lists(st.integers(1, 9), unique=True, max_size=5))
    return [
        claim(
            claim_id,
            draw(st.sampled_from(["certain", "telling", "weak"])),
            draw(st.sampled_from([DIRK, MIA])),
            draw(st.just(ZERO) | few_amounts()),
            draw(st.sampled_from([None, None, SOCIAL])),
        )
        for claim_id in ids
    ]


payers = st.sampled_from([None, DIRK, MIA, 3])
amounts = few_amounts() | st.just(Decimal(150))


@given(amounts, candidate_lists(), payers, st.booleans())
def test_money_goes_to_open_claims_of_one_debtor_and_one_audience(
    amount, candidates, payer, owes
):
    recognition = recognise(amount, candidates, payer, owes)
    if recognition.verdict != "named":
        assert not recognition.also
        return
    by_id = {one.claim_id: one for one in candidates}
    paid = [by_id[id_] for id_ in (*recognition.claims, *recognition.also)]
    assert paid
    assert len({one.claim_id for one in paid}) == len(paid)
    assert all(one.open_amount for one in paid)
    assert len({one.debtor_id for one in paid}) == 1
    assert len({one.access_group_id for one in paid}) == 1


@given(amounts, candidate_lists(), payers, st.booleans(), st.randoms())
def test_order_of_the_words_does_not_matter(amount, candidates, payer, owes, random):
    before = recognise(amount, candidates, payer, owes)
    random.shuffle(candidates)
    after = recognise(amount, candidates, payer, owes)
    assert before.verdict == after.verdict
    assert set(before.claims) == set(after.claims)
    assert set(before.also) == set(after.also)


@given(amounts, candidate_lists(), payers, st.booleans())
def test_one_debtors_open_reference_is_always_believed(amount, candidates, payer, owes):
    references = [
        one for one in candidates if one.trust == "certain" and one.open_amount
    ]
    recognition = recognise(amount, candidates, payer, owes)
    if len({one.debtor_id for one in references}) == 1:
        assert recognition.verdict in ("named", "mixed_access")
        assert {one.claim_id for one in references} <= set(recognition.claims)
    if len({one.debtor_id for one in references}) > 1:
        assert recognition.verdict == "several_debtors"


@given(amounts, payers, st.booleans())
def test_nothing_named_is_about_the_payer_only(amount, payer, owes):
    verdict = "unnamed" if owes else "nothing"
    assert recognise(amount, [], payer, owes) == Recognition(verdict)


@pytest.mark.parametrize(
    ("amount", "payer", "candidates", "expected"),
    [
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "certain"), claim(2, "telling", amount=FIFTY)],
            Recognition("named", (1,)),
            id="number beside a reference that takes all",
        ),
        pytest.param(
            HUNDRED + FIFTY,
            None,
            [claim(1, "certain"), claim(2, "telling", amount=FIFTY)],
            Recognition("named", (1,), (2,)),
            id="number beside a reference that leaves something",
        ),
        pytest.param(
            HUNDRED + FIFTY,
            None,
            [claim(1, "certain"), claim(2, "weak"), claim(3, "telling", MIA)],
            Recognition("named", (1,)),
            id="digits and another debtor's number beside a reference",
        ),
        pytest.param(
            FIFTY,
            None,
            [claim(1, "weak")],
            Recognition("nothing"),
            id="digits only, amount differs",
        ),
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "weak")],
            Recognition("named", (1,)),
            id="digits only, amount agrees",
        ),
        pytest.param(
            FIFTY,
            DIRK,
            [claim(1, "weak")],
            Recognition("named", (1,)),
            id="digits only, payer agrees",
        ),
        pytest.param(
            FIFTY,
            MIA,
            [claim(1, "telling")],
            Recognition("other_payer", (1,)),
            id="a number, another payer, another amount",
        ),
        pytest.param(
            HUNDRED,
            MIA,
            [claim(1, "telling")],
            Recognition("named", (1,)),
            id="a number, another payer, the amount",
        ),
        pytest.param(
            FIFTY,
            MIA,
            [claim(1, "certain")],
            Recognition("named", (1,)),
            id="a reference, whoever pays",
        ),
        pytest.param(
            HUNDRED,
            DIRK,
            [claim(1, "certain"), claim(2, "certain", MIA)],
            Recognition("several_debtors", (1, 2)),
            id="references of two debtors, one of them pays",
        ),
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "telling"), claim(2, "telling", MIA)],
            Recognition("several_debtors", (1, 2)),
            id="numbers of two debtors",
        ),
        pytest.param(
            HUNDRED,
            MIA,
            [claim(1, "telling"), claim(2, "telling", MIA)],
            Recognition("named", (2,)),
            id="numbers of two debtors, one of them pays",
        ),
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "certain", amount=ZERO), claim(2, "telling", MIA)],
            Recognition("several_debtors", (2,)),
            id="paid reference of another debtor beside a number",
        ),
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "certain", amount=ZERO), claim(2, "telling")],
            Recognition("named", (2,)),
            id="paid reference beside an open number of the same debtor",
        ),
        pytest.param(
            HUNDRED,
            None,
            [claim(1, "certain", amount=ZERO), claim(2, "weak", amount=ZERO)],
            Recognition("already_paid", (1,)),
            id="paid before",
        ),
        pytest.param(
            HUNDRED + FIFTY,
            None,
            [claim(1, "certain"), claim(2, "telling", group=SOCIAL)],
            Recognition("mixed_access", (1, 2)),
            id="claims that not everybody may see",
        ),
    ],
)
def test_examples(amount, payer, candidates, expected):
    assert recognise(amount, candidates, payer) == expected
