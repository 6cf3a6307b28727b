# SPDX-License-Identifier: Apache-2.0
"""A Baliza device in one file: Python 3.8 or newer, standard library only. The wire is protocol/SPEC.md.

    import baliza
    with baliza.Device("lab-1", "127.0.0.1") as device:
        device.send(temperature=(21.4, "Cel"), humidity=(40, "%"))

Nothing runs in the background: frames are sent, sent again and acknowledged inside send(), poll(), flush() and close(). Not
thread-safe. Errors: ProtocolError for bytes that break the SPEC, Refused when the server ends a frame for good, OSError from sockets.
"""
import hashlib
import os
import select
import socket
import struct
import time
from collections import OrderedDict

MAGIC, VERSION, HEADER, TRAILER = 0xBA17, 1, 32, 4
HELLO, WELCOME, HEARTBEAT, ACK, NACK, PING, PONG, GOODBYE, DESCRIBE, READINGS = 1, 2, 3, 4, 5, 6, 7, 8, 0x81, 0x82
ACK_NOW, EXTENSIONS, SEALED, FROM_SERVER, RESERVED_FLAGS = 4, 8, 16, 32, 0xFFC0
PAD, TOKEN, NAME = 0, 1, 2
NAMED, ROWS = 1, 2
ON_ARRIVAL, ABSOLUTE, SINCE_BOOT = 0, 1, 2
SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS = 0, 1, 2, 3
WINDOW, MIN_RELIABLE, MIN_HELLO, MAX_FRAME, MAX_DATAGRAM = 1024, 64, 136, 65535, 1200
CODES = {1: "BAD_MAGIC", 2: "BAD_LENGTH", 3: "TOO_LARGE", 4: "BAD_CHECKSUM", 5: "UNKNOWN_VERSION", 6: "RESERVED_BITS",
         7: "UNKNOWN_TYPE", 8: "BAD_EXTENSION", 9: "CRITICAL_EXTENSION", 10: "TRUNCATED", 11: "TRAILING_BYTES",
         12: "BAD_VALUE", 13: "BAD_NAME", 14: "BAD_DESCRIPTION", 15: "UNKNOWN_ENCODING", 16: "UNEXPECTED", 17: "UNSEALED",
         32: "STALE_EPOCH", 33: "SEQUENCE_JUMP", 34: "CONFLICT", 35: "UNKNOWN_SCHEMA", 36: "LEVEL_UNAVAILABLE",
         37: "THROTTLED", 38: "STORE_STALLED", 39: "NO_ROOM", 40: "UNKNOWN_FLOOR", 41: "CLOCK_UNSET", 42: "SHUTTING_DOWN"}
DEVICE_SCOPE = {"THROTTLED", "NO_ROOM", "SHUTTING_DOWN"}
# name of a type: its code and its bytes
TYPES = {"boolean": (1, "B"), "i8": (2, "b"), "i16": (3, "h"), "i32": (4, "i"), "i64": (5, "q"), "u8": (6, "B"),
         "u16": (7, "H"), "u32": (8, "I"), "u64": (9, "Q"), "f32": (10, "f"), "f64": (11, "d"), "text": (12, None),
         "bytes": (13, None), "enumeration": (14, "H"), "vector2": (15, "2f"), "vector3": (16, "3f"),
         "vector4": (17, "4f"), "position": (18, "2df")}
TYPE_NAMES = {code: name for name, (code, _) in TYPES.items()}


class ProtocolError(ValueError):
    """Bytes that break the SPEC; code is one of CODES."""

    def __init__(self, code, text=""):
        super().__init__("%s: %s" % (code, text) if text else code)
        self.code = code


class Refused(Exception):
    """The server ended a frame for good."""


def _crc_table():
    table = []
    for n in range(256):
        for _ in range(8):
            n = (n >> 1) ^ 0x82F63B78 if n & 1 else n >> 1
        table.append(n)
    return table


_CRC = _crc_table()


