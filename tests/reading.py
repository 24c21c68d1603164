"""Reading a page as a person does."""

import re

from werkzeug.test import TestResponse


def text(answer: TestResponse) -> str:
    """What the page says, without its tags."""
    body = re.sub(r"<style.*?</style>|<head>.*?</head>", "", answer.text, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())
