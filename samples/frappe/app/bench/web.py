"""The web tier: /api/method/ping as in Frappe, and a way to queue jobs."""
import json
from urllib.parse import parse_qs

from .mix import queue_mix


def application(environ, start_response):
    path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
    if path == "/api/method/ping":
        return _answer(start_response, "200 OK", {"message": "pong"})
    if path == "/api/method/bench.queue" and method == "POST":
        query = parse_qs(environ.get("QUERY_STRING", ""))
        count = int(query.get("count", ["1"])[0])
        queue_mix(count, float(query.get("longest", ["1.0"])[0]), int(query.get("seed", ["1"])[0]))
        return _answer(start_response, "202 Accepted", {"queued": count})
    return _answer(start_response, "404 Not Found", {"exc_type": "DoesNotExistError"})


def _answer(start_response, status, body):
    start_response(status, [("Content-Type", "application/json")])
    return [json.dumps(body).encode()]
