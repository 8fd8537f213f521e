"""Applications of other projects served on loopback, as a small web server would serve them."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import WSGIApplication

HOST = "127.0.0.1"


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 50


class Handler(WSGIRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        """Nothing is logged."""


@contextmanager
def wsgi_service(application: WSGIApplication) -> Iterator[str]:
    """The address at which the application answers, without a path."""
    server = make_server(HOST, 0, application, server_class=Server, handler_class=Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
