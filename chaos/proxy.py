"""A TCP proxy that can cut, stall and swallow the connections that run through it."""

import asyncio
import contextlib
import socket
import struct

PIECE = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # linger on, for no time: closing sends RST


class Link:
    """One connection through the proxy."""

    def __init__(self, near: asyncio.StreamWriter, far: asyncio.StreamWriter) -> None:
        self.near, self.far = near, far
        self.flows = asyncio.Event()
        self.flows.set()

    async def pump(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await source.read(PIECE):
                await self.flows.wait()
                target.write(piece)
                await target.drain()
            await self.flows.wait()
        with contextlib.suppress(OSError, RuntimeError):
            target.close()

    def cut(self) -> None:
        """End it with a reset on both sides."""
        for writer in (self.near, self.far):
            raw: socket.socket | None = writer.get_extra_info("socket")
            with contextlib.suppress(OSError):
                if raw is not None:
                    raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()
        self.flows.set()


class Proxy:
    """Listens on a port of its own and carries every connection to `port`, while it is allowed to."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.links: set[Link] = set()
        self.is_open = asyncio.Event()
        self.is_open.set()
        self.server: asyncio.Server | None = None
        self.port = 0

    async def start(self) -> None:
        self.server = await asyncio.start_server(self.carry, "127.0.0.1", 0, backlog=1024)
        self.port = self.server.sockets[0].getsockname()[1]

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.is_open.wait()
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        link = Link(writer, far_writer)
        self.links.add(link)
        try:
            await asyncio.gather(link.pump(reader, far_writer), link.pump(far_reader, writer))
        finally:
            self.links.discard(link)
            writer.close()
            far_writer.close()

    def some(self, share: float, pick: float) -> list[Link]:
        """A share of the links; `pick`, from 0 to 1, decides which."""
        links = list(self.links)
        count = max(1, round(share * len(links)))
        start = int(pick * len(links))
        return (links + links)[start : start + count] if links else []

    async def stall(self, links: list[Link], seconds: float) -> None:
        """Carry nothing for a while; then everything that was held goes on."""
        for link in links:
            link.flows.clear()
        await asyncio.sleep(seconds)
        for link in links:
            link.flows.set()

    async def blackhole(self, links: list[Link], seconds: float) -> None:
        """Carry nothing, open nothing new; in the end the stuck connections are dead."""
        self.is_open.clear()
        for link in links:
            link.flows.clear()
        try:
            await asyncio.sleep(seconds)
        finally:
            self.is_open.set()
            for link in links:
                link.cut()

    def heal(self) -> None:
        self.is_open.set()
        for link in self.links:
            link.flows.set()

    async def stop(self) -> None:
        for link in list(self.links):
            link.cut()
        if self.server:
            self.server.close()
            await self.server.wait_closed()
