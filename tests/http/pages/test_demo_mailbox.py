"""`/demo/mail`: the newest mails of a demo; no page anywhere else."""

from pathlib import Path

from admitone.embedded.mailbox import Mailbox
from admitone.mail.domain.content import Attachment, Link, MailContent
from admitone.mail.drawing.message import Sender, draw_message
from tests.http.pages.fixtures import NOW, Env, open_pages


def a_message(number: int = 1) -> bytes:
    content = MailContent(
        subject=f"Mail {number}",
        heading="Hello <b>Ada</b>",
        button=Link("Open", "https://tickets.example/"),
        attachments=(Attachment("tickets.pdf", "application/pdf", b"%PDF-1.7"),),
    )
    return draw_message(
        content,
        sender=Sender("tickets@venue.example"),
        recipient="ada@example.org",
        recipient_name="Ada",
        message_id=f"<{number}@venue.example>",
        now=NOW,
    ).content


def test_a_mail_is_shown_with_its_html_its_text_and_its_files(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path)
    mailbox.store(a_message())
    with open_pages(Env(mailbox=mailbox)) as pages:
        listed = pages.get("/demo/mail")
        (mail,) = mailbox.read_all()
        page = pages.get(f"/demo/mail/{mail.id}")
        html = pages.get(f"/demo/mail/{mail.id}/html")
        file = pages.get(f"/demo/mail/{mail.id}/files/0")
        absent = [
            pages.get(path).status_code
            for path in ("/demo/mail/../secret_key", "/demo/mail/none", f"/demo/mail/{mail.id}/files/1")
        ]

    assert f'href="/demo/mail/{mail.id}"' in listed.text
    assert "Hello &lt;b&gt;Ada&lt;/b&gt;" in page.text
    assert f'src="/demo/mail/{mail.id}/html"' in page.text
    assert "default-src 'none'" in html.headers["content-security-policy"]
    assert "sandbox" in html.headers["content-security-policy"]
    assert "script" not in html.headers["content-security-policy"]
    assert (file.content, file.headers["content-type"]) == (b"%PDF-1.7", "application/pdf")
    assert file.headers["content-disposition"] == 'attachment; filename="tickets.pdf"'
    assert set(absent) == {404}


def test_the_mailbox_keeps_the_newest_mails(tmp_path: Path) -> None:
    mailbox = Mailbox(tmp_path, mails_max=2)
    for number in (1, 2, 3):
        mailbox.store(a_message(number))

    assert {mail.subject for mail in mailbox.read_all()} <= {"Mail 1", "Mail 2", "Mail 3"}
    assert len(mailbox.read_all()) == 2


def test_there_is_no_mailbox_outside_a_demo() -> None:
    with open_pages(Env()) as pages:
        assert [pages.get(path).status_code for path in ("/demo/mail", "/demo/mail/x", "/demo/mail/x/html")] == [
            404
        ] * 3
