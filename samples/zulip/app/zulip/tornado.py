"""manage.py runtornado ADDRESS:PORT: who has a page open asks here for what happens, and is answered when something has."""
import json
import os
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from . import consumer

events = []  # of the last ones; a client that was away longer asks Django for the rest
first = 0  # the number of the oldest that is still here
changed = threading.Condition()
KEPT = 10_000


def handle(event, cursor, publisher):
    global first
    with changed:
        events.append(event)
        first += len(events) - len(events[-KEPT:])
        del events[:-KEPT]
        changed.notify_all()


class Events(BaseHTTPRequestHandler):
    def do_GET(self):
        """GET /json/events?after=N waits up to 10 s for an event behind the Nth; without "after" it tells what N is now."""
        query = parse_qs(urlsplit(self.path).query)
        with changed:
            last = first + len(events)
            after = int(query.get("after", [last])[0])
            deadline = time.monotonic() + 10
            while "after" in query and first + len(events) <= after and (left := deadline - time.monotonic()) > 0:
                changed.wait(left)
            body = {"last": first + len(events), "events": events[max(0, after - first) :], "server": os.getpid()}
        text = json.dumps(body).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


def run(options):
    host, port = options.address.rsplit(":", 1)
    server = ThreadingHTTPServer((host, int(port)), Events)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    consumer.consume("notify_tornado", handle)
