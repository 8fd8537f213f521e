"""What sends requests of httpx through a proxy, or straight where it is not used."""

import ssl
from functools import cached_property

import httpx

from idmxml.drivers.proxies import Proxy


class ProxiedTransport(httpx.BaseTransport):
    """Sends encrypted requests through the proxy, but for the hosts that it spares; ``context`` is that of TLS."""

    def __init__(self, proxy: Proxy, context: ssl.SSLContext) -> None:
        self._proxy = proxy
        self._context = context
        self._straight = httpx.HTTPTransport(verify=context)

    @cached_property
    def _proxied(self) -> httpx.HTTPTransport:
        return httpx.HTTPTransport(verify=self._context, proxy=httpx.Proxy(self._proxy.url, auth=self._proxy.account))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        is_proxied = request.url.scheme == "https" and self._proxy.is_for(request.url.host)
        return (self._proxied if is_proxied else self._straight).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        self._straight.close()
        if "_proxied" in self.__dict__:
            self._proxied.close()
