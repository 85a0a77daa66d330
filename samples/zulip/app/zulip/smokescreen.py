"""Zulip's smokescreen is a proxy for what the server fetches from outside; this one passes a GET on."""
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import settings

direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Proxy(BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            answer = direct.open(urllib.request.Request(self.path, headers={"Host": self.headers["Host"]}), timeout=5)
            status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, b""
        except (OSError, ValueError):
            status, body = 502, b""
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(options):
    ThreadingHTTPServer(settings.SMOKESCREEN, Proxy).serve_forever()
