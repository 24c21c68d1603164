"""The settings of mail belong together."""

from pathlib import Path

import pytest

from toolshare import settings
from toolshare.post import MailServer, Security
from toolshare.settings import Settings, WrongSetting


def read(instance: Path, **more: str) -> Settings:
    return settings.read({"TOOLSHARE_INSTANCE": str(instance), **MAIL, **more})


MAIL = {
    "TOOLSHARE_MAIL_FROM": "tools@example.org",
    "TOOLSHARE_SMTP_HOST": "mail.example.org",
    "TOOLSHARE_SMTP_USER": "tools",
    "TOOLSHARE_SMTP_PASSWORD": "the barn is green",
}


def test_no_password_is_sent_where_anybody_can_read_it(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="TOOLSHARE_SMTP_SECURITY: is none"):
        read(tmp_path, TOOLSHARE_SMTP_SECURITY="none")
    here = {"TOOLSHARE_SMTP_HOST": "localhost", "TOOLSHARE_SMTP_SECURITY": "none"}
    assert read(tmp_path, **here).smtp_port == 25


def test_a_mail_server_is_all_that_is_said_of_it(tmp_path: Path) -> None:
    assert read(tmp_path, TOOLSHARE_SMTP_SECURITY="tls").mail_server == MailServer(
        "mail.example.org", 465, Security.TLS, "tools@example.org", "tools", "the barn is green"
    )