def crc32c(data):
    """CRC-32C, Castagnoli (RFC 3720 section 12.1)."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _CRC[(crc ^ byte) & 0xFF] ^ (crc >> 8)
    return crc ^ 0xFFFFFFFF


def device_id(name):
    """The id of a device known by a name (SPEC section 4.1)."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def _str8(text):
    raw = text.encode()
    if len(raw) > 255:
        raise ProtocolError("BAD_NAME", "longer than 255 bytes")
    return bytes([len(raw)]) + raw


class Frame:
    """A frame as it is on the wire: header fields, extensions as (type, bytes) pairs, payload."""

    def __init__(self, type, device=0, epoch=0, seq=0, pn=0, back=0xFFFF, flags=0, payload=b"", extensions=()):
        self.type, self.device, self.epoch, self.seq, self.pn = type, device, epoch, seq, pn
        self.back, self.flags, self.payload, self.extensions = back, flags, payload, list(extensions)

    def encode(self, at_least=0):
        """The bytes, padded with PAD to at least so many."""
        block = b"".join(bytes([kind, len(value)]) + value for kind, value in self.extensions)
        missing = at_least - HEADER - TRAILER - len(self.payload) - (len(block) + 2 if block else 0)
        if missing > 0:
            missing = max(missing - (0 if block else 2), 2)
            while missing:
                size = min(missing, 257) - 2
                if missing - 2 - size == 1:
                    size -= 1
                block += bytes([PAD, size]) + bytes(size)
                missing -= size + 2
        flags = self.flags & ~EXTENSIONS | (EXTENSIONS if block else 0)
        block = struct.pack(">H", len(block)) + block if block else b""
        length = HEADER + len(block) + len(self.payload) + TRAILER
        if length > MAX_FRAME:
            raise ProtocolError("TOO_LARGE", "a frame has at most 65535 bytes")
        head = struct.pack(">HBBHHQIIIHBB", MAGIC, VERSION, self.type, flags, length, self.device, self.epoch, self.seq,
                           self.pn, self.back, 0, 0)
        body = head + block + self.payload
        return body + struct.pack(">I", crc32c(body))


def frame_length(data):
    """Length of the frame at the start of data; None when fewer than 8 bytes are there."""
    if data[:2] != b"\xba\x17"[:len(data[:2])]:
        raise ProtocolError("BAD_MAGIC")
    if len(data) < 8:
        return None
    length = struct.unpack_from(">H", data, 6)[0]
    if length < HEADER + TRAILER:
        raise ProtocolError("BAD_LENGTH", "below 36")
    return length


def decode(data):
    """One whole frame."""
    length = frame_length(data)
    if length is None or length != len(data):
        raise ProtocolError("BAD_LENGTH", "%s bytes say %s" % (len(data), length))
    _, version, kind, flags, _, device, epoch, seq, pn, back, key, reserved = struct.unpack_from(">HBBHHQIIIHBB", data)
    if version != VERSION:
        raise ProtocolError("UNKNOWN_VERSION", str(version))
    if crc32c(data[:-4]) != struct.unpack(">I", data[-4:])[0]:
        raise ProtocolError("BAD_CHECKSUM")
    if flags & RESERVED_FLAGS or key or reserved:
        raise ProtocolError("RESERVED_BITS")
    body, extensions = data[HEADER:-4], []
    if flags & EXTENSIONS:
        extensions, body = _extensions(body)
    return Frame(kind, device, epoch, seq, pn, back, flags, body, extensions)


def _extensions(body):
    size = struct.unpack_from(">H", body)[0] if len(body) >= 2 else -1
    if size < 0 or size > len(body) - 2:
        raise ProtocolError("BAD_EXTENSION", "the block does not fit")
    at, end, found = 2, 2 + size, []
    while at < end:
        if end - at < 2 or at + 2 + body[at + 1] > end:
            raise ProtocolError("BAD_EXTENSION", "an entry does not fit")
        kind, value = body[at], body[at + 2:at + 2 + body[at + 1]]
        if kind & 0x80:
            raise ProtocolError("CRITICAL_EXTENSION", str(kind))
        if kind in (TOKEN, NAME) and any(kind == other for other, _ in found) or kind == TOKEN and len(value) != 8:
            raise ProtocolError("BAD_EXTENSION")
        found.append((kind, value))
        at += 2 + len(value)
    return found, body[end:]


