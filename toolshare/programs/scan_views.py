"""For programs: a scan at a desk, which does what it means."""

from toolshare.desk import counter, serving
from toolshare.labels.scanning import read_scan
from toolshare.programs import asked, told
from toolshare.programs.api_views import API, CREATED, acting, hosts, speaks
from toolshare.programs.scopes import Scope
from toolshare.programs.views import room


@room.post(f"{API}/scans")
@speaks(Scope.DESK_WRITE, told.ScanTold, CREATED)
def scan_at_desk(json: asked.Scanning) -> told.ScanTold:
    """Does what a scan means at the desk of a steward: lends, returns, passes on, puts away."""
    with acting() as act:
        serving.groups_served(act.session, act.by, now=act.now)
        served = json.served.strip()
        done = counter.scan(
            act.session,
            read_scan(json.code, hosts()),
            served=read_scan(served, hosts()) if served else "",
            quantity=json.quantity,
            **act.facts,
        )
        return told.ScanTold(outcome=done.outcome, code=done.code, record_id=done.record_id)
