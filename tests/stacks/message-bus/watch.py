#!/usr/bin/python3
"""watch.py BOOK: someone who looks at the dashboard. BOOK gets each frame, a line of JSON with the time; one line {"type": "closed"} when the connection
ends. It comes back then, until SIGTERM."""
import asyncio
import base64
import json
import os
import signal
import struct
import sys
import time


async def frames(reader):
    """RFC 6455, as far as a server that sends short text needs it. Ends with the connection."""
    while True:
        head = await reader.readexactly(2)
        length = head[1] & 127
        if length == 126:
            (length,) = struct.unpack(">H", await reader.readexactly(2))
        data = await reader.readexactly(length)
        kind = head[0] & 15
        if kind == 8:
            return
        yield kind, data


async def watch(book):
    token = open("/etc/message-bus/dashboard-token").read().strip()
    reader, writer = await asyncio.open_connection("127.0.0.1", 8000)
    try:
        key = base64.b64encode(os.urandom(16)).decode()
        writer.write(
            f"GET /ws/noc/dashboard/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Version: 13\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
        )
        if b" 101 " not in (await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[0]:
            return
        async for kind, data in frames(reader):
            if kind == 9:  # a ping: a masked pong with what it holds
                writer.write(bytes([0x8A, 0x80 | len(data)]) + b"\0\0\0\0" + data)
            elif kind == 1:
                book.write(json.dumps({"at": time.time(), **json.loads(data)}) + "\n")
    finally:
        writer.close()


async def main():
    work = asyncio.current_task()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, work.cancel)
    with open(sys.argv[1], "a", buffering=1) as book:
        while True:
            try:
                await watch(book)
            except (OSError, asyncio.IncompleteReadError):
                pass
            book.write(json.dumps({"at": time.time(), "type": "closed"}) + "\n")
            await asyncio.sleep(0.1)


try:
    asyncio.run(main())
except asyncio.CancelledError:
    pass
