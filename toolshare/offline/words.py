"""What the page that works without a signal says, to be kept by the device in its reader's language."""

WORDS: dict[str, str] = {}
