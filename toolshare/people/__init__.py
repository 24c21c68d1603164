"""People: groups, persons, memberships, and how one signs in."""
