# SPDX-License-Identifier: Apache-2.0
"""A Baliza device in one file: Python 3.8 or newer, standard library only. The wire is protocol/SPEC.md.

    import baliza
    with baliza.Device("lab-1", "127.0.0.1") as device:
        device.send(temperature=(21.4, "Cel"), humidity=(40, "%"))
        device.event("door open", severity="warning")
        device.say("hello")

What the server says is given to functions, while the device sends or in poll():

    @device.on_text
    def heard(author, text): ...

    @device.on_command("set-interval")
    def set_interval(millis: int):
        return "every %d ms" % millis

A device with a key seals its frames (SPEC section 10), for which it needs the package "cryptography":

    baliza.Device("lab-1", "192.0.2.1", key="…what 'baliza keys new lab-1' printed…")

Nothing runs in the background: frames are sent, sent again, acknowledged and acted on inside send(), poll(), flush() and close().
Not thread-safe. Errors: ProtocolError for bytes that break the SPEC, Refused when the server ends a frame for good, OSError from
sockets.
"""
import hashlib
import hmac
import inspect
import io
import json
import mimetypes
import os
import random
import re
import select
import socket
import struct
import time
import typing
import unicodedata
from collections import OrderedDict, deque, namedtuple

try:
    import fcntl
except ImportError:  # not on Windows
    fcntl = None

MAGIC, VERSION, HEADER, TRAILER = 0xBA17, 1, 32, 4
HELLO, WELCOME, HEARTBEAT, ACK, NACK, PING, PONG, GOODBYE, DESCRIBE, READINGS = 1, 2, 3, 4, 5, 6, 7, 8, 0x81, 0x82
VALUES, VALUES_BACK, CALC, CALC_ANSWER = 9, 10, 0x30, 0x31
FILE_OFFER, FILE_ACCEPT, FILE_CHUNK, FILE_DONE = 0x10, 0x11, 0x12, 0x13
EVENT, TEXT, RESULT, COMMAND = 0x83, 0x84, 0x85, 0x90
ACK_NOW, EXTENSIONS, SEALED, FROM_SERVER, RESERVED_FLAGS = 4, 8, 16, 32, 0xFFC0
PAD, TOKEN, NAME = 0, 1, 2
NAMED, ROWS, COLUMNS = 1, 2, 3
READINGS_PER_BYTE, MAX_WIDTH = 32, 56
ON_ARRIVAL, ABSOLUTE, SINCE_BOOT = 0, 1, 2
SECONDS, MILLISECONDS, MICROSECONDS, NANOSECONDS = 0, 1, 2, 3
WINDOW, MIN_RELIABLE, MIN_HELLO, MAX_FRAME = 1024, 64, 136, 65535
NONCE, TAG, REPLAY_WINDOW, MAX_REPLAY_KEYS = 16, 16, 256, 16
MAX_READS = 64
MAX_EPOCH, LAST_NUMBER, MAX_NUMBER, MAX_SETS = 0xEFFFFFFF, 0xFFFF0000, 0xFFFFFFFF, 32
DOWNLINK_WINDOW, MAX_LEFT, MAX_COMMANDS, MAX_ARGUMENTS = 64, 64, 64, 16
MAX_BODY, MAX_TEXT, MAX_AUTHOR, MAX_OUTPUT = 4096, 1000, 64, 1000
SEVERITIES = ("emergency", "alert", "critical", "error", "warning", "notice", "info", "debug")
ACKED, DONE, REFUSED, EXPIRED = 0, 1, 2, 3
NUMBER, READING, OPERATOR, END = 1, 2, 3, 4
CALC_RESULTS = ("OK", "DIVISION_BY_ZERO", "OVERFLOW", "UNDEFINED", "TOO_FEW_OPERANDS", "TOO_MANY_OPERANDS", "UNKNOWN_OPERATOR",
                "UNKNOWN_SENSOR", "UNKNOWN_SESSION", "WRONG_TOKEN", "NOT_ALLOWED", "BUSY")
CALC_FRAME, SHALLOW, QUESTION_EVERY, MAX_ANSWERS = 160, 2, 1.0, 64
REFUSALS = ("ACCEPTED", "QUOTA", "TOO_MANY", "TOO_LARGE", "BUSY", "NOT_TAKEN")
FILE_STATES = ("OK", "BAD_HASH", "CANCELLED", "UNKNOWN", "FAILED")
CHUNK_UDP, CHUNK_TCP, CHUNKS_PER_ACCEPT, MAX_RANGES, MAX_FRAGMENTS = 1100, 16384, 16, 64, 1024
MIN_PACE, MAX_PACE, FILE_WINDOW, REORDERING = 16384, 262144, 65536, 3
MAX_PARTS, MAX_FILES_KNOWN, PART_IDLE, PART_SECONDS, MAX_FILE = 4, 64, 60.0, 86400, 64 << 20
SILENCE_UDP, SILENCE_TCP, MAX_HELLO_WAIT = 3.0, 30.0, 60.0
CODES = {1: "BAD_MAGIC", 2: "BAD_LENGTH", 3: "TOO_LARGE", 4: "BAD_CHECKSUM", 5: "UNKNOWN_VERSION", 6: "RESERVED_BITS",
         7: "UNKNOWN_TYPE", 8: "BAD_EXTENSION", 9: "CRITICAL_EXTENSION", 10: "TRUNCATED", 11: "TRAILING_BYTES",
         12: "BAD_VALUE", 13: "BAD_NAME", 14: "BAD_DESCRIPTION", 15: "UNKNOWN_ENCODING", 16: "UNEXPECTED", 17: "UNSEALED",
         24: "WRONG_ROLE",
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


class CalcError(Exception):
    """What could not be calculated; result is one of CALC_RESULTS."""

    def __init__(self, result, at, text=""):
        super().__init__("%s at %s%s" % (result.lower().replace("_", " "), at, ": " + text if text else ""))
        self.result = result


class CommandRefused(Exception):
    """Raise it in a command's function to answer REFUSED, with this text, instead of exit status 1."""


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
    """The id of a device known by a name (SPEC section 4.1), or of one written as id: and 16 hexadecimal digits."""
    if name.startswith("id:"):
        if not re.fullmatch("id:[0-9a-fA-F]{16}", name):
            raise ValueError("%r must be id: and 16 hexadecimal digits" % name)
        return int(name[3:], 16)
    if not re.fullmatch("[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", name):
        raise ValueError("%r is no device: a name has letters, digits and . _ : -, at most 64" % name)
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8], "big")


def printable(text):
    """Text of others without what could command a terminal: control and format characters are written out (SPEC section 7.5.2)."""
    return "".join(c if unicodedata.category(c) not in ("Cc", "Cf") else c.encode("unicode_escape").decode() for c in text)


def _str8(text, most=255, code="BAD_NAME"):
    raw = text.encode()
    if len(raw) > most:
        raise ProtocolError(code, "longer than %d bytes" % most)
    return bytes([len(raw)]) + raw


def _str16(text, most):
    raw = text.encode()
    if len(raw) > most:
        raise ProtocolError("BAD_VALUE", "%d bytes of text, and %d are the most" % (len(raw), most))
    return struct.pack(">H", len(raw)) + raw


class _Fields:
    """The fields of a payload, one after the other."""

    def __init__(self, payload):
        self.payload, self.at = payload, 0

    def bytes(self, count):
        if len(self.payload) - self.at < count:
            raise ProtocolError("TRUNCATED")
        self.at += count
        return self.payload[self.at - count:self.at]

    def take(self, form):
        """Numbers by the letters of struct; one alone comes bare."""
        found = struct.unpack(">" + form, self.bytes(struct.calcsize(">" + form)))
        return found[0] if len(found) == 1 else found

    def text(self, form, most, code="BAD_VALUE"):
        """A str8, form B, or str16, form H."""
        raw = self.bytes(self.take(form))
        if len(raw) > most:
            raise ProtocolError(code, "longer than %d bytes" % most)
        try:
            return raw.decode()
        except UnicodeDecodeError:
            raise ProtocolError(code, "not UTF-8") from None

    def value(self):
        """A type and a value of it: the type's name, the value."""
        kind = TYPE_NAMES.get(self.take("B"))
        if kind is None:
            raise ProtocolError("BAD_VALUE", "unknown type")
        if kind == "text":
            return kind, self.bytes(self.take("H")).decode("utf-8", "surrogateescape")  # legal on the wire (SPEC section 7.1.1)
        if kind == "bytes":
            return kind, self.bytes(self.take("H"))
        value = self.take(TYPES[kind][1])
        return kind, value == 1 if kind == "boolean" and value < 2 else value

    def end(self):
        if self.at != len(self.payload):
            raise ProtocolError("TRAILING_BYTES")


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
    version, flags, key = data[2], data[5] | data[4] << 8, data[30]
    if version != VERSION:
        raise ProtocolError("UNKNOWN_VERSION", str(version))
    if flags & SEALED:
        raise ProtocolError("RESERVED_BITS", "the frame is sealed: unseal() it")
    if crc32c(data[:-4]) != struct.unpack(">I", data[-4:])[0]:
        raise ProtocolError("BAD_CHECKSUM")
    if key:
        raise ProtocolError("RESERVED_BITS", "a key id without flag SEALED")
    return _frame(data[:HEADER], data[HEADER:-4])


def _frame(head, body):
    _, _, kind, flags, _, device, epoch, seq, pn, back, _, reserved = struct.unpack(">HBBHHQIIIHBB", head)
    if flags & RESERVED_FLAGS or reserved:
        raise ProtocolError("RESERVED_BITS")
    extensions = []
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
        if kind == NAME and not re.fullmatch(b"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}", value):
            raise ProtocolError("BAD_NAME", "in the extension NAME")
        found.append((kind, value))
        at += 2 + len(value)
    return found, body[end:]