def encode_value(kind, value):
    form = TYPES[kind][1]
    if kind in ("text", "bytes"):
        raw = value.encode() if kind == "text" else bytes(value)
        return struct.pack(">H", len(raw)) + raw
    return struct.pack(">" + form, *(value if kind.startswith(("vector", "position")) else (value,)))


def encode_named(readings, mode=ON_ARRIVAL, unit=MICROSECONDS, backfill=False):
    """READINGS that describe themselves: (quantity, channel, unit, type, value[, time]) each."""
    out = [struct.pack(">BBBBH", NAMED, mode | (4 if backfill else 0), unit, 0, len(readings))]
    for quantity, channel, ucum, kind, value, *when in readings:
        if mode != ON_ARRIVAL:
            out.append(struct.pack(">q", int(when[0])))
        out += [_str8(quantity), _str8(channel), _str8(ucum), bytes([TYPES[kind][0]]), encode_value(kind, value)]
    return b"".join(out)


class Channel:
    """A described channel (SPEC section 7.2); type is one of TYPES of a fixed size when it goes into rows."""

    def __init__(self, quantity, type, unit="", name="", scale=0, kind=0, interval_ms=0, range=None, bounds=(), labels=()):
        self.quantity, self.type, self.unit, self.name, self.scale = quantity, type, unit, name, scale
        self.kind, self.interval_ms, self.range, self.bounds, self.labels = kind, interval_ms, range, bounds, labels

    def encode(self, index):
        flags = (1 if self.range else 0) | (2 if self.bounds else 0) | (4 if self.labels else 0)
        out = struct.pack(">HBBbBI", index, TYPES[self.type][0], self.kind, self.scale, flags, self.interval_ms)
        out += _str8(self.quantity) + _str8(self.name) + _str8(self.unit)
        if self.range:
            out += struct.pack(">dd", *self.range)
        if self.bounds:
            out += struct.pack(">B%dd" % len(self.bounds), len(self.bounds), *self.bounds)
        if self.labels:
            out += bytes([len(self.labels)]) + b"".join(_str8(label) for label in self.labels)
        return out


def encode_describe(channels, slot=0, unit=MILLISECONDS):
    body = b"".join(channel.encode(index) for index, channel in enumerate(channels))
    return struct.pack(">BBH", slot, unit, len(channels)) + body


def encode_rows(schema, channels, rows, base=None):
    """rows: (time, values); time in the set's unit, ignored when base is None (stamped on arrival)."""
    mode = ON_ARRIVAL if base is None else ABSOLUTE
    out = [struct.pack(">BBHI", ROWS, mode, len(rows), schema)]
    if base is not None:
        out.append(struct.pack(">q", base))
    for when, values in rows:
        if base is not None:
            out.append(struct.pack(">I", when - base))
        out += [encode_value(channel.type, value) for channel, value in zip(channels, values)]
    return b"".join(out)


def parse_welcome(p):
    if len(p) < 52:
        raise ProtocolError("TRUNCATED")
    epoch, level, flags, window, frame, datagram, token, clock, heartbeat, count, _ = struct.unpack_from(">IBBHII8sqHBB", p, 16)
    if len(p) != 52 + 16 * count:
        raise ProtocolError("TRUNCATED" if len(p) < 52 + 16 * count else "TRAILING_BYTES")
    known = [struct.unpack_from(">IIQ", p, 52 + 16 * i) for i in range(count)]
    return {"nonce": p[:16], "epoch": epoch, "level": level, "token": token, "time": clock, "heartbeat": heartbeat,
            "max_datagram": datagram, "known": known}


def parse_ack(p):
    if len(p) < 12:
        raise ProtocolError("TRUNCATED")
    epoch, following, level, rejected, bitmap = struct.unpack_from(">IIBBH", p)
    if bitmap % 8 or bitmap > 128:
        raise ProtocolError("BAD_VALUE", "bitmap of %d bytes" % bitmap)
    if len(p) != 12 + bitmap + 6 * rejected:
        raise ProtocolError("TRUNCATED" if len(p) < 12 + bitmap + 6 * rejected else "TRAILING_BYTES")
    bits = [following + 8 * i + b for i, byte in enumerate(p[12:12 + bitmap]) for b in range(8) if byte >> (7 - b) & 1]
    listed = [struct.unpack_from(">IH", p, 12 + bitmap + 6 * i) for i in range(rejected)]
    return {"epoch": epoch, "next": following, "level": level, "settled": bits, "rejected": listed}


