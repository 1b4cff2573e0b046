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