def encode_value(kind, value):
    form = TYPES[kind][1]
    if kind in ("text", "bytes"):
        raw = value.encode("utf-8", "surrogateescape") if kind == "text" else bytes(value)
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
    """A described channel (SPEC section 7.2); type is one of TYPES of a fixed size when it goes into rows or columns."""

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


def _zigzag(x):
    return x << 1 ^ x >> 63


def _varint(x):
    z, out = _zigzag(x), bytearray()
    while z > 0x7F:
        out.append(z & 0x7F | 0x80)
        z >>= 7
    return bytes(out + bytes([z]))


def _bits(fields, width):
    """Fields of equal width, the highest bit of the first byte first."""
    number = 0
    for field in fields:
        number = number << width | field
    unused = -len(fields) * width % 8
    return (number << unused).to_bytes((len(fields) * width + 7) // 8, "big")


def _wrap(x):
    """Modulo 2^64, as i64."""
    return (x + (1 << 63)) % (1 << 64) - (1 << 63)


def _integer_forms(values, form, varied):
    """All forms of a column of integers, the lowest first; form: of struct."""
    last = len(values) - 1
    deltas = [_wrap(b - a) for a, b in zip(values, values[1:])]
    heads = [(b"", values)]
    heads.append((_varint(values[0]), deltas))
    heads.append((_varint(values[0]) + _varint(deltas[0] if deltas else 0), [_wrap(b - a) for a, b in zip(deltas, deltas[1:])]))
    rise = _wrap(values[last] - values[0])
    step = (2 * rise + last) // (2 * last) if last and abs(rise) < 1 << 61 else 0
    if step:
        heads.append((_varint(step), [_wrap(value - i * step) for i, value in enumerate(values)]))
    for prediction, (head, residuals) in enumerate(heads):
        if not residuals:
            continue
        least = min(residuals)
        width = max(1, (max(residuals) - least).bit_length())
        if max(residuals) == least and not varied:
            yield prediction << 3, head + _varint(least)
        elif width <= MAX_WIDTH:
            fields = _bits([residual - least for residual in residuals], width)
            yield prediction << 3 | 1, head + bytes([width]) + _varint(least) + fields
        yield prediction << 3 | 2, head + b"".join(map(_varint, residuals))
        if not prediction:
            bits = 8 * struct.calcsize(form)
            yield 4, b"".join((value % (1 << bits)).to_bytes(bits // 8, "big") for value in values)


def _float_forms(values, form, varied):
    """All forms of a column of floats, the lowest first."""
    size = struct.calcsize(form)
    raw = [struct.pack(">" + form, value) for value in values]
    bits = [int.from_bytes(one, "big") for one in raw]
    changes = [a ^ b for a, b in zip(bits, bits[1:])]
    changed = 0
    for change in changes:
        changed |= change
    if not changed and not varied:
        yield 0, raw[0]
        return
    shift = (changed & -changed).bit_length() - 1 if changed else 0
    width = max(1, changed.bit_length() - shift)
    if changes and width <= MAX_WIDTH:
        yield 3, bytes([width, shift]) + raw[0] + _bits([change >> shift for change in changes], width)
    yield 4, b"".join(raw)


def _column(kind, values, varied=False):
    """One column for each component of a type; the values that are None have none."""
    forms = {"vector2": "ff", "vector3": "fff", "vector4": "ffff", "position": "ddf"}.get(kind, TYPES[kind][1])
    there = [value for value in values if value is not None]
    columns = []
    for i, form in enumerate(forms):
        if not there:
            columns.append((0, b""))
            continue
        numbers = [value[i] if len(forms) > 1 else value for value in there]
        if form in "fd":
            choice = _float_forms(numbers, form, varied)
        else:
            choice = _integer_forms([_wrap(int(number)) for number in numbers], form, varied)
        columns.append(min(choice, key=lambda one: len(one[1])))
    form, body = columns[0]
    if len(there) < len(values):
        form, body = form | 0x40, _bits([int(value is None) for value in values], 1) + body
    return bytes([form]) + body + b"".join(bytes([form]) + body for form, body in columns[1:])


def encode_columns(schema, channels, rows, timed=True, backfill=False):
    """
    rows: (time, values); time in the set's unit, ignored unless timed (stamped on arrival). None is no value. Each column takes
    its shortest form, so slow channels take few bytes: send many rows at once.
    """
    for varied in (False, True):  # what stands still may be too short (SPEC section 7.4.1)
        body = _column("i64", [when for when, _ in rows]) if timed else b""
        for i, channel in enumerate(channels):
            body += _column(channel.type, [values[i] for _, values in rows], varied and i % 4 == 0)
        if len(rows) * len(channels) <= READINGS_PER_BYTE * len(body):
            break
    mode = (ABSOLUTE if timed else ON_ARRIVAL) | (4 if backfill else 0)
    return struct.pack(">BBHI", COLUMNS, mode, len(rows), schema) + body


def parse_welcome(p):
    if len(p) < 52:
        raise ProtocolError("TRUNCATED")
    epoch, level, flags, window, frame, datagram, token, clock, heartbeat, count, reserved = struct.unpack_from(">IBBHII8sqHBB", p, 16)
    if len(p) != 52 + 16 * count:
        raise ProtocolError("TRUNCATED" if len(p) < 52 + 16 * count else "TRAILING_BYTES")
    if flags & 0xFC or reserved:
        raise ProtocolError("RESERVED_BITS")
    if level > 3:
        raise ProtocolError("BAD_VALUE", "level %d" % level)
    known = [struct.unpack_from(">IIQ", p, 52 + 16 * i) for i in range(count)]
    return {"nonce": p[:16], "epoch": epoch, "level": level, "token": token, "time": clock, "heartbeat": heartbeat,
            "max_frame": frame, "max_datagram": datagram, "known": known}


def parse_ack(p):
    if len(p) < 12:
        raise ProtocolError("TRUNCATED")
    epoch, following, level, rejected, bitmap = struct.unpack_from(">IIBBH", p)
    if level > 3:
        raise ProtocolError("BAD_VALUE", "level %d" % level)
    if bitmap % 8 or bitmap > 128:
        raise ProtocolError("BAD_VALUE", "bitmap of %d bytes" % bitmap)
    if len(p) != 12 + bitmap + 6 * rejected:
        raise ProtocolError("TRUNCATED" if len(p) < 12 + bitmap + 6 * rejected else "TRAILING_BYTES")
    bits = [following + 8 * i + b for i, byte in enumerate(p[12:12 + bitmap]) for b in range(8) if byte >> (7 - b) & 1]
    listed = [struct.unpack_from(">IH", p, 12 + bitmap + 6 * i) for i in range(rejected)]
    return {"epoch": epoch, "next": following, "level": level, "settled": bits, "rejected": listed}


def parse_nack(p):
    fields = _Fields(p)
    epoch, seq, code, kind, flags, index, after, argument = fields.take("IIHBBHHI")
    text = fields.text("B", 255)
    fields.end()
    if flags & 0xFE:
        raise ProtocolError("RESERVED_BITS")
    return {"epoch": epoch, "seq": seq, "code": CODES.get(code, str(code)), "type": kind, "retriable": bool(flags & 1),
            "index": index, "after": after / 10, "argument": argument, "text": printable(text)}


def parse_goodbye(p):
    fields = _Fields(p)
    reason, text = fields.take("B"), fields.text("B", 255)
    fields.end()
    return reason, printable(text)


# talk


def encode_event(body, severity="notice", mode=ON_ARRIVAL, micros=0):
    """EVENT: a body that is text goes as it is, any other as JSON; severity is one of SEVERITIES or its number."""
    words = isinstance(body, str)
    if not words:
        body = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    if severity in SEVERITIES:
        severity = SEVERITIES.index(severity)
    if isinstance(severity, bool) or not isinstance(severity, int) or not 0 <= severity <= 7:
        raise ValueError("severity is one of %s, or 0 to 7, not %r" % (", ".join(SEVERITIES), severity))
    return struct.pack(">BBBBq", 0 if words else 1, severity, mode, 0, micros) + _str16(body, MAX_BODY)


def encode_text(number, author, text):
    return struct.pack(">Q", number) + _str8(author, MAX_AUTHOR, "BAD_VALUE") + _str16(text, MAX_TEXT)


def parse_text(p):
    """Number, author, text."""
    fields = _Fields(p)
    found = fields.take("Q"), fields.text("B", MAX_AUTHOR), fields.text("H", MAX_TEXT)
    fields.end()
    return found


def encode_result(command, state, status=0, output=""):
    return struct.pack(">QB3xi", command, state, status) + _str16(output, MAX_OUTPUT)


Command = namedtuple("Command", "id deadline name arguments")  # deadline: seconds; arguments: (name, type, value) each


def parse_command(p):
    fields = _Fields(p)
    number, deadline = fields.take("QI")
    name = fields.text("B", 255, "BAD_NAME")
    if number == 0:
        raise ProtocolError("BAD_VALUE", "a command has an id other than 0")
    if not re.fullmatch("[a-z][a-z0-9-]{0,63}", name):
        raise ProtocolError("BAD_NAME", "of the command")
    count, arguments = fields.take("B"), []
    if count > MAX_ARGUMENTS:
        raise ProtocolError("BAD_VALUE", "more than 16 arguments")
    for _ in range(count):
        argument = fields.text("B", 255, "BAD_NAME")
        if not re.fullmatch("[a-z][a-z0-9_-]{0,47}", argument):
            raise ProtocolError("BAD_NAME", "of an argument")
        arguments.append((argument,) + fields.value())
    fields.end()
    return Command(number, deadline, name, arguments)


def parse_ping(p):
    """The sender's clock, and the bytes that come back."""
    fields = _Fields(p)
    t1, t2, t3 = fields.take("qqq")
    if t2 or t3:
        raise ProtocolError("RESERVED_BITS")
    return t1, p[24:]


def parse_pong(p):
    return _Fields(p).take("qqq") + (p[24:],)


# questions


def encode_values(request, values):
    """VALUES: (type, value) pairs."""
    body = b"".join(bytes([TYPES[kind][0]]) + encode_value(kind, value) for kind, value in values)
    return struct.pack(">QH", request, len(values)) + body


def parse_values(p):
    """The request, and (type, value) pairs."""
    fields = _Fields(p)
    request, count = fields.take("QH")
    values = [fields.value() for _ in range(count)]
    fields.end()
    return request, values


def encode_calc(session, token, kind, operand=None, deep=False):
    """CALC: the operand is a number, a "device/channel", an operator or nothing."""
    body = struct.pack(">d", operand) if kind == NUMBER else b"" if kind == END else _str8(operand, 255, "BAD_VALUE")
    return struct.pack(">IIBBH", session, token, kind, 1 if deep else 0, 0) + body


def parse_calc_answer(p):
    """Session, token, result, operands on the stack, value, text."""
    fields = _Fields(p)
    session, token, result, depth, reserved, value = fields.take("IIBBHd")
    text = fields.text("B", 255)
    fields.end()
    if reserved:
        raise ProtocolError("RESERVED_BITS")
    return session, token, CALC_RESULTS[result] if result < len(CALC_RESULTS) else str(result), depth, value, printable(text)


def _kind_of(word):
    if re.fullmatch(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?", word):
        return NUMBER
    return READING if len(word) > 1 and "/" in word else OPERATOR


class _Questions:
    """What is asked again until it is answered; who inherits it has ask(kind, payload, at_least, of), where of() makes an answer of
    a frame, or None when it is the answer to something else."""

    def echo_values(self, values):
        """The values as the server has read and written them; each is a plain value or ("u16", value), see TYPES."""
        pairs = [one if isinstance(one, tuple) and len(one) == 2 and one[0] in TYPES else (_type_of(one), one) for one in values]
        request = struct.unpack(">Q", os.urandom(8))[0]

        def answer(frame):
            if frame.type == VALUES_BACK:
                came, found = parse_values(frame.payload)
                return found if came == request else None
            nack = parse_nack(frame.payload) if frame.type == NACK else None
            if nack is not None and nack["type"] == VALUES and not nack["retriable"]:
                raise ProtocolError(nack["code"], "the server refuses value %d: %s" % (nack["index"], nack["text"]))
            return None

        found = self.ask(VALUES, encode_values(request, pairs), MIN_RELIABLE, answer)
        if [kind for kind, _ in found] != [kind for kind, _ in pairs]:
            raise ProtocolError("BAD_VALUE", "the server answers with other types: %r" % (found,))
        return [value for _, value in found]

    def calc(self, expression):
        """Has the server calculate: numbers, readings (device/channel) and operators in postfix notation, "21 2 *"."""
        words = expression.split()
        if not words:
            raise ValueError("nothing to calculate; write such as: 21 2 *")
        session = struct.unpack(">I", os.urandom(4))[0]
        deep = sum(_kind_of(word) != OPERATOR for word in words) > SHALLOW
        tokens = [(_kind_of(word), float(word) if _kind_of(word) == NUMBER else word) for word in words] + [(END, None)]
        for number, (kind, operand) in enumerate(tokens):
            def answer(frame, number=number):
                found = parse_calc_answer(frame.payload) if frame.type == CALC_ANSWER else (None,)
                return found if found[:2] == (session, number) and found[2] != "BUSY" else None

            _, _, result, _, value, text = self.ask(CALC, encode_calc(session, number, kind, operand, deep), CALC_FRAME, answer)
            if result != "OK":
                raise CalcError(result, "the end" if kind == END else words[number], text)
        return value


def calc(expression, host, port=7367, transport="udp", **device):
    """What the server makes of "21 2 *". Without keys it serves its own host only, else give name= and key= or key_file= of a Device."""
    with _asking(host, port, transport, device) as one:
        return one.calc(expression)


def echo_values(values, host, port=7367, transport="udp", **device):
    """The values as the server has read and written them (SPEC section 6.8): [True, 7, "hola", ("f32", 21.5), ("vector2", (1, 2))]."""
    with _asking(host, port, transport, device) as one:
        return one.echo_values(values)


def _asking(host, port, transport, device):
    if not device:
        return _Guest(host, port, transport)
    return Device(device.pop("name"), host, port, transport, **device)


class _Guest(_Questions):
    """Somebody who is no device, and asks (SPEC section 6.6.2)."""

    def __init__(self, host, port, transport):
        self._socket, self._tcp = _connected(host, port, transport), transport == "tcp"
        self._where, self._pn, self._buffer = "%s:%d" % (host, port), 0, b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def ask(self, kind, payload, at_least, of, timeout=5.0):
        end = time.monotonic() + timeout
        while time.monotonic() < end:
            self._socket.sendall(Frame(kind, pn=self._pn, payload=payload).encode(at_least))
            self._pn += 1
            until = min(end, time.monotonic() + QUESTION_EVERY)
            while select.select([self._socket], [], [], max(0.0, until - time.monotonic()))[0]:
                for frame in self._read():
                    found = of(frame) if frame.flags & FROM_SERVER else None
                    if found is not None:
                        return found
        raise TimeoutError("no answer from %s in %.0f s" % (self._where, timeout))

    def _read(self):
        try:
            data = self._socket.recv(65535)
        except ConnectionRefusedError as e:
            raise ConnectionRefusedError("%s: %s" % (self._where, e.strerror)) from None
        if self._tcp and not data:
            raise ConnectionError("%s has closed the connection" % self._where)
        self._buffer = self._buffer + data if self._tcp else data
        found = []
        while self._buffer:
            length = frame_length(self._buffer)
            if length is None or length > len(self._buffer):
                break
            one, self._buffer = self._buffer[:length], self._buffer[length:]
            found.append(decode(one))
        return found


def _connected(host, port, transport):
    kind = socket.SOCK_STREAM if transport == "tcp" else socket.SOCK_DGRAM
    family, _, _, _, address = socket.getaddrinfo(host, port, 0, kind)[0]
    one = socket.socket(family, kind)
    one.settimeout(5.0)
    try:
        one.connect(address)
    except OSError:
        one.close()
        raise
    return one


# files on their way; a list of ranges is sorted, and no two touch


def _with(ranges, start, end):
    out = []
    for a, b in ranges:
        if b < start or a > end:
            out.append((a, b))
        else:
            start, end = min(a, start), max(b, end)
    return sorted(out + [(start, end)])


def _without(ranges, start, end):
    out = []
    for a, b in ranges:
        out += [(x, y) for x, y in ((a, min(b, start)), (max(a, end), b)) if x < y]
    return out


def _gaps(ranges, start, end):
    gaps = []
    for a, b in ranges:
        if a >= end:
            break
        if a > start:
            gaps.append((start, a))
        start = max(start, b)
    return gaps + ([(start, end)] if start < end else [])


def _meet(ranges, start, end):
    return any(a < end and b > start for a, b in ranges)


class _Upload:
    """A file on its way to the server: what may be sent, what is on the way, what was lost (SPEC section 14)."""

    def __init__(self, file, offer, tcp, now):
        self.transfer, self.size = struct.unpack_from(">QQ", offer)
        self.outcome = self.text = None  # one of FILE_STATES or REFUSALS
        self.heard = self.doubt = now
        self._file, self._offer, self._tcp, self._chunk = file, offer, tcp, CHUNK_TCP if tcp else CHUNK_UDP
        self._wanted, self._held, self._flight, self._sending = [], [], [], False  # flight: (order, start, end, time)
        self._order, self._newest, self._recovery = 0, -1, -1
        self._pace, self._granted, self._rtt, self._offer_at, self._timeouts = MIN_PACE, MIN_PACE, 0.2, now, 0

    def offer_again(self, now):
        """Way or server are new ones: asks what is missing before anything else is sent."""
        self._lose(lambda _: True)
        self._sending, self._wanted, self._held, self._offer_at, self._timeouts = False, [], [], now, 0

    def turn(self, now):
        """Types and payloads to send now."""
        if self.outcome is None and now >= self._offer_at:
            self._lose(lambda _: True)
            self._held, self._offer_at = [], now + self._timeout()
            self._pace, self._timeouts = MIN_PACE, self._timeouts + 1
            yield FILE_OFFER, self._offer
        while self.outcome is None and self._sending and self._wanted:
            start, end = self._wanted[0]
            end = min(end, start + min(self._chunk, self._granted))
            flying = sum(one[2] - one[1] for one in self._flight)
            limit = min(MAX_PACE if self._tcp else self._pace, self._granted)
            if start == end or self._flight and flying + end - start > limit:
                return
            self._wanted = _without(self._wanted, start, end)
            self._flight.append((self._order, start, end, now))
            self._order += 1
            self._file.seek(start)
            data = self._file.read(end - start)
            if len(data) < end - start:
                raise OSError("the file has become shorter while it was sent")
            yield FILE_CHUNK, encode_chunk(self.transfer, start, data)

    def on_accept(self, horizon, window, code, after, missing, now):
        self.heard = now
        if code != "ACCEPTED":
            self._lose(lambda _: True)
            self._sending, self._wanted, self._offer_at = False, [], now + max(1.0, after)
            self.outcome = None if code in ("TOO_MANY", "BUSY") else code
            return
        self._sending, self._granted = True, window
        missing = [(a, min(b, self.size)) for a, b in missing if a < self.size]
        landed = [one for one in self._flight if one[2] <= horizon and not _meet(missing, one[1], one[2])]
        if landed:
            self._land(landed, now)
        for one in self._lose(lambda one: one[0] + REORDERING <= self._newest and one[1] < horizon and _meet(missing, *one[1:3])):
            if one[0] > self._recovery:  # once for all that was on the way
                self._recovery, self._pace = self._order, max(MIN_PACE, self._pace // 2)
        for start, end in missing:
            self._wanted = _with(self._wanted, start, end)
        for start, end in [one[1:3] for one in self._flight] + self._held:
            self._wanted = _without(self._wanted, start, end)
        self._offer_at = now + self._timeout()

    def _land(self, landed, now):
        for _, start, end, _ in landed:
            self._held = _with(self._held, start, end)
        self._flight = [one for one in self._flight if one not in landed]
        self._newest, self._timeouts = max(self._newest, landed[-1][0]), 0
        self._rtt += (now - landed[-1][3] - self._rtt) / 8
        self._pace = min(MAX_PACE, self._pace + sum(end - start for _, start, end, _ in landed))

    def on_done(self, state, text, now):
        self.heard = now
        if state != "UNKNOWN":
            self.outcome, self.text = state, text
        elif self._sending:
            self.offer_again(now)

    def _lose(self, which):
        """Takes what is lost off the way; it is wanted again."""
        lost = [one for one in self._flight if which(one)]
        self._flight = [one for one in self._flight if one not in lost]
        for _, start, end, _ in lost:
            self._wanted = _with(self._wanted, start, end)
        return lost

    def _timeout(self):
        return min(60.0, max(1.0, 4 * self._rtt) * 2 ** min(self._timeouts, 6))


class File(namedtuple("File", "name media_type size sha256 path data")):
    """A file of the server. Its name is data for people, never a path; path is where it is kept, None: in memory."""

    def read(self):
        if self.path is None:
            return self.data
        with open(self.path, "rb") as file:
            return file.read()


class _Part:
    """What came of a file so far, in memory or in a folder."""

    def __init__(self, size, sha256, folder):
        self.size, self.sha256, self.held, self.transfer, self.owed, self.at = size, sha256, [], None, 0, 0.0
        self.path = folder and os.path.join(folder, "%s-%d.part" % (sha256.hex(), size))
        self.content = io.BytesIO() if folder is None else open(self.path, "a+b")
        if folder is not None:
            self.content.close()
            self.content = open(self.path, "r+b")
            if os.path.exists(self.path + ".map"):
                try:
                    with open(self.path + ".map") as file:
                        self.held = [(int(a), int(b)) for a, b in json.load(file)]
                except (ValueError, TypeError):
                    self.held = []  # cut by a power failure: the file comes anew

    def write(self, start, data):
        for a, b in _gaps(self.held, start, start + len(data)):
            self.content.seek(a)
            self.content.write(data[a - start:b - start])
        self.held = _with(self.held, start, start + len(data))

    def is_whole(self):
        return self.size == 0 or self.held == [(0, self.size)]

    def accept(self):
        """The payload that says what is missing."""
        self.owed = 0
        if self.path is not None:
            self.content.flush()
            with open(self.path + ".map.new", "w") as file:
                json.dump(self.held, file)
            os.replace(self.path + ".map.new", self.path + ".map")
        missing, horizon = _gaps(self.held, 0, self.size), self.size
        if len(missing) > MAX_RANGES:
            missing, horizon = missing[:MAX_RANGES], missing[MAX_RANGES][0]
        return encode_accept(self.transfer, horizon, FILE_WINDOW, missing=missing)

    def is_right(self):
        self.content.seek(0)
        digest = hashlib.sha256()
        for block in iter(lambda: self.content.read(1 << 16), b""):
            digest.update(block)
        return digest.digest() == self.sha256

    def keep(self, path):
        """Its bytes, or they are on disk under this path."""
        if self.path is None:
            return self.content.getvalue()
        self.content.flush()
        os.fsync(self.content.fileno())
        _replace(self.path, path)
        return None

    def forget(self):
        self.content.close()
        for path in (self.path, self.path + ".map") if self.path else ():
            if os.path.exists(path):
                os.remove(path)


class _Downloads:
    """Files that the server sends, at most 4 at a time; parts are kept for when they are offered again."""

    def __init__(self, folder, max_bytes, clock):
        self.functions, self._folder, self._most, self._clock = [], folder, max_bytes, clock
        self._parts, self._known = OrderedDict(), OrderedDict()
        if folder is not None:
            os.makedirs(folder, exist_ok=True)
            for name in os.listdir(folder):
                path = os.path.join(folder, name)
                if name.endswith((".part", ".map")) and time.time() - os.path.getmtime(path) > PART_SECONDS:
                    os.remove(path)

    def on_offer(self, transfer, size, sha256, name, media_type):
        """Type and payload of the answer, and the File if it is whole."""
        if self._has(sha256, size):
            return FILE_DONE, encode_file_done(transfer, "OK"), None
        if size > self._most:
            return FILE_ACCEPT, encode_accept(transfer, code="TOO_LARGE"), None
        if sha256 not in self._parts and len(self._parts) >= MAX_PARTS:
            oldest = min(self._parts.values(), key=lambda one: one.at)
            if self._clock() - oldest.at < PART_IDLE:
                return FILE_ACCEPT, encode_accept(transfer, code="TOO_MANY", retry_after=5), None
            self._parts.pop(oldest.sha256).forget()
        part = self._parts.get(sha256)
        if part is not None and part.size != size:
            part.forget()
            part = None
        if part is None:
            part = self._parts[sha256] = _Part(size, sha256, self._folder)
        part.transfer, part.at, part.label = transfer, self._clock(), (name, media_type)
        return self._answer(part, True)

    def on_chunk(self, transfer, offset, data):
        """The same; None when nothing is to be said yet."""
        part = next((one for one in self._parts.values() if one.transfer == transfer), None)
        if part is None:
            return FILE_DONE, encode_file_done(transfer, "UNKNOWN"), None
        part.at, part.owed, end = self._clock(), part.owed + 1, offset + len(data)
        if end <= part.size and (len(part.held) < MAX_FRAGMENTS or _meet(part.held, max(0, offset - 1), end + 1)):
            part.write(offset, data)
        return self._answer(part, part.owed >= CHUNKS_PER_ACCEPT)

    def on_done(self, transfer):
        for part in self._parts.values():
            part.transfer = None if part.transfer == transfer else part.transfer

    def owes(self):
        return any(part.owed and part.transfer is not None for part in self._parts.values())

    def owed(self):
        """What is to be said now that no more chunks wait."""
        return [part.accept() for part in self._parts.values() if part.owed and part.transfer is not None]

    def close(self):
        for part in self._parts.values():
            part.content.close()

    def _has(self, sha256, size):
        path = self._folder and os.path.join(self._folder, sha256.hex())
        return self._known.get(sha256) == size or bool(path) and os.path.isfile(path) and os.path.getsize(path) == size

    def _answer(self, part, due):
        if not part.is_whole():
            return (FILE_ACCEPT, part.accept(), None) if due else None
        right, path = part.is_right(), self._folder and os.path.join(self._folder, part.sha256.hex())
        found = File(part.label[0], part.label[1], part.size, part.sha256.hex(), path, part.keep(path)) if right else None
        if right:
            self._known[part.sha256] = part.size
            if len(self._known) > MAX_FILES_KNOWN:
                self._known.popitem(last=False)
        self._parts.pop(part.sha256).forget()
        return FILE_DONE, encode_file_done(part.transfer, "OK" if right else "BAD_HASH"), found


# talk with the server


class _Inbox:
    """Which numbers of its server a device has (SPEC section 7.9)."""

    def __init__(self):
        self.instance, self._left, self._cum, self._above = None, deque(maxlen=MAX_LEFT), 0, set()

    def take(self, instance, seq, back):
        """True when the frame is new, False when it came before, None when it must not be taken."""
        if back == 0xFFFF or back > seq or instance in self._left:
            return None
        if instance != self.instance:
            if self.instance is not None:
                self._left.append(self.instance)
            self.instance, self._cum, self._above = instance, seq - back, set()
        if seq - back > self._cum:
            self._cum = seq - back
            self._above = {number for number in self._above if number >= self._cum}
            self._advance()
        if seq - self._cum >= DOWNLINK_WINDOW:
            return None
        if seq < self._cum or seq in self._above:
            return False
        self._above.add(seq)
        self._advance()
        return True

    def _advance(self):
        while self._cum in self._above:
            self._above.remove(self._cum)
            self._cum += 1

    def ack(self):
        bits = sum(1 << (63 - number + self._cum) for number in self._above)
        bitmap = struct.pack(">Q", bits) if bits else b""
        return struct.pack(">IIBBH", self.instance, self._cum, 1, 0, len(bitmap)) + bitmap


class _Handler:
    """A function for a command: what it takes, and what is wrong with arguments it does not take."""

    def __init__(self, function):
        self.function, self._signature = function, inspect.signature(function)
        try:
            hints = typing.get_type_hints(function)
        except (NameError, TypeError):
            hints = {}
        self._types = {name: kind for name, kind in hints.items() if kind in (bool, int, float, str, bytes)}

    def bind(self, command):
        """Keyword arguments; raises CommandRefused."""
        given = OrderedDict()
        for name, sent, value in command.arguments:
            key = name.replace("-", "_")
            if key in given:
                raise CommandRefused("%s comes twice" % name)
            if sent == "boolean" and type(value) is int:
                raise CommandRefused("%s must be 0 or 1, not %d" % (name, value))
            if sent == "text" and any("\ud800" <= c <= "\udfff" for c in value):
                raise CommandRefused("%s must be UTF-8" % name)
            kind = self._types.get(key)
            if kind is float and type(value) is int:
                value = float(value)
            if kind is not None and type(value) is not kind:
                raise CommandRefused("%s must be %s, not %s" % (name, kind.__name__, type(value).__name__))
            given[key] = value
        try:
            self._signature.bind(**given)
        except TypeError as e:
            takes = ", ".join(self._signature.parameters) or "no arguments"
            raise CommandRefused("%s takes %s: %s" % (command.name, takes, e)) from None
        return given


class _Orders:
    """Carries out commands, each id once; with a path the last 64 ids outlive the process (SPEC section 7.7)."""

    def __init__(self, path=None):
        self.handlers, self._path, self._known = {}, path, deque(maxlen=MAX_COMMANDS)
        if path is not None and os.path.exists(path):
            with open(path) as file:
                self._known.extend(int(line, 16) for line in file.read().split())

    def is_new(self, number):
        """Whether it was never asked before; from now on it was."""
        if number in self._known:
            return False
        self._known.append(number)
        if self._path is not None:
            _write_down(self._path, "".join("%016x\n" % one for one in self._known))
        return True

    def carry_out(self, command, expired):
        """The payload of its RESULT."""
        if expired:
            return encode_result(command.id, EXPIRED)
        try:
            if command.name not in self.handlers:
                raise CommandRefused("no command %s here; there are: %s" % (
                    command.name, ", ".join(sorted(self.handlers)) or "none"))
            handler = self.handlers[command.name]
            arguments = handler.bind(command)
            status, output = self._outcome(handler.function(**arguments))
        except CommandRefused as e:
            return encode_result(command.id, REFUSED, 0, _cut(str(e), MAX_OUTPUT))
        except Exception as e:  # a bug in a handler is the answer to who sent the command
            status, output = 1, str(e) or type(e).__name__
        return encode_result(command.id, DONE, status, _cut(output, MAX_OUTPUT))

    @staticmethod
    def _outcome(found):
        """What a handler returned, as exit status and output."""
        pair = isinstance(found, tuple) and len(found) == 2 and isinstance(found[0], int)
        status, output = found if pair else (0, found)
        if not -0x80000000 <= status <= 0x7FFFFFFF:
            raise ValueError("the exit status %d does not fit 32 bits" % status)
        if isinstance(output, (dict, list)):
            output = json.dumps(output, ensure_ascii=False)
        return int(status), "" if output is None else str(output)


def _cut(text, most):
    """Its beginning, in at most so many bytes of UTF-8."""
    return text.encode("utf-8", "replace")[:most].decode("utf-8", "ignore")


# files


def _is_label(text):
    return 1 <= len(text.encode()) <= 255 and not any(unicodedata.category(c) in ("Cc", "Cf") for c in text)


def encode_offer(transfer, size, sha256, name, media_type=""):
    """FILE_OFFER; sha256: 32 bytes."""
    return struct.pack(">QQ", transfer, size) + sha256 + _str8(name) + _str8(media_type)


def parse_offer(p):
    fields = _Fields(p)
    transfer, size = fields.take("QQ")
    sha256, name, media_type = fields.bytes(32), fields.text("B", 255, "BAD_NAME"), fields.text("B", 255, "BAD_NAME")
    fields.end()
    if size >> 63:
        raise ProtocolError("BAD_VALUE", "size")
    if not _is_label(name) or media_type and not _is_label(media_type):
        raise ProtocolError("BAD_NAME", "of a file")
    return transfer, size, sha256, name, media_type


def encode_accept(transfer, horizon=0, window=0, code="ACCEPTED", retry_after=0, missing=()):
    """FILE_ACCEPT; retry_after: seconds; missing: (from, to) each."""
    head = struct.pack(">QQIBBH", transfer, horizon, window, REFUSALS.index(code), len(missing), round(retry_after * 10))
    return head + b"".join(struct.pack(">QQ", *one) for one in missing)


def parse_accept(p):
    fields = _Fields(p)
    transfer, horizon, window, code, count, after = fields.take("QQIBBH")
    if count > MAX_RANGES:
        raise ProtocolError("BAD_VALUE", "more than 64 ranges")
    missing, before = [fields.take("QQ") for _ in range(count)], -1
    fields.end()
    for start, end in missing:
        if not before < start < end <= horizon:
            raise ProtocolError("BAD_VALUE", "ranges")
        before = end
    return transfer, horizon, window, REFUSALS[code] if code < len(REFUSALS) else "NOT_TAKEN", after / 10, missing


def encode_chunk(transfer, offset, data):
    return struct.pack(">QQ", transfer, offset) + data


def parse_chunk(p):
    fields = _Fields(p)
    transfer, offset = fields.take("QQ")
    if len(p) == 16 or offset + len(p) - 16 >= 1 << 63:
        raise ProtocolError("BAD_VALUE", "an empty chunk, or one beyond all files")
    return transfer, offset, p[16:]


def encode_file_done(transfer, state, text=""):
    return struct.pack(">QB", transfer, FILE_STATES.index(state)) + _str8(text)


def parse_file_done(p):
    fields = _Fields(p)
    transfer, state, text = fields.take("Q"), fields.take("B"), fields.text("B", 255)
    fields.end()
    return transfer, FILE_STATES[state] if state < len(FILE_STATES) else "FAILED", printable(text)


# the sealed profile


def _cipher(key):
    try:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError as e:
        raise ImportError("a device with a key needs AES-GCM, which Python itself does not have: install the package "
                          "cryptography (apt install python3-cryptography, or: pip install cryptography)") from e
    return AESGCM(key)


def hkdf_extract(salt, secret):
    """RFC 5869 section 2.2, SHA-256."""
    return hmac.new(salt, secret, hashlib.sha256).digest()


def hkdf_expand(prk, info, length):
    """RFC 5869 section 2.3, SHA-256; at most 32 bytes."""
    return hmac.new(prk, info + b"\x01", hashlib.sha256).digest()[:length]


class Key:
    """A device's secret: hexadecimal digits or bytes, 16 or 32 of them. Its methods derive what SPEC section 10.3 lists."""

    def __init__(self, device, secret, key_id=1, epochs="server"):
        try:
            secret = bytes.fromhex(secret) if isinstance(secret, str) else bytes(secret)
        except ValueError:
            raise ValueError("a key must be 32 or 64 hexadecimal digits") from None  # its text stays out
        if len(secret) not in (16, 32):
            raise ValueError("a key has 16 or 32 bytes, not %d" % len(secret))
        if not 1 <= key_id <= 255:
            raise ValueError("a key id is 1 to 255, not %r" % (key_id,))
        if epochs not in ("server", "device"):
            raise ValueError("epochs must be server or device, not %r" % (epochs,))
        self.device, self.key_id, self.epochs = device, key_id, epochs
        self._prk = hkdf_extract(b"baliza 1", secret)

    @classmethod
    def read(cls, path, name):
        """The newest key of a device in a file that 'baliza keys new' wrote: lines of device, keyId, epochs, secret."""
        with open(path, encoding="utf-8") as file:
            mode = os.fstat(file.fileno()).st_mode
            if os.name == "posix" and mode & 0o177:
                raise PermissionError("%s: others than its owner may use it; run: chmod 600 %s" % (path, path))
            lines = file.read().splitlines()
        found = None
        for number, line in enumerate(lines, 1):
            fields = line.split("#")[0].split()
            if not fields:
                continue
            try:
                if len(fields) != 4:
                    raise ValueError("expected four fields, device keyId epochs secret, but there are %d" % len(fields))
                if not fields[1].isdigit():
                    raise ValueError("the key id must be 1 to 255, not %r" % fields[1])
                one = cls(device_id(fields[0]), fields[3], int(fields[1]), fields[2].lower())
            except ValueError as e:
                raise ValueError("%s:%d: %s" % (path, number, e)) from None
            found = one if one.device == device_id(name) else found
        if found is None:
            raise LookupError("%s: there is no key of %r; make one with: baliza keys new %s" % (path, name, name))
        return found

    def derive(self, label, *fields):
        """Numbers are u32, bytes are nonces."""
        info = label.encode() + b"\0" + struct.pack(">Q", self.device)
        for field in fields:
            info += field if isinstance(field, bytes) else struct.pack(">I", field)
        return hkdf_expand(self._prk, info, 16)

    def hello(self, epoch, boot):
        return self.derive("hello", epoch, boot) if self.epochs == "server" else self.up(epoch)

    def welcome(self, boot, server, instance=0, epoch=0):
        return self.derive("welcome", boot, server) if self.epochs == "server" else self.down(instance, epoch=epoch)

    def up(self, epoch, boot=b"", server=b""):
        return self.derive("up server", epoch, boot, server) if self.epochs == "server" else self.derive("up device", epoch)

    def down(self, instance, server=b"", epoch=0):
        if self.epochs == "server":
            return self.derive("down server", instance, server)
        return self.derive("down device", instance, epoch)


def seal(frame, key, key_id, clear=b""):
    """An encoded open frame, sealed (SPEC section 10.2); clear is the nonce of HELLO and WELCOME."""
    length = len(frame) - TRAILER + len(clear) + TAG
    if length > MAX_FRAME:
        raise ProtocolError("TOO_LARGE", "a frame has at most 65535 bytes")
    flags = struct.unpack_from(">H", frame, 4)[0] | SEALED
    head = frame[:4] + struct.pack(">HH", flags, length) + frame[8:30] + bytes([key_id]) + frame[31:HEADER] + clear
    return head + _cipher(key).encrypt(bytes(8) + frame[24:28], frame[HEADER:-TRAILER], head)


def unseal(data, key):
    """The Frame inside a sealed one; None when it is too short or its tag does not match."""
    start = HEADER + (NONCE if data[3] in (HELLO, WELCOME) else 0)
    if len(data) < start + TAG:
        return None
    cipher = _cipher(key)
    from cryptography.exceptions import InvalidTag
    try:
        body = cipher.decrypt(bytes(8) + data[24:28], data[start:], data[:start])
    except InvalidTag:
        return None
    frame = _frame(data[:HEADER], body)
    frame.flags &= ~SEALED
    return frame


class _Vault:
    """What a device seals and opens with in its present life, and which numbers it has seen under which key."""

    def __init__(self, key):
        self.key, self.server, self._seen, self._process = key, b"", OrderedDict(), os.getpid()
        _cipher(bytes(16))

    def ready(self):
        """Whether more than HELLO can be sealed."""
        return self.key.epochs == "device" or bool(self.server)

    def seal(self, data, boot):
        if os.getpid() != self._process:
            raise RuntimeError("this process was forked: make a Device of its own, else packet numbers are used twice")
        epoch = struct.unpack_from(">I", data, 16)[0]
        if data[3] == HELLO:
            return seal(data, self.key.hello(epoch, boot), self.key.key_id, boot)
        return seal(data, self.key.up(epoch, boot, self.server), self.key.key_id)

    def open(self, data, boot, epoch):
        """The frame and its clear nonce; None when it is not from the server, or is one it sent before."""
        instance, pn = struct.unpack_from(">I4xI", data, 16)
        clear = data[HEADER:HEADER + NONCE] if data[3] == WELCOME else b""
        if data[30] != self.key.key_id or not clear and not self.ready():
            return None
        key = self.key.welcome(boot, clear, instance, epoch) if clear else self.key.down(instance, self.server, epoch)
        frame = unseal(data, key)
        return (frame, clear) if frame is not None and self._is_new(key, pn) else None

    def _is_new(self, key, pn):
        highest, seen = self._seen.pop(key, (-1, 0))
        fresh = True
        if pn > highest:
            seen = (seen << (pn - highest) | 1) & ((1 << REPLAY_WINDOW) - 1) if pn - highest < REPLAY_WINDOW else 1
            highest = pn
        elif highest - pn >= REPLAY_WINDOW or seen >> (highest - pn) & 1:
            fresh = False
        else:
            seen |= 1 << (highest - pn)
        self._seen[key] = highest, seen
        if len(self._seen) > MAX_REPLAY_KEYS:
            self._seen.popitem(last=False)
        return fresh


def next_epoch(path, at_least=1, clock=time.time):
    """An epoch that was never used before: above the one in the file and not below the clock. It is on disk before this returns."""
    with open(path + ".lock", "w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)  # let go when it is closed
        try:
            with open(path) as file:
                text = file.read()
        except FileNotFoundError:
            text = "epoch 0"
        if not re.fullmatch(r"epoch [0-9]{1,10}\s*", text):
            raise ValueError("%s: expected a line such as 'epoch 12'; if it is damaged and this host's clock is right, remove it"
                             % path)
        epoch = max(int(text.split()[1]) + 1, at_least, min(int(clock()), MAX_EPOCH), 1)
        if epoch > MAX_EPOCH:
            raise ValueError("%s: epochs end at 0xF0000000; give the device a new key and remove the file" % path)
        _write_down(path, "epoch %d\n" % epoch)
        return epoch


def _write_down(path, text):
    """Replaces a file; the text is on disk before this returns."""
    with open(path + ".new", "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    _replace(path + ".new", path)


def _replace(old, new):
    os.replace(old, new)
    if os.name == "posix":
        folder = os.open(os.path.dirname(os.path.abspath(new)), os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


class _Waiting:
    def __init__(self, type, payload, level):
        self.type, self.payload, self.level = type, payload, level
        self.pn = self.first_pn = self.tries = self.doublings = 0
        self.sent = self.not_before = 0.0
        self.jitter = 1.0


class Device(_Questions):
    """A device that numbers its frames, sends again what is not acknowledged, and ends in order.

    reliable: readings are acknowledged and sent again, else sent once (loss is counted by the server). No call blocks longer than
    its timeout; send() blocks only while 1,023 frames wait.

    key: the device's secret, from 'baliza keys new'; or key_file: that file, on a host that may have it. Frames are sealed then, and
    only sealed answers are taken. epochs: "server" names them, or the "device" counts them in the file state, one device a file.
    With state the commands that were carried out are remembered in state.commands, so that none is carried out again after a restart.

    Counters: sent, lost (given up), rejected (by the server), ignored (frames that came and were not the server's, or not legal).
    """

    def __init__(self, name, host, port=7367, transport="udp", reliable=True, level=2, clock=time.monotonic,
                 key=None, key_id=1, key_file=None, epochs="server", state=None):
        if transport not in ("udp", "tcp"):
            raise ValueError("transport must be udp or tcp, not %r" % (transport,))
        if key is not None and key_file is not None:
            raise ValueError("give key or key_file, not both")
        self.name, self.id, self.host, self.port = name, device_id(name), host, port
        if key is not None:
            key = Key(self.id, key, key_id, epochs)
        elif key_file is not None:
            key = Key.read(key_file, name)
            epochs = key.epochs
        if epochs not in ("server", "device"):
            raise ValueError("epochs must be server or device, not %r" % (epochs,))
        if epochs == "device" and state is None:
            raise ValueError("a device that counts its epochs keeps them in a file: give state=path")
        self._vault = None if key is None else _Vault(key)
        self.reliable, self._tcp, self._wanted, self._clock = reliable, transport == "tcp", level, clock
        self._state = state if epochs == "device" else None
        self._inbox, self._orders, self._ears = _Inbox(), _Orders(state and state + ".commands"), []
        self._answers, self._uploads, self._downloads = None, [], None
        self._transfer = struct.unpack(">Q", os.urandom(8))[0] >> 2
        self._todo, self._acting, self._closing, self._said = deque(), False, False, 0
        self._waiting, self._sets, self._buffer, self._socket = OrderedDict(), OrderedDict(), b"", None
        self._pause = self._retry_at = 0.0
        self._rtt, self._pong, self._started, self._refused, self._instance = None, False, clock(), None, None
        self._limit, self._heartbeat, self._heard, self._unanswered, self._hello_since = None, 60, clock(), None, None
        self.sent = self.lost = self.rejected = self.ignored = 0
        self._begin(next_epoch(state) if self._state else 0)
        self._connect()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # what a user calls

    def hello(self, timeout=5.0):
        """Asks for an epoch; done by the first send() too."""
        end = self._clock() + timeout
        if self._welcome is None:
            self._ask()
        while self._welcome is None:
            if self._clock() > end:
                raise TimeoutError("no WELCOME from %s:%d in %.0f s%s" % (
                    self.host, self.port, timeout, "; a server that does not know this key is silent" if self._vault else ""))
            self._hello_wait = min(self._hello_wait, 0.6)
            self.poll(0.01)
            if self._refused:
                raise Refused(self._refused)

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
        """Describes a set of channels; returns what send_rows and send_columns want."""
        payload = encode_describe(channels, slot, unit)
        schema = crc32c(payload)
        self._sets[schema] = payload
        if len(self._sets) > MAX_SETS:
            self._sets.popitem(last=False)
        self._issue(DESCRIBE, payload, True)
        return schema, channels

    def send_rows(self, described, rows, base=None):
        """Rows of a described set; see encode_rows."""
        schema, channels = described
        self._issue(READINGS, encode_rows(schema, channels, rows, base), self.reliable)

    def send_columns(self, described, rows, timed=True, backfill=False):
        """Many rows of a described set in few bytes; see encode_columns."""
        schema, channels = described
        self._issue(READINGS, encode_columns(schema, channels, rows, timed, backfill), self.reliable)

    def event(self, body, severity="notice", time=None):
        """Something happened: text, or what JSON can say. severity: one of SEVERITIES; time: seconds since 1970, None for now."""
        when = (ON_ARRIVAL, 0) if time is None else (ABSOLUTE, round(time * 1e6))
        self._issue(EVENT, encode_event(body, severity, *when), self.reliable)

    def say(self, text, author=""):
        """Words for people at the server; at most 1,000 bytes."""
        payload = encode_text(self._said + 1, author, text)
        self._said += 1
        self._issue(TEXT, payload, self.reliable)

    def on_text(self, function):
        """@device.on_text: function(author, text) is called with what people at the server say, made printable()."""
        self._ears.append(function)
        self._listen()
        return function

    def on_command(self, name):
        """@device.on_command("set-interval"): the command's arguments are the function's, by name, with _ for -; annotated with
        bool, int, float, str or bytes they are checked. What it returns is the output, (exit status, output) both; an exception is
        exit status 1, CommandRefused a refusal. Each command is carried out at most once."""
        if not re.fullmatch("[a-z][a-z0-9-]{0,63}", name):
            raise ValueError("a command's name is 1 to 64 of a-z 0-9 - and starts with a letter, not %r" % name)

        def register(function):
            self._orders.handlers[name] = _Handler(function)
            self._listen()
            return function
        return register

    def send_file(self, path, name=None, media_type=None, timeout=60.0):
        """Sends a file and waits until the server has it; readings go on meanwhile. What the server has of it from before is not sent
        again. Returns its SHA-256. Refused: the server does not take it; TimeoutError: it said nothing for so many seconds."""
        name = os.path.basename(path) if name is None else name
        media_type = mimetypes.guess_type(name)[0] or "" if media_type is None else media_type
        if not _is_label(name) or media_type and not _is_label(media_type):
            raise ValueError("a file's name and media type have 1 to 255 bytes without control characters; give name=")
        with open(path, "rb") as file:
            digest = hashlib.sha256()
            for block in iter(lambda: file.read(1 << 16), b""):
                digest.update(block)
            self._transfer += 1
            offer = encode_offer(self._transfer, file.tell(), digest.digest(), name, media_type)
            self.hello()
            one = _Upload(file, offer, self._tcp, self._clock())
            self._uploads.append(one)
            try:
                while one.outcome is None:
                    if self._clock() - one.heard > timeout:
                        raise TimeoutError("no word about the file from %s:%d in %.0f s" % (self.host, self.port, timeout))
                    self.poll(0.02)
            finally:
                self._uploads.remove(one)
        if one.outcome != "OK":
            raise Refused("the file %s: %s%s" % (name, one.outcome, ": " + one.text if one.text else ""))
        return digest.hexdigest()

    def on_file(self, function=None, folder=None, max_bytes=MAX_FILE):
        """@device.on_file, or @device.on_file(folder="inbox"): function(file) is called with each File that the server sends. With a
        folder they are kept there under their SHA-256, and so are parts, which a restart does not lose; else in memory."""
        if self._downloads is None:
            self._downloads = _Downloads(folder, max_bytes, self._clock)
        if function is None:
            return self.on_file
        self._downloads.functions.append(function)
        self._listen()
        return function

    def poll(self, timeout=0.0):
        """Takes answers for up to timeout seconds and sends again what is due."""
        end, reads = self._clock() + timeout, 0
        for _ in range(100000):
            if self._socket is None:
                self._reconnect()
            self._greet()
            self._resend()
            self._act()
            self._send_files()
            left = max(0.0, end - self._clock())
            if self._socket is None:
                time.sleep(min(left, 0.05))
            elif select.select([self._socket], [], [], 0.0 if self._owes() else min(left, 0.02))[0]:
                self._read()
                reads += 1
                if reads < MAX_READS or self._clock() < end:
                    continue
            elif self._owes():
                for payload in self._downloads.owed():
                    self._write(self._control(FILE_ACCEPT, payload).encode())
            if self._clock() >= end:
                return

    def flush(self, timeout=30.0):
        """Waits until everything is acknowledged; False when it is not."""
        end = self._clock() + timeout
        while self._waiting and self._clock() < end:
            self.poll(0.02)
        return not self._waiting

    def ask(self, kind, payload, at_least, of, timeout=5.0):
        """See _Questions."""
        self.hello(timeout)
        end, again = self._clock() + timeout, self._clock()
        self._answers, before = deque(maxlen=MAX_ANSWERS), self._answers
        try:
            while self._clock() < end:
                if self._clock() >= again and self._may_send():
                    again = self._clock() + QUESTION_EVERY
                    self._write(self._control(kind, payload).encode(at_least))
                self.poll(0.0 if self._answers else 0.005)
                while self._answers:
                    found = of(self._answers.popleft())
                    if found is not None:
                        return found
        finally:
            self._answers = before
        raise TimeoutError("no answer from %s:%d in %.0f s" % (self.host, self.port, timeout))

    def close(self, timeout=30.0):
        """Flushes, tells the server how many frames there were, and says goodbye. True when all was acknowledged."""
        done, met = self.flush(timeout), self._instance is not None
        self._closing = True
        end, wait, self._pong = self._clock() + 10.0, 0.2, False
        while met and not self._pong and self._clock() < end:
            if self._may_send():
                self._write(self._control(PING, struct.pack(">qqq", int(time.time() * 1e6), 0, 0) + bytes(16)).encode())
            until, wait = self._clock() + wait, min(2.0, wait * 2)
            while not self._pong and self._clock() < until:
                self.poll(0.01)
        if met and self._may_send():
            self._write(self._control(GOODBYE, b"\0" + _str8("")).encode())
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._downloads is not None:
            self._downloads.close()
        return done and (self._pong or not met)

    # numbers

    def _begin(self, epoch):
        """A new life, from number 0; 0: the server names its epoch. What waits in the life before is given up."""
        self.lost += len(self._waiting)
        results = [one.payload for one in self._waiting.values() if one.type == RESULT]
        self._todo.extend(lambda payload=payload: self._issue(RESULT, payload, True) for payload in results)
        self._waiting.clear()
        self._nonce, self._epoch, self._seq, self._pn, self._hello_pn = os.urandom(NONCE), epoch, 0, 0, 0
        self._acked_pn, self._token, self._welcome, self._unanswered = -1, None, None, None
        self._hello_at, self._hello_wait = None, 0.3
        if self._vault is not None:
            self._vault.server = b""

    def _floor(self):
        return next(iter(self._waiting)) if self._waiting else self._seq

    def _number(self):
        if self._pn > MAX_NUMBER:
            raise OverflowError("packet numbers are used up")  # _issue begins a new life long before
        self._pn += 1
        return self._pn - 1

    def _control(self, kind, payload, extensions=()):
        return Frame(kind, self.id, self._epoch, self._seq, self._number(), self._seq - self._floor(), 0, payload, extensions)

    def _may_send(self):
        return (self._welcome is not None and self._socket is not None and self._clock() >= self._pause
                and (self._vault is None or self._vault.ready()))

    def _issue(self, kind, payload, reliable):
        if self._instance is None or not reliable:
            self.hello()
        size = HEADER + TRAILER + len(payload) + 14 + len(self.name) + (12 if self._vault else 0)
        if size > self._limit:
            raise ProtocolError("TOO_LARGE", "a frame of %d bytes, and the server takes %d; send fewer readings at once"
                                % (size, self._limit))
        while self._seq - self._floor() >= WINDOW - 1:
            self.poll(0.05)
        if self._seq >= LAST_NUMBER or self._pn >= LAST_NUMBER:
            self.flush()
            self._begin(next_epoch(self._state, self._epoch + 1) if self._state else 0)
        if self._epoch == 0:
            self.hello()
        level = min(self._wanted, self._highest) if reliable else 0
        one = _Waiting(kind, payload, level)
        seq, self._seq = self._seq, self._seq + 1
        if reliable:
            self._waiting[seq] = one
        if self._may_send():
            self._transmit(seq, one)
        elif not reliable:
            self.lost += 1
        self.poll()

    def _transmit(self, seq, one):
        extensions = [(TOKEN, self._token)] if self._token else []
        if one.type == DESCRIBE:
            extensions += self._name()
        one.pn, one.sent, one.not_before = self._number(), self._clock(), 0.0
        one.first_pn = one.first_pn if one.tries else one.pn
        one.tries, one.jitter = one.tries + 1, 1 + random.random() / 4
        self.sent += 1
        back = seq - min(self._floor(), seq)
        frame = Frame(one.type, self.id, self._epoch, seq, one.pn, back, one.level, one.payload, extensions)
        if one.level and self._unanswered is None:
            self._unanswered = one.sent
        self._write(frame.encode(MIN_RELIABLE if one.level else 0))

    def _name(self):
        return [] if self.name.startswith("id:") else [(NAME, self.name.encode())]

    def _resend(self):
        now = self._clock()
        for seq, one in list(self._waiting.items()):
            if not self._may_send():
                return
            by_number = not self._tcp and one.pn + 3 <= self._acked_pn
            wait = min(60.0, (1.0 if self._rtt is None else max(0.04, 4 * self._rtt)) * 2 ** min(one.doublings, 8))
            late = not self._tcp and now - one.sent >= wait * one.jitter
            if now >= one.not_before and (one.not_before or not one.tries or by_number or late):
                one.doublings += 1 if late and one.tries else 0
                self._transmit(seq, one)

    # greeting

    def _ask(self):
        """HELLO, now and until WELCOME comes."""
        now = self._clock()
        self._hello_wait, self._hello_since = 0.3, now if self._hello_at is None else self._hello_since
        self._hello_at = now if self._hello_at is None else min(self._hello_at, now + 0.3)

    def _greet(self):
        now = self._clock()
        if self._socket is None or now < self._pause or self._refused:
            return
        if self._hello_at is None and self._welcome is not None and self._is_silent(now):
            self._ask()  # the server may be another, which has no key for this epoch until it hears HELLO
        if self._hello_at is None or now < self._hello_at:
            return
        if self._tcp and now - self._hello_since > SILENCE_TCP:
            self._broken()
            return
        payload = self._nonce + struct.pack(">QIIB3x", int((now - self._started) * 1e6), 0, MAX_FRAME, 0)
        if self._epoch:
            frame = self._control(HELLO, payload, self._name())
        else:
            frame = Frame(HELLO, self.id, 0, 0, self._hello_pn, 0xFFFF, 0, payload, self._name())
            self._hello_pn += 1
        self._hello_at = now + self._hello_wait * (1 + random.random() / 4)
        self._hello_wait = min(2 * self._hello_wait, MAX_HELLO_WAIT)
        self._write(frame.encode(MIN_HELLO))

    def _is_silent(self, now):
        if self._unanswered is not None and self._waiting:
            return now - self._unanswered > (SILENCE_TCP if self._tcp else SILENCE_UDP)
        return now - self._heard > self._heartbeat

    # answers

    def _receive(self, data):
        sealed = data[2] == VERSION and data[5] & SEALED
        if self._vault is None and not sealed:
            return self._take(decode(data))
        opened = self._vault.open(data, self._nonce, self._epoch) if self._vault is not None and sealed else None
        if opened is None:
            self.ignored += 1
            return None
        return self._take(*opened)

    def _take(self, frame, clear=b""):
        if not frame.flags & FROM_SERVER or frame.device != self.id:
            self.ignored += 1
            return
        self._heard, self._unanswered = self._clock(), None
        if frame.type == WELCOME:
            self._on_welcome(parse_welcome(frame.payload), frame.epoch, clear)
            return
        if self._instance is not None and frame.epoch != self._instance and self._hello_at is None:
            self._ask()
        if self._answers is not None and frame.type in (NACK, VALUES_BACK, CALC_ANSWER):
            self._answers.append(frame)
        if frame.type == ACK:
            self._on_ack(parse_ack(frame.payload))
        elif frame.type == NACK:
            self._on_nack(parse_nack(frame.payload))
        elif frame.type == PING:
            self._on_ping(frame.payload)
        elif frame.type == PONG:
            parse_pong(frame.payload)
            self._pong = True
        elif frame.type == GOODBYE:
            parse_goodbye(frame.payload)
            self._on_goodbye()
        elif FILE_OFFER <= frame.type <= FILE_DONE:
            self._on_file(frame)
        elif frame.type & 0x80:
            self._on_numbered(frame)

    def _on_welcome(self, welcome, instance, clear):
        if welcome["nonce"] != self._nonce or (self._epoch and welcome["epoch"] != self._epoch):
            return
        again = self._welcome is None or instance != self._instance or clear != (self._vault.server if self._vault else b"")
        self._epoch, self._token, self._welcome, self._instance = welcome["epoch"], welcome["token"], welcome, instance
        self._highest, self._heartbeat, self._hello_at = max(1, welcome["level"]), welcome["heartbeat"] or 60, None
        self._limit = welcome["max_frame"] if self._tcp else min(welcome["max_datagram"], 65507)
        if self._vault is not None:
            self._vault.server = clear
        for epoch, following, bits in welcome["known"]:
            if epoch == self._epoch:
                self._settle(following, [following + i for i in range(64) if bits >> (63 - i) & 1], 3, measure=False)
        for one in self._uploads if again else ():
            one.offer_again(self._clock())
        for one in self._waiting.values() if again else ():
            one.not_before, one.doublings = 0.001, 0  # what it did not name goes again at once

    def _settle(self, following, settled, level, measure=True):
        gone = []
        for seq in [s for s in self._waiting if s < following] + [s for s in settled if s in self._waiting]:
            one = self._waiting.get(seq)
            if one is not None and one.level <= level:
                gone.append(self._waiting.pop(seq))
        if gone and measure:
            self._acked_pn = max(self._acked_pn, max(one.first_pn for one in gone))
            if all(one.tries == 1 for one in gone):  # else it may answer a repetition, or an answer before it was lost
                took = self._clock() - max(one.sent for one in gone)
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
        if nack["epoch"] != self._epoch:
            return
        if code == "STALE_EPOCH":
            epoch = nack["argument"] + 1 if nack["argument"] < MAX_EPOCH else 0
            self._begin(next_epoch(self._state, epoch) if self._state else epoch)
            self._ask()
            return
        if nack["type"] == HELLO and not nack["retriable"] and self._hello_at is not None:
            self._refused = "%s: %s" % (code, nack["text"])
            return
        one = self._waiting.get(nack["seq"]) if nack["type"] & 0x80 else None
        if one is None or code == "CLOCK_UNSET":
            return
        one.doublings = 0
        if not nack["retriable"]:
            del self._waiting[nack["seq"]]
            self.lost += 1
        elif code == "UNKNOWN_SCHEMA":
            one.not_before = now + 0.2
            self._describe_again(nack["argument"], one.level, now)
        elif code == "LEVEL_UNAVAILABLE":
            lower = max(1, min(nack["argument"], one.level - 1))
            one.not_before = now if lower < one.level else now + 1.0
            one.level = self._wanted = lower
        elif nack["after"]:
            one.not_before = now + nack["after"]

    def _describe_again(self, schema, level, now):
        payload = self._sets.get(schema)
        waits = [one for one in self._waiting.values() if one.type == DESCRIBE and one.payload == payload]
        if payload is None:
            return
        if not waits and self._seq - self._floor() < WINDOW - 1:
            self._waiting[self._seq] = again = _Waiting(DESCRIBE, payload, level)
            self._seq += 1
            again.not_before = now
        elif waits and waits[-1].tries and not waits[-1].not_before and not self._tcp:
            waits[-1].not_before = now + 0.02  # it was overtaken, or is lost

    def _on_ping(self, payload):
        (t1, echo), now = parse_ping(payload), int(time.time() * 1e6)
        if self._may_send():
            self._write(self._control(PONG, struct.pack(">qqq", t1, now, int(time.time() * 1e6)) + echo).encode())

    def _on_numbered(self, frame):
        """A frame that the server has numbered; one that cannot be answered now will come again."""
        if self._closing or not self._may_send() or len(self._todo) >= DOWNLINK_WINDOW:
            return
        new = self._inbox.take(frame.epoch, frame.seq, frame.back)
        if new is None:
            self.ignored += 1
            return
        self._write(self._control(ACK, self._inbox.ack()).encode())
        if new and frame.type == TEXT:
            _, author, text = parse_text(frame.payload)
            self._todo.extend(lambda ear=ear: ear(printable(author), printable(text)) for ear in self._ears)
        elif new and frame.type == COMMAND:
            self._on_command(parse_command(frame.payload))
        elif new:
            self.ignored += 1

    def _on_command(self, command):
        due = self._clock() + command.deadline
        if self._orders.is_new(command.id):
            self._todo.append(lambda: self._issue(
                RESULT, self._orders.carry_out(command, self._clock() >= due), True))

    def _on_file(self, frame):
        parse = {FILE_OFFER: parse_offer, FILE_ACCEPT: parse_accept, FILE_CHUNK: parse_chunk, FILE_DONE: parse_file_done}[frame.type]
        transfer, *fields = parse(frame.payload)
        theirs = transfer >> 63 == 1
        if not self._may_send() or frame.type != FILE_DONE and theirs == (frame.type == FILE_ACCEPT):
            self.ignored += 1
        elif frame.type == FILE_DONE and theirs:
            if self._downloads is not None:
                self._downloads.on_done(transfer)
        elif frame.type in (FILE_ACCEPT, FILE_DONE):
            for one in self._uploads:
                if one.transfer == transfer:
                    (one.on_accept if frame.type == FILE_ACCEPT else one.on_done)(*fields, self._clock())
        else:
            self._download(frame.type, transfer, fields)

    def _download(self, kind, transfer, fields):
        if self._downloads is None or not self._downloads.functions or self._closing:
            refusal = FILE_ACCEPT, encode_accept(transfer, code="NOT_TAKEN"), None
            answer = refusal if kind == FILE_OFFER else (FILE_DONE, encode_file_done(transfer, "UNKNOWN"), None)
        else:
            try:
                answer = (self._downloads.on_offer if kind == FILE_OFFER else self._downloads.on_chunk)(transfer, *fields)
            except OSError as e:
                answer = FILE_DONE, encode_file_done(transfer, "FAILED", _cut(str(e), 200)), None
        if answer is not None:
            self._write(self._control(answer[0], answer[1]).encode())
            if answer[2] is not None:
                self._todo.extend(lambda function=function: function(answer[2]) for function in self._downloads.functions)

    def _owes(self):
        return self._downloads is not None and self._downloads.owes() and self._may_send()

    def _send_files(self):
        for one in list(self._uploads):
            now = self._clock()
            if now - max(one.heard, one.doubt) > SILENCE_UDP:
                one.doubt = now
                self._ask()  # a server that began anew knows nobody
            if self._may_send():
                for kind, payload in one.turn(now):
                    self._write(self._control(kind, payload).encode())

    def _act(self):
        """Calls the functions of who listens. They may send; what comes meanwhile waits for them to return."""
        if self._acting:
            return
        self._acting = True
        try:
            while self._todo and self._welcome is not None:
                self._todo.popleft()()
        finally:
            self._acting = False

    def _listen(self):
        if self._welcome is None and self._hello_at is None:
            self._ask()

    def _on_goodbye(self):
        self._welcome, self._pause = None, self._clock() + 1.0 + random.random()
        if self._tcp:
            self._broken()
        self._ask()

    # sockets

    def _connect(self):
        self._socket = None
        self._socket = _connected(self.host, self.port, "tcp" if self._tcp else "udp")

    def _reconnect(self):
        now = self._clock()
        if now < self._pause or now < self._retry_at:
            return
        try:
            self._retry_at = now + 0.2
            self._connect()
        except OSError:
            return
        self._hello_at = None
        self._ask()

    def _broken(self):
        self._socket.close()
        self._socket, self._welcome, self._buffer = None, None, b""

    def _write(self, data):
        if self._socket is None:
            return
        if self._vault is not None:
            data = self._vault.seal(data, self._nonce)
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
                self._receive_one(one)
        except ProtocolError:  # where the next frame begins cannot be known
            self.ignored += 1
            if self._tcp:
                self._broken()
            self._buffer = b""

    def _receive_one(self, data):
        try:
            self._receive(data)
        except ProtocolError as e:
            if e.code == "BAD_CHECKSUM":
                raise
            self.ignored += 1


def _type_of(value):
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "i64"
    if isinstance(value, str):
        return "text"
    return "bytes" if isinstance(value, (bytes, bytearray)) else "f64"
