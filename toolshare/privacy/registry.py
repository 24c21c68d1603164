"""Everything that is kept of people, column by column: what becomes of it when somebody is forgotten.

A test holds this list: a column that refers to a person or a membership, or that holds words, stands
here, else it fails. What is personal stands in docs/privacy.md, too.
"""


def columns(**of_tables: str) -> frozenset[str]:
    """The names of columns, written by their tables."""
    return frozenset(f"{table}.{one}" for table, many in of_tables.items() for one in many.split())


# Who is meant: columns that refer to people or to their memberships. When somebody is forgotten
# wholly the row stays and names nobody.
DETACHED = columns(
    agreements="published_by_id",
    batches="by_id",
    certificates="granted_by_id revoked_by_id",
    closings="by_id undone_by_id",
    damage_reports="by_id settled_by_id",
    exceptional_scans="borrower_id by_id settled_by_id",
    former_codes="by_id",
    handovers="consented_by_id",
    holds="person_id",
    inspections="by_id",
    join_requests="decided_by_id",
    journal="by_id person_id",
    kiosks="membership_id",
    kit_parts="put_in_by_id taken_out_by_id",
    loans="borrower_id lent_by_id returned_to_id",
    outages="by_id ended_by_id",
    renewals="by_id",
    reservations="made_by_id person_id",
    rules="set_by_id",
    sightings="by_id",
    stocktake_lines="seen_by_id",
    stocktakes="given_up_by_id opened_by_id",
    takings="taker_id",
)
# The same, where the row goes.
GONE = columns(
    acceptances="person_id",
    account_links="person_id",
    calendar_links="person_id",
    certificates="person_id",
    devices="person_id",
    former_codes="membership_id",
    invitations="made_by_id",
    join_requests="person_id",
    memberships="person_id",
    message_choices="person_id",
    messages="person_id",
    passkeys="person_id",
    password_links="person_id",  # noqa: S106
    past_misses="person_id",
    past_shares="person_id",
    program_tokens="person_id",
    photos="person_id",
    push_subscriptions="person_id",
)

# What is empty whenever another column is.
ALONG = {"kiosks.membership_id": ("began_at", "last_act_at")}

# Words about people, or that may be about them: gone with the row, or emptied when it is detached.
PERSONAL = columns(
    acceptances="signature signed_as",
    account_links="address digest",
    calendar_links="digest",
    certificates="name",
    damage_reports="note",
    devices="browser system",
    exceptional_scans="note reasons sent",
    handovers="note",
    households="name",
    inspections="note",
    invitations="digest note",
    join_requests="answers decided_why email language name signature signed_as",
    journal="details",
    loans="dropped_where lost_why",
    memberships="code paused_why",
    message_choices="unwanted",
    messages="address facts last_fault once",
    outages="note",
    passkeys="digest name",
    password_links="digest",  # noqa: S106
    people="email language name password_hash phone pin_hash",
    program_tokens="digest name",
    push_subscriptions="digest endpoint",
    registrations="digest email name password_hash",
    reservations="cancelled_why declined_why note",
    wrong_sign_ins="account address",
)

# Words about things, places and groups, of which no one is about a person.
ABOUT_THINGS = columns(
    agreements="name text",
    batch_labels="code",
    batches="options prefix stock",
    categories="name path",
    closed_dates="why",
    closings="note",
    codes="code",
    exceptional_scans="operation",
    former_codes="code",
    groups="contact give_back language name slug time_zone",
    handovers="token",
    inspections="missing_parts",
    items="came_as code donor notes_for_members notes_for_stewards number retired_why serial",
    join_pages="about agreement",
    journal="operation what",
    kinds="brand checkout_notice description guide guide_links meter model name other_names parts power_source size strength",
    kiosks="link_digest name token_digest",
    label_designs="code level line shows stock",
    loans="rules",
    messages="language topic",
    nudges="printer stock",
    offers="numbers",
    own_stocks="name page slug",
    own_wordings="language subject text topic",
    photos="name",
    places="code name path",
    program_tokens="scopes",
    push_subscriptions="key",
    webhooks="address events secret",
    deliveries="event last_fault",
    questions="choices text",
    rules="parameter value why",
    sightings="code whose",
    stocktake_lines="code home left name seen_in whose",
)
