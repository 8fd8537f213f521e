"""What sends requests of httpx through a proxy, or straight where it is not used."""

import ssl

import httpx

from idmxml.drivers.proxies import Proxy


class ProxiedTransport(httpx.BaseTransport):
    """Sends encrypted requests through the proxy, but for the hosts that it spares; ``context`` is that of TLS."""

    def __init__(self, proxy: Proxy, context: ssl.SSLContext) -> None:
        self._proxy = proxy
        self._straight = httpx.HTTPTransport(verify=context)
        self._proxied = httpx.HTTPTransport(verify=context, proxy=httpx.Proxy(proxy.url, auth=proxy.account))

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The answer to a request."""
        is_proxied = request.url.scheme == "https" and self._proxy.is_for(request.url.host)
        return (self._proxied if is_proxied else self._straight).handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        self._straight.close()
        self._proxied.close()
