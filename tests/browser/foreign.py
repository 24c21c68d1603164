"""A site of somebody else's on this machine, and what its pages try to do to us."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

# Each is run by a page of theirs, in the browser of who is signed in with us; `ours` is our address.
PRESSES = {
    "a form": """ours => send(form(ours + "/account", "application/x-www-form-urlencoded"))""",
    "a form as text": """ours => send(form(ours + "/account", "text/plain"))""",
    "a form in a frame": """ours => inside(form(ours + "/account/sign-out-everywhere"))""",
    "a script that asks nobody": """ours => fetch(ours + "/account/sign-out-everywhere",
        {method: "POST", mode: "no-cors", credentials: "include"})""",
    "a script that reads the answer": """ours => fetch(ours + "/account", {method: "POST",
        credentials: "include", body: new URLSearchParams({name: "Mallory", language: ""})})""",
    "a script with JSON": """ours => fetch(ours + "/account", {method: "POST", mode: "cors",
        credentials: "include", headers: {"content-type": "application/json"}, body: "{}"})""",
    "another method": """ours => fetch(ours + "/account", {method: "DELETE", mode: "cors",
        credentials: "include"})""",
    "a beacon": """ours => navigator.sendBeacon(ours + "/account/sign-out-everywhere")""",
    "pictures": """ours => load(ours, ["/sign-out", "/account/sign-out-everywhere", "/account",
        "/I/7K3M9QXA/loan", "/account?name=Mallory&language="])""",
}
READS = {
    "a script": """ours => fetch(ours + "/account", {credentials: "include"}).then(r => r.text())""",
    "a file": """ours => fetch(ours + "/account", {mode: "no-cors", credentials: "include"})
        .then(r => r.text())""",
    "a frame": """async ours => (await inside(ours + "/account")).contentDocument?.body.innerText""",
    "a window": """async ours => { const theirs = open(ours + "/account");
        await new Promise(go => setTimeout(go, 500)); return theirs.document.body.innerText }""",
}
PAGE = b"""<!doctype html><title>Win a chainsaw</title><body><script>
function form(action, enctype = "application/x-www-form-urlencoded") {
  const made = Object.assign(document.createElement("form"), {method: "post", action, enctype});
  made.innerHTML = '<input name="name" value="Mallory"><input name="language" value="">';
  document.body.append(made);
  return made;
}
function send(made) { made.submit(); }
function inside(what) {
  const frame = document.createElement("iframe");
  frame.name = "inside";
  document.body.append(frame);
  const loaded = new Promise(go => setTimeout(() => go(frame), 500));
  if (typeof what === "string") frame.src = what;
  else { what.target = "inside"; what.submit(); }
  return loaded;
}
function load(ours, paths) {
  return Promise.all(paths.map(path => new Promise(go => {
    const picture = new Image();
    picture.onload = picture.onerror = go;
    picture.src = ours + path;
  })));
}
</script>"""


class Theirs(BaseHTTPRequestHandler):
    """Serves the one page of the other site."""

    def do_GET(self) -> None:
        """The page, whatever is asked for."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(PAGE)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def another_site() -> Iterator[int]:
    """The port of a site of somebody else's."""
    serving = ThreadingHTTPServer(("127.0.0.1", 0), Theirs)
    thread = threading.Thread(target=serving.serve_forever, daemon=True)
    thread.start()
    yield serving.server_port
    serving.shutdown()
    thread.join()
    serving.server_close()
