"""The text part of an e-mail: what the HTML says, in lines that can be read."""

import doctest

import pytest

from ar_dunning.rules import plain_text

CLAIM = """
<table><tbody>
  <tr><th>Document</th><th>Due date</th><th>Open</th></tr>
  <tr>
    <td><div>INV/1</div><div> </div><div><span>dated</span>
      1 March</div></td>
    <td>31 March</td>
    <td><div>10,00\u00a0€</div><div>paid 5,00\u00a0€</div></td>
  </tr>
  <tr><td colspan="2">Total</td><td>10,00\u00a0€</td></tr>
</tbody></table>
"""


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("<p>Dear <b>Ann</b>,</p>\n<p>Pay  now.</p>", "Dear Ann,\n\nPay now."),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<head><title>T</title><style>p {}</style></head>x<script>y</script>", "x"),
        ('<img src="logo.png" alt="City"><p>Hello</p>', "City\n\nHello"),
        ("<p>  </p><div></div><br><br>x", "x"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="https://b.example">Pay</a> now', "Pay: https://b.example now"),
        ('<a href="https://b.example">https://b.example</a>', "https://b.example"),
        ('x<div aria-hidden="true"><p>y<img alt="z"></p><table></div>', "x"),
        ('<p aria-hidden="true">x</p>y</p>', "y"),
        ("x</a>", "x"),
        ("<a>x</a>", "x"),
        ('<a href="http://b.example">Pay</a> now', "Pay: http://b.example now"),
        (
            'By <a href="https://b.example">https://b.example</a>',
            "By https://b.example",
        ),
        ('<img src="rule.png">x', "x"),
        ("<style>p {}</style>x", "x"),
        ("<ul><li>one</li><li>two</li></ul>x", "one\ntwo\n\nx"),
        ("<ol><li>one<li>two</ol>x", "one\ntwo\n\nx"),
        ("a<table><tr><td>b</td></tr></table>c", "a\n\nb\n\nc"),
    ],
)
def test_words(html, text):
    assert plain_text.render(html) == text


def test_a_row_is_a_line():
    assert plain_text.render(CLAIM) == (
        "Document | Due date | Open\n"
        "INV/1, dated 1 March | 31 March | 10,00\u00a0€, paid 5,00\u00a0€\n"
        "Total: 10,00\u00a0€"
    )


def test_tables_for_layout_leave_no_trace():
    html = f"<table><tr><td><p>Above</p>{CLAIM}<p>Below</p></td></tr></table>"
    assert plain_text.render(html) == (f"Above\n\n{plain_text.render(CLAIM)}\n\nBelow")


def test_unbalanced_cells_lose_no_words():
    assert plain_text.render("a</td></tr>b") == "a\nb"


def test_examples():
    assert doctest.testmod(plain_text).failed == 0


@pytest.mark.parametrize("heading", ["h1", "h2", "h3", "h4"])
def test_a_heading_stands_alone(heading):
    html = f"before<{heading}>Reminder</{heading}>after"
    assert plain_text.render(html) == "before\n\nReminder\n\nafter"


@pytest.mark.parametrize("tag", ["br", "hr", "img", "input", "link", "meta", "wbr"])
def test_what_has_no_end_does_not_hide_what_follows(tag):
    html = f'<div aria-hidden="true">picture<{tag}></div>words'
    assert plain_text.render(html) == "words"


def test_a_row_with_a_table_in_one_of_its_cells_keeps_its_lines():
    html = f"<table><tr><td>Note</td><td>{CLAIM}</td></tr></table>"
    assert plain_text.render(html) == f"Note\n{plain_text.render(CLAIM)}"


def test_what_is_typed_as_it_stands_keeps_its_lines():
    html = "<pre>Dag,\n\nIk betaal\nvrijdag.</pre><p>Dank\nu</p>"
    assert plain_text.render(html) == "Dag,\n\nIk betaal\nvrijdag.\n\nDank u"
