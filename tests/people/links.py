"""Links that somebody has sent to themselves."""

from toolshare import clock
from toolshare.database import transaction
from toolshare.people import account_links
from toolshare.people.joining import known_person


def links_sent_to(email: str) -> list[str]:
    """Where the links lead that somebody gets: to sign in, and to prove a new address."""
    paths: list[str] = []

    def to(where: str, token: str) -> str:
        paths.append(f"{where}/{token}")
        return paths[-1]

    with transaction() as session:
        account_links.send_sign_in_link(
            session, email, path=lambda token: to("/sign-in/link", token), now=clock.now()
        )
        account_links.ask_for_new_address(
            session,
            known_person(session, email),
            f"new-{email}",
            present="the barn is green",
            path=lambda token: to("/account/address", token),
            now=clock.now(),
        )
    return paths