def parse_nack(p):
    if len(p) < 21 or len(p) < 21 + p[20]:
        raise ProtocolError("TRUNCATED")
    if len(p) > 21 + p[20]:
        raise ProtocolError("TRAILING_BYTES")
    epoch, seq, code, kind, flags, index, after, argument = struct.unpack_from(">IIHBBHHI", p)
    return {"epoch": epoch, "seq": seq, "code": CODES.get(code, str(code)), "type": kind, "retriable": bool(flags & 1),
            "index": index, "after": after / 10, "argument": argument, "text": p[21:].decode("utf-8", "replace")}


class _Waiting:
    def __init__(self, type, payload, level):
        self.type, self.payload, self.level = type, payload, level
        self.pn = self.tries = 0
        self.sent = self.not_before = 0.0


class Device:
    """A device that numbers its frames, sends again what is not acknowledged, and ends in order.

    reliable: readings are acknowledged and sent again, else sent once (loss is counted by the server). No call blocks longer than
    its timeout; send() blocks only while 1,023 frames wait.
    """

    def __init__(self, name, host, port=7367, transport="udp", reliable=True, level=2, clock=time.monotonic):
        if transport not in ("udp", "tcp"):
            raise ValueError("transport must be udp or tcp, not %r" % (transport,))
        self.name, self.id, self.host, self.port = name, device_id(name), host, port
        self.reliable, self._tcp, self._wanted, self._clock = reliable, transport == "tcp", level, clock
        self._nonce, self._epoch, self._seq, self._pn, self._hello_pn = os.urandom(16), 0, 0, 0, 0
        self._waiting, self._acked_pn, self._token = OrderedDict(), -1, None
        self._welcome, self._sets, self._buffer, self._pause = None, {}, b"", 0.0
        self._rtt, self._pong, self._started, self._socket = None, False, clock(), None
        self.sent = self.lost = self.rejected = 0
        self._connect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # what a user calls

    def hello(self, timeout=5.0):
        """Asks for an epoch; done by the first send() too."""
        end, wait = self._clock() + timeout, 0.3
        while self._welcome is None:
            if self._clock() > end:
                raise TimeoutError("no WELCOME from %s:%d in %.0f s" % (self.host, self.port, timeout))
            payload = self._nonce + struct.pack(">QIIB3x", int((self._clock() - self._started) * 1e6), 0, MAX_FRAME, 1)
            if self._epoch:
                frame = self._control(HELLO, payload)
            else:
                frame = Frame(HELLO, self.id, 0, 0, self._hello_pn, 0xFFFF, 0, payload)
                self._hello_pn += 1
            frame.extensions.append((NAME, self.name.encode()))
            self._write(frame.encode(MIN_HELLO))
            self.poll(min(wait, max(0.0, end - self._clock())))
            wait = min(wait * 2, 5.0)

    def send(self, **readings):
        """Named readings: temperature=21.4, or temperature=(21.4, "Cel"), or (21.4, "Cel", "f32")."""
        rows = []
        for quantity, value in readings.items():
            value, unit, kind = (tuple(value) + ("", ""))[:3] if isinstance(value, tuple) else (value, "", "")
            rows.append((quantity, "", unit, kind or _type_of(value), value))
        self.send_named(rows)

    def send_named(self, readings, mode=ON_ARRIVAL, unit=MICROSECONDS):
        """See encode_named."""
        self._issue(READINGS, encode_named(readings, mode, unit), self.reliable)

    def describe(self, channels, slot=0, unit=MILLISECONDS):
        """Describes a set of channels; returns what send_rows wants."""
        payload = encode_describe(channels, slot, unit)
        schema = crc32c(payload)
        self._sets[schema] = payload
        self._issue(DESCRIBE, payload, True)
        return schema, channels

    def send_rows(self, described, rows, base=None):
        """Rows of a described set; see encode_rows."""
        schema, channels = described
        self._issue(READINGS, encode_rows(schema, channels, rows, base), self.reliable)

    def poll(self, timeout=0.0):
        """Takes answers for up to timeout seconds and sends again what is due."""
        end = self._clock() + timeout
        while True:
            self._resend()
            left = max(0.0, end - self._clock())
            if self._socket is None:
                if not self._reconnect() and left == 0.0:
                    return
                time.sleep(min(left, 0.05))
            elif select.select([self._socket], [], [], min(left, 0.02))[0]:
                self._read()
            elif left == 0.0:
                return
            if self._clock() >= end:
                return

    def flush(self, timeout=30.0):
        """Waits until everything is acknowledged; False when it is not."""
        end = self._clock() + timeout
        while self._waiting and self._clock() < end:
            self.poll(0.02)
        return not self._waiting

    def close(self, timeout=30.0):
        """Flushes, tells the server how many frames there were, and says goodbye. True when all was acknowledged."""
        done = self.flush(timeout)
        end, wait = self._clock() + 10.0, 0.2
        while self._epoch and not self._pong and self._clock() < end:
            if self._welcome is None:
                self._hello_quietly()
            self._write(self._control(PING, struct.pack(">qqq", int(time.time() * 1e6), 0, 0) + bytes(16)).encode())
            self.poll(wait)
            wait *= 2
        if self._epoch:
            self._write(self._control(GOODBYE, b"\0" + _str8("")).encode())
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        return done and (self._pong or not self._epoch)

    # numbers

    def _floor(self):
        return next(iter(self._waiting)) if self._waiting else self._seq

    def _control(self, kind, payload):
        frame = Frame(kind, self.id, self._epoch, self._seq, self._pn, self._seq - self._floor() if self.reliable else 0,
                      0, payload)
        self._pn += 1
        return frame

    def _issue(self, kind, payload, reliable):
        self.hello()
        while reliable and self._seq - self._floor() >= WINDOW - 1:
            self.poll(0.05)
        one = _Waiting(kind, payload, min(self._wanted, self._welcome["level"]) if reliable else 0)
        seq, self._seq = self._seq, self._seq + 1
        if reliable:
            self._waiting[seq] = one
        self._transmit(seq, one)
        self.poll()

    def _transmit(self, seq, one):
        back = seq - min(self._floor(), seq) if self.reliable or one.level else 0
        extensions = [(TOKEN, self._token)] if self._token else []
        if one.type == DESCRIBE:
            extensions.append((NAME, self.name.encode()))
        frame = Frame(one.type, self.id, self._epoch, seq, self._pn, back, one.level, one.payload, extensions)
        one.pn, one.sent, one.not_before = self._pn, self._clock(), 0.0
        one.tries += 1
        self._pn += 1
        self.sent += 1
        self._write(frame.encode(MIN_RELIABLE if one.level else 0))

    def _resend(self):
        now = self._clock()
        if now < self._pause or self._welcome is None or self._socket is None:
            return
        for seq, one in list(self._waiting.items()):
            by_number = not self._tcp and one.pn + 3 <= self._acked_pn
            wait = min(60.0, (1.0 if self._rtt is None else max(0.04, 4 * self._rtt)) * 2 ** min(one.tries - 1, 8))
            asked = one.not_before and now >= one.not_before
            if asked or (now >= one.not_before and (by_number or not self._tcp and now - one.sent >= wait)):
                self._transmit(seq, one)

    # answers

    def _take(self, frame):
        if not frame.flags & FROM_SERVER:
            return
        if frame.type == WELCOME:
            self._on_welcome(parse_welcome(frame.payload))
        elif frame.type == ACK:
            self._on_ack(parse_ack(frame.payload))
        elif frame.type == NACK:
            self._on_nack(parse_nack(frame.payload))
        elif frame.type == PONG:
            self._pong = True
        elif frame.type == GOODBYE:
            self._welcome, self._pause = None, self._clock() + 1.0

    def _on_welcome(self, welcome):
        if welcome["nonce"] != self._nonce or (self._epoch and welcome["epoch"] != self._epoch):
            return
        self._epoch, self._token, self._welcome = welcome["epoch"], welcome["token"], welcome
        for epoch, following, bits in welcome["known"]:
            if epoch == self._epoch:
                settled = [following + i for i in range(64) if bits >> (63 - i) & 1]
                self._settle(following, settled, 3)
        for one in self._waiting.values():
            one.not_before = 0.001  # what it did not name goes again at once

    def _settle(self, following, settled, level):
        for seq in [s for s in self._waiting if s < following] + [s for s in settled if s in self._waiting]:
            one = self._waiting.get(seq)
            if one is not None and one.level <= level:
                del self._waiting[seq]
                if one.tries == 1:
                    self._acked_pn = max(self._acked_pn, one.pn)
                    took = self._clock() - one.sent
                    self._rtt = took if self._rtt is None else 0.875 * self._rtt + 0.125 * took

    def _on_ack(self, ack):
        if ack["epoch"] != self._epoch:
            return
        self._token = None
        for seq, _ in ack["rejected"]:
            if self._waiting.pop(seq, None) is not None:
                self.rejected += 1
        self._settle(ack["next"], ack["settled"], ack["level"])

    def _on_nack(self, nack):
        code, now = nack["code"], self._clock()
        if nack["retriable"] and code in DEVICE_SCOPE:
            self._pause = now + max(1.0, nack["after"])
            return
        if code == "STALE_EPOCH" and nack["epoch"] == self._epoch:
            self.lost += len(self._waiting)
            self._waiting.clear()
            self._epoch, self._seq, self._pn, self._welcome = nack["argument"] + 1, 0, 0, None
            self._nonce = os.urandom(16)
            return
        one = self._waiting.get(nack["seq"]) if nack["epoch"] == self._epoch and nack["type"] & 0x80 else None
        if one is None or code == "CLOCK_UNSET":
            return
        if not nack["retriable"]:
            del self._waiting[nack["seq"]]
            self.lost += 1
        elif code == "UNKNOWN_SCHEMA":
            one.not_before = now + 0.2
            payload = self._sets.get(nack["argument"])
            if payload is not None:
                self._waiting[self._seq] = again = _Waiting(DESCRIBE, payload, one.level)
                self._seq += 1
                self._transmit(self._seq - 1, again)
        elif code == "LEVEL_UNAVAILABLE":
            self._wanted = max(1, min(nack["argument"], one.level - 1))
            one.level, one.not_before = self._wanted, now
        elif nack["after"]:
            one.not_before = now + nack["after"]

    # sockets

    def _connect(self):
        kind = socket.SOCK_STREAM if self._tcp else socket.SOCK_DGRAM
        family, _, _, _, address = socket.getaddrinfo(self.host, self.port, 0, kind)[0]
        self._socket = socket.socket(family, kind)
        self._socket.settimeout(5.0)
        try:
            self._socket.connect(address)
        except OSError:
            self._socket.close()
            self._socket = None
            raise

    def _reconnect(self):
        try:
            self._connect()
        except OSError:
            return False
        self._buffer, self._welcome = b"", None
        self._hello_quietly()
        return True

    def _hello_quietly(self):
        try:
            self.hello(2.0)
        except TimeoutError:
            pass

    def _broken(self):
        self._socket.close()
        self._socket, self._welcome = None, None

    def _write(self, data):
        if self._socket is None:
            return
        try:
            self._socket.sendall(data)
        except OSError:
            if self._tcp:
                self._broken()

    def _read(self):
        try:
            data = self._socket.recv(65535)
        except OSError:
            if self._tcp:
                self._broken()
            return
        if self._tcp and not data:
            self._broken()
            return
        self._buffer = self._buffer + data if self._tcp else data
        try:
            while self._buffer:
                length = frame_length(self._buffer)
                if length is None or length > len(self._buffer):
                    break
                one, self._buffer = self._buffer[:length], self._buffer[length:]
                self._take(decode(one))
        except ProtocolError:
            if self._tcp:
                self._broken()
            self._buffer = b""


def _type_of(value):
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "i64"
    if isinstance(value, str):
        return "text"
    return "bytes" if isinstance(value, (bytes, bytearray)) else "f64"
