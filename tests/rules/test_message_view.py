from email.message import EmailMessage
from html import escape

from hypothesis import given
from hypothesis import strategies as st

from ar_portal.rules.message_view import html_of

PNG = b"\x89PNG-not-really"


def message(html=None, text="Pay, please.", images=()):
    made = EmailMessage()
    made["Subject"] = "Reminder"
    made.set_content(text)
    if html is not None:
        made.add_alternative(html, subtype="html")
        for content_id in images:
            made.get_payload()[1].add_related(
                PNG, "image", "png", cid=f"<{content_id}>"
            )
    return made.as_bytes()


def test_images_are_put_in():
    shown = html_of(message('<img src="cid:code@x">', images=["code@x"]))
    assert 'src="data:image/png;base64,iVBORy1ub3QtcmVhbGx5"' in shown


def test_image_that_is_missing_stays_dead():
    assert "<img src=''>" in html_of(message("<img src='cid:code@x'>"))


def test_plain_text_is_text():
    assert html_of(message(text="a < b & c")).startswith("<pre>a &lt; b &amp; c")


def test_words_about_cid_stay_words():
    assert "the cid: scheme" in html_of(message("<p>the cid: scheme</p>"))


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_every_text_is_shown_as_text(text):
    shown = html_of(message(text=text))
    assert "<" not in shown.removeprefix("<pre>").removesuffix("</pre>")
    assert escape(text).strip() in shown


def test_a_message_without_a_body_shows_nothing():
    made = EmailMessage()
    made["Subject"] = "Only a picture"
    made.add_attachment(PNG, maintype="image", subtype="png")
    assert html_of(made.as_bytes()) == ""


def test_a_picture_named_in_single_quotation_marks_is_put_in():
    shown = html_of(message("<img src='CID:code@x'>", images=["code@x"]))
    assert "src='data:image/png;base64,iVBORy1ub3QtcmVhbGx5'" in shown


def test_html_stays_as_it_was_sent():
    assert html_of(message("<p>Pay &amp; rest</p>")).strip() == "<p>Pay &amp; rest</p>"


def test_plain_text_ends_where_it_ends():
    assert html_of(message(text="Pay.")) == "<pre>Pay.\n</pre>"


def test_a_picture_that_nobody_names_is_left_out():
    made = EmailMessage()
    made.set_content('<img src="cid:code@x">', subtype="html")
    made.add_attachment(PNG, maintype="image", subtype="png")
    made.add_attachment(b"%PDF", maintype="application", subtype="pdf", cid="<code@x>")
    assert '<img src="">' in html_of(made.as_bytes())
