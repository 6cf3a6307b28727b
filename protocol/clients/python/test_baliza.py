# SPDX-License-Identifier: Apache-2.0
"""python3 -m unittest, in this directory: every vector of the SPEC, and a device against a server that loses frames."""
import os
import pathlib
import random
import socket
import struct
import tempfile
import threading
import time
import unittest

import baliza
from baliza import Channel, Frame, ProtocolError

VECTORS = pathlib.Path(os.environ.get(
    "BALIZA_VECTORS", pathlib.Path(__file__).parent / "../../src/test/resources/vectors"))
# what a server sends; payloads that only devices send are not read here
PARSERS = {baliza.WELCOME: baliza.parse_welcome, baliza.ACK: baliza.parse_ack, baliza.NACK: baliza.parse_nack,
           baliza.PING: baliza.parse_ping, baliza.PONG: baliza.parse_pong, baliza.GOODBYE: baliza.parse_goodbye,
           baliza.VALUES: baliza.parse_values, baliza.VALUES_BACK: baliza.parse_values, baliza.CALC_ANSWER: baliza.parse_calc_answer,
           baliza.FILE_OFFER: baliza.parse_offer, baliza.FILE_ACCEPT: baliza.parse_accept, baliza.FILE_CHUNK: baliza.parse_chunk,
           baliza.FILE_DONE: baliza.parse_file_done, baliza.TEXT: baliza.parse_text, baliza.COMMAND: baliza.parse_command}
FRAME_CODES = {"BAD_MAGIC", "BAD_LENGTH", "BAD_CHECKSUM", "UNKNOWN_VERSION", "BAD_EXTENSION", "CRITICAL_EXTENSION"}


def vectors():
    for file in sorted(VECTORS.rglob("*.hex")):
        lines = file.read_text().splitlines()
        head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
        yield file.relative_to(VECTORS).as_posix(), head, bytes.fromhex("".join(line.split("#")[0] for line in lines))


class Vectors(unittest.TestCase):
    def test_a_sealed_frame_is_no_open_one(self):
        for name, head, data in vectors():
            if "opens" in head:
                with self.subTest(name), self.assertRaises(ProtocolError):
                    baliza.decode(data)

    def test_good_frames_are_read_and_written_back(self):
        count = 0
        for name, head, data in vectors():
            if head["expect"] == "ok":
                with self.subTest(name):
                    frame = baliza.decode(data)
                    PARSERS.get(frame.type, bytes)(frame.payload)
                    block = any(True for _ in frame.extensions)
                    if block or not frame.flags & baliza.EXTENSIONS:
                        self.assertEqual(data, frame.encode())
                    count += 1
        self.assertGreater(count, 40)

    def test_bad_frames_have_the_code_of_the_spec(self):
        count = 0
        for name, head, data in vectors():
            code = head["expect"]
            if code not in FRAME_CODES or "name" in name:
                continue
            with self.subTest(name):
                with self.assertRaises(ProtocolError) as caught:
                    baliza.decode(data)
                self.assertEqual(code, caught.exception.code)
                count += 1
        self.assertGreater(count, 10)

    def test_bad_payloads_of_a_server_have_the_code_of_the_spec(self):
        count = 0
        for name, head, data in vectors():
            if head["expect"] in FRAME_CODES | {"ok", "ignored"} or data[3] not in PARSERS or "limit" in head:
                continue
            with self.subTest(name):
                with self.assertRaises(ProtocolError) as caught:
                    frame = baliza.decode(data)
                    PARSERS[frame.type](frame.payload)
                self.assertEqual(head["expect"], caught.exception.code)
                count += 1
        self.assertGreaterEqual(count, 35)

    def test_no_cut_or_flipped_byte_ends_in_another_exception(self):
        for name, head, data in vectors():
            for at in range(len(data)):
                for bad in (data[:at], data[:at] + bytes([data[at] ^ 0x41]) + data[at + 1:]):
                    try:
                        frame = baliza.decode(bad)
                        PARSERS.get(frame.type, bytes)(frame.payload)
                    except ProtocolError:
                        pass

    def bytes_of(self, name):
        return next(data for one, _, data in vectors() if one == name)

    def test_the_examples_of_the_spec_are_written_byte_by_byte(self):
        device, epoch = baliza.device_id("cold-room-1"), 1700000000
        named = baliza.encode_named([("temperature", "inlet", "Cel", "f32", 21.5)], unit=baliza.SECONDS)
        frame = Frame(baliza.READINGS, device, epoch, 7, 9, 0, 0, named, [(baliza.NAME, b"cold-room-1")])
        self.assertEqual(self.bytes_of("readings/named-one.hex"), frame.encode())
        channels = [Channel("temperature", "i16", "Cel", "inlet", scale=-2, interval_ms=1000),
                    Channel("pressure", "f32", "kPa", interval_ms=1000),
                    Channel("volume", "u32", "L", "meter", kind=1, interval_ms=1000)]
        described = baliza.encode_describe(channels)
        self.assertEqual(self.bytes_of("describe/three-channels.hex"),
                         Frame(baliza.DESCRIBE, device, epoch, 7, 9, 0, 1, described).encode())
        base = 0x1A319380A00
        rows = baliza.encode_rows(baliza.crc32c(described), channels,
                                  [(base, (2150, 101.3, 17)), (base + 1000, (-25, 101.4, 18))], base)
        self.assertEqual(self.bytes_of("readings/rows-two.hex"),
                         Frame(baliza.READINGS, device, epoch, 8, 10, 1, 2, rows).encode())
        later = (0, 1001, 1998, 3000, 4002, 4999, 6001, 7000)
        values = zip((2150, 2151, 2151, 2150, 2148, 2149, 2149, 2151),
                     (101.3, 101.3, 101.4, 101.4, 101.4, 101.5, 101.4, 101.4), (17, 17, 18, 19, 19, 20, 21, 21))
        eight = [(base + when, row) for when, row in zip(later, values)]
        for name, batch in (("eight", eight), ("one", eight[:1])):
            columns = baliza.encode_columns(baliza.crc32c(described), channels, batch)
            self.assertEqual(self.bytes_of("readings/columns-%s.hex" % name),
                             Frame(baliza.READINGS, device, epoch, 9, 11, 1, 2, columns).encode())

    def test_columns_leave_out_what_is_not_there(self):  # SPEC §7.4.5
        channels = [Channel("level", "u8"), Channel("place", "vector2")]
        columns = baliza.encode_columns(7, channels, [(0, (1, None)), (0, (None, None)), (0, (2, None))], timed=False)
        self.assertEqual("03000003" "00000007" "42400204" "40e0" "00", columns.hex())

    def test_columns_that_stand_still_keep_the_bound(self):  # SPEC §7.4.1
        channels = [Channel("level", "u8", name=str(i)) for i in range(5)]
        columns = baliza.encode_columns(7, channels, [(0, (1,) * 5)] * 1000, timed=False)
        self.assertGreaterEqual(32 * (len(columns) - 8), 5000)
        self.assertLess(len(columns), 300)

    def test_every_type_and_extreme_goes_into_columns(self):
        ends = {"boolean": (0, 1), "enumeration": (0, 65535)}
        for bits in (8, 16, 32, 64):
            ends["u%d" % bits] = (0, 2 ** bits - 1)
            ends["i%d" % bits] = (-2 ** (bits - 1), 2 ** (bits - 1) - 1)
        for kind, (low, high) in ends.items():
            for values in ((low,), (high,), (low, high), (low, high, low), (low, low + 1, low, high)):
                baliza.encode_columns(7, [Channel("q", kind)], [(0, (value,)) for value in values])
        for kind in ("f32", "f64"):
            for values in ((0.0,), (float("nan"), 1.5), (-1e300, 1e-300, 0.0)):
                if kind == "f64" or abs(values[0]) < 2:
                    baliza.encode_columns(7, [Channel("q", kind)], [(0, (value,)) for value in values])


class Server(threading.Thread):
    """Just enough of a server on loopback to answer one device: it loses, and can be told what to refuse, and to keep silent.

    key: it takes and sends sealed frames only. restart() makes it another process, which has forgotten nonces and numbers.
    """

    def __init__(self, loss=0.0, refuse=None, level=1, key=None, settles=True):
        super().__init__(daemon=True)
        self.socket = self.bind()
        self.socket.settimeout(0.1)
        self.port, self.loss, self.refuse, self.level = self.socket.getsockname()[1], loss, refuse, level
        self.random, self.got, self.frames, self.epoch, self.running = random.Random(4), {}, [], 1800000000, True
        self.key, self.settles, self.instance, self.pn, self.known, self.seen, self.raw = key, settles, 77, 0, [], set(), []
        self.device = self.boot = self.nonce = self.peer = None
        self.dropped = 0

    def bind(self):
        one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        one.bind(("127.0.0.1", 0))
        return one

    def restart(self):
        self.instance, self.pn, self.nonce = self.instance + 1, 0, None

    def run(self):
        while self.running:
            try:
                data, self.peer = self.socket.recvfrom(65535)
            except OSError:
                continue
            if self.random.random() >= self.loss:
                self.take(data)

    def take(self, data):
        self.raw.append(data)
        frame = self.open(data) if self.key else baliza.decode(data)
        if frame is None:
            self.dropped += 1
            return
        self.frames.append(frame)
        self.device = frame.device
        answer = self.answer(frame)
        if answer is not None and self.random.random() >= self.loss:
            self.say(*answer, epoch=frame.epoch)

    def open(self, data):
        if not data[5] & baliza.SEALED or data[30] != self.key.key_id:
            return None
        epoch = struct.unpack_from(">I", data, 16)[0]
        clear = data[32:48] if data[3] == baliza.HELLO else None
        if clear:
            key = self.key.hello(epoch, clear)
        elif self.key.epochs == "server" and not self.nonce:
            return None
        else:
            key = self.key.up(epoch, self.boot, self.nonce)
        frame = baliza.unseal(data, key)
        if frame is None:
            return None
        assert (key, frame.pn) not in self.seen, "a packet number twice under one key"
        self.seen.add((key, frame.pn))
        if clear:
            assert frame.payload[:16] == clear
            if self.boot != clear or self.nonce is None:
                self.boot, self.nonce = clear, os.urandom(16) if self.key.epochs == "server" else bytes(16)
        return frame

    def say(self, kind, payload, epoch=0, device=None):
        self.send(self.frame(kind, payload, epoch, device))

    def frame(self, kind, payload, epoch=0, device=None, seq=0, back=0xFFFF):
        flags = baliza.FROM_SERVER | (1 if kind & 0x80 else 0)
        data = Frame(kind, device or self.device, self.instance, seq, self.pn, back, flags, payload).encode()
        self.pn += 1
        if self.key is None:
            return data
        if kind == baliza.WELCOME:
            return baliza.seal(data, self.key.welcome(self.boot, self.nonce, self.instance, epoch), self.key.key_id, self.nonce)
        return baliza.seal(data, self.key.down(self.instance, self.nonce, epoch), self.key.key_id)

    def send(self, data):
        self.socket.sendto(data, self.peer)

    def answer(self, frame):
        if frame.type == baliza.HELLO:
            refused = self.refused(frame)
            epoch = frame.epoch or self.epoch
            return refused or (baliza.WELCOME, frame.payload[:16] + struct.pack(
                ">IBBHII8sqHBB", epoch, self.level, 2, 1024, 65535, 65507, b"12345678", 0, 60, len(self.known), 0)
                + b"".join(struct.pack(">IIQ", *one) for one in self.known))
        if frame.type == baliza.PING:
            return baliza.PONG, frame.payload
        if frame.type == baliza.VALUES:
            return baliza.VALUES_BACK, frame.payload
        if frame.type == baliza.CALC:
            return self.calculate(frame.payload)
        if not frame.type & 0x80 or not self.settles:
            return None
        refused = self.refused(frame)
        if refused:
            return refused
        same = self.got.setdefault((frame.epoch, frame.seq), (frame.type, frame.payload))
        assert same == (frame.type, frame.payload), "another content under one identity"
        if not frame.flags & 3:
            return None
        following = 0
        while (frame.epoch, following) in self.got:
            following += 1
        return baliza.ACK, ack(frame.epoch, following, self.level)

    def calculate(self, payload):
        return None

    def refused(self, frame):
        code, argument, retriable = self.refuse(frame) or (0, 0, 0) if self.refuse else (0, 0, 0)
        return (baliza.NACK, nack(frame.epoch, frame.seq, code, frame.type, retriable, argument)) if code else None

    def of(self, kind):
        return [frame for frame in list(self.frames) if frame.type == kind]

    def stop(self):
        self.running = False
        self.join()
        self.socket.close()


class StreamServer(Server):
    """The same on TCP, for one connection after the other."""

    def bind(self):
        self.link = None
        return socket.create_server(("127.0.0.1", 0))

    def run(self):
        while self.running:
            try:
                self.link, _ = self.socket.accept()
            except OSError:
                continue
            with self.link:
                self.serve(self.link)

    def serve(self, link):
        link.settimeout(0.1)
        rest = b""
        while self.running:
            try:
                data = link.recv(65535)
            except socket.timeout:
                continue
            except OSError:
                return
            if not data:
                return
            rest += data
            while len(rest) >= 8 and len(rest) >= baliza.frame_length(rest):
                length = baliza.frame_length(rest)
                one, rest = rest[:length], rest[length:]
                self.take(one)

    def send(self, data):
        self.link.sendall(data)


def ack(epoch, following, level=1, bits=b"", rejected=()):
    return (struct.pack(">IIBBH", epoch, following, level, len(rejected), len(bits)) + bits
            + b"".join(struct.pack(">IH", *one) for one in rejected))


def nack(epoch, seq, code, type=baliza.READINGS, retriable=0, argument=0, after=0):
    return struct.pack(">IIHBBHHI", epoch, seq, code, type, retriable, 0xFFFF, after, argument) + b"\0"


class DeviceCase(unittest.TestCase):
    def serve(self, kind=Server, **options):
        server = kind(**options)
        server.start()
        self.addCleanup(server.stop)
        return server

    def device(self, server, **options):
        self.skipped = 0.0
        options.setdefault("clock", lambda: time.monotonic() + self.skipped)
        device = baliza.Device("unit-1", "127.0.0.1", server.port, **options)
        self.addCleanup(device.close, 0.0)
        return device

    def until(self, device, condition, seconds=10.0):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                self.fail("it does not happen")
            device.poll(0.01)

    def hold(self, **options):
        """A device whose frames 0 to 5 wait, as the server keeps silent."""
        server = self.serve(settles=False, level=3)
        device = self.device(server, **options)
        for level in range(6):
            device.send(level=level)
        self.until(device, lambda: len(server.of(baliza.READINGS)) >= 6)
        return server, device

    def tell(self, device, kind, payload, instance=77, sender=None):
        device._take(Frame(kind, sender or device.id, instance, 0, 0, 0xFFFF, baliza.FROM_SERVER, payload))


class Devices(DeviceCase):
    def test_everything_arrives_once_over_a_lossy_wire(self):
        server = self.serve(loss=0.25)
        device = baliza.Device("lossy-1", "127.0.0.1", server.port)
        for number in range(60):
            device.send(temperature=(20 + number / 10, "Cel"), door=True)
        self.assertTrue(device.close())
        self.assertEqual(60, len(server.got))
        self.assertGreater(device.sent, 60)
        ping = server.of(baliza.PING)[-1]
        self.assertEqual(60, ping.seq)
        numbers = [frame.pn for frame in server.frames if frame.epoch]
        self.assertEqual(len(numbers), len(set(numbers)), "a packet number twice")

    def test_a_stale_epoch_is_left_for_the_one_after_the_servers(self):  # SPEC §4.2.5
        server = self.serve(refuse=lambda frame: (32, 1900000000, 0) if frame.epoch == 1800000000 else None)
        device = baliza.Device("stale-1", "127.0.0.1", server.port)
        device.send(level=1)
        device.poll(0.2)
        device.send(level=2)
        self.assertTrue(device.close())
        self.assertEqual([(1900000001, 0)], sorted(server.got))
        self.assertEqual(1, device.lost)
        asked = [frame for frame in server.of(baliza.HELLO) if frame.epoch == 1900000001][0]
        self.assertNotEqual(server.of(baliza.HELLO)[0].payload[:16], asked.payload[:16], "the boot nonce of the life before")

    def test_a_new_life_does_not_resend_by_the_packet_numbers_of_the_old_one(self):  # SPEC §8.3
        server, device = self.hold()
        self.tell(device, baliza.ACK, ack(1800000000, 5, 3))
        self.assertGreater(device._acked_pn, 3)
        device._rtt = 10.0
        self.tell(device, baliza.NACK, nack(1800000000, 5, 32, argument=1900000000))
        device.send(level=7)
        self.until(device, lambda: device._welcome is not None)
        device.poll(0.1)
        self.assertEqual(1, len([frame for frame in server.of(baliza.READINGS) if frame.epoch == 1900000001]))

    def test_a_device_that_lost_its_count_is_told_by_the_answer_to_hello(self):  # SPEC §4.2.6
        server = self.serve(refuse=lambda f: (32, 3000000000, 0) if f.type == baliza.HELLO and f.epoch < 3000000000 else None)
        with tempfile.TemporaryDirectory() as folder:
            device = self.device(server, epochs="device", state=folder + "/epoch")
            device.send(level=1)
            self.assertTrue(device.close())
            self.assertEqual([(3000000001, 0)], sorted(server.got))
            self.assertEqual(3000000002, baliza.next_epoch(folder + "/epoch"), "it was written down")

    def test_what_welcome_names_is_settled(self):  # SPEC §6.2.1
        server, device = self.hold()
        sent = device.sent
        server.known = [(1900000000, 9, 0), (1800000000, 2, 0x5 << 61)]
        server.restart()
        self.tell(device, baliza.PONG, bytes(24), instance=78)
        self.until(device, lambda: device._instance == 78)
        self.assertEqual([3, 5], list(device._waiting), "0 and 1 are below next, 2 and 4 are bits")
        self.until(device, lambda: device.sent == sent + 2)

    def test_an_ack_takes_what_asked_for_its_level_or_a_lower_one(self):  # SPEC §6.4.1
        server, device = self.hold()
        self.tell(device, baliza.ACK, ack(1800000000, 6, 1))
        self.assertEqual(6, len(device._waiting), "they asked for level 2")
        self.tell(device, baliza.ACK, ack(1700000000, 6, 3))
        self.assertEqual(6, len(device._waiting), "another epoch")
        self.tell(device, baliza.ACK, ack(1800000000, 6, 3))
        self.assertEqual(0, len(device._waiting))

    def test_an_older_ack_lowers_nothing(self):  # SPEC §6.4.2
        server, device = self.hold()
        self.tell(device, baliza.ACK, ack(1800000000, 5, 2))
        self.tell(device, baliza.ACK, ack(1800000000, 2, 2, bytes(8)))
        self.assertEqual([5], list(device._waiting))
        self.assertEqual(5, device._floor())

    def test_bits_and_rejected_numbers_are_not_sent_again(self):  # SPEC §6.4.3
        server, device = self.hold()
        self.tell(device, baliza.ACK, ack(1800000000, 1, 2, bytes([0x50]) + bytes(7), [(5, 12)]))
        self.assertEqual([1, 3], list(device._waiting), "bits say 2 and 4, 5 is rejected")
        self.assertEqual(1, device.rejected)

    def test_what_is_not_retriable_is_not_sent_again(self):  # SPEC §6.5.2, §11.1
        server, device = self.hold()
        self.tell(device, baliza.NACK, nack(1800000000, 2, 34))
        self.tell(device, baliza.NACK, nack(1800000000, 3, 999))
        self.tell(device, baliza.NACK, nack(1800000000, 4, 999, retriable=1))
        self.assertEqual([0, 1, 4, 5], list(device._waiting), "of an unknown code the flag counts")
        self.assertEqual(2, device.lost)

    def test_a_hello_that_is_refused_for_good_ends_in_words(self):  # SPEC §6.5.2
        server = self.serve(refuse=lambda frame: (13, 0, 0))
        device = self.device(server)
        with self.assertRaisesRegex(baliza.Refused, "BAD_NAME"):
            device.send(level=1)
        device.poll(0.5)
        self.assertEqual(1, len(server.of(baliza.HELLO)))

    def test_a_notice_takes_nothing_away(self):  # SPEC §7.3.3
        server, device = self.hold()
        self.tell(device, baliza.NACK, nack(1800000000, 2, 41))
        self.assertEqual(6, len(device._waiting))

    def test_an_unknown_schema_is_described_again(self):  # SPEC §7.3.2
        forgot = []

        def refuse(frame):
            if frame.type == baliza.READINGS and len(forgot) < 1:
                forgot.append(frame)
                return 35, struct.unpack_from(">I", frame.payload, 4)[0], 1
            return None

        server = self.serve(refuse=refuse)
        device = baliza.Device("rows-1", "127.0.0.1", server.port)
        rows = device.describe([Channel("temperature", "i16", "Cel", scale=-2)])
        device.flush()
        device.send_rows(rows, [(0, (2150,))])
        self.assertTrue(device.close())
        kinds = [frame.type for frame in server.frames if frame.type & 0x80]
        self.assertGreaterEqual(kinds.count(baliza.DESCRIBE), 2)
        self.assertEqual(3, len(server.got))

    def test_many_frames_of_an_unknown_schema_ask_for_one_description(self):  # SPEC §7.3.2
        server, device = self.hold()
        schema, channels = device.describe([Channel("temperature", "i16", "Cel", scale=-2)])
        self.tell(device, baliza.ACK, ack(1800000000, 7, 3))
        for number in range(20):
            device.send_rows((schema, channels), [(0, (number,))])
        for seq in range(7, 27):
            self.tell(device, baliza.NACK, nack(1800000000, seq, 35, retriable=1, argument=schema))
        self.assertEqual(1, [one.type for one in device._waiting.values()].count(baliza.DESCRIBE))

    def test_the_level_is_what_the_server_has(self):  # SPEC §8.1
        server = self.serve(level=1)
        with baliza.Device("level-1", "127.0.0.1", server.port) as device:
            device.send(level=1)
        self.assertEqual([1], [frame.flags & 3 for frame in server.of(baliza.READINGS)])

    def test_a_level_that_is_not_available_is_asked_no_more(self):  # SPEC §8.1
        server = self.serve(level=2, refuse=lambda frame: (36, 1, 1) if frame.flags & 3 == 2 else None)
        device = self.device(server)
        device.send(level=1)
        self.until(device, lambda: not device._waiting)
        device.send(level=2)
        self.until(device, lambda: not device._waiting)
        self.assertEqual([2, 1, 1], [frame.flags & 3 for frame in server.of(baliza.READINGS)])
        self.assertEqual(2, len(server.got))

    def test_three_packet_numbers_later_a_frame_is_lost(self):  # SPEC §8.3
        server, device = self.hold()
        first = {seq: one.pn for seq, one in device._waiting.items()}
        self.tell(device, baliza.ACK, ack(1800000000, 0, 2, bytes([0x10]) + bytes(7)))
        device.poll()
        again = [seq for seq, one in device._waiting.items() if one.tries > 1]
        self.assertEqual([0], again, "3 was acknowledged: 0 is lost, 1 and 2 are not yet")
        self.assertGreater(device._waiting[0].pn, first[5])

    def test_the_timer_doubles(self):  # SPEC §8.3
        server, device = self.hold()
        for tries, seconds in ((2, 1.3), (3, 2.6), (4, 5.2)):
            self.skipped += seconds * 0.7
            device.poll()
            self.assertEqual({tries - 1}, {one.tries for one in device._waiting.values()})
            self.skipped += seconds * 0.3
            device.poll()
            self.assertEqual({tries}, {one.tries for one in device._waiting.values()})

    def test_a_late_ack_does_not_stretch_the_timer(self):  # SPEC §8.3
        server, device = self.hold()
        self.skipped += 1.3
        device.poll()
        self.assertEqual({2}, {one.tries for one in device._waiting.values()})
        device.send(level=6)
        self.tell(device, baliza.ACK, ack(1800000000, 6, 2))
        self.assertIsNone(device._rtt, "they were sent twice")
        self.tell(device, baliza.ACK, ack(1800000000, 7, 2))
        self.assertLess(device._rtt, 1.0)
        measured = device._rtt
        for level in range(2):
            device.send(level=level)
            self.skipped += 0.5 * (1 - level)
        self.tell(device, baliza.ACK, ack(1800000000, 9, 2))
        self.assertLess(device._rtt, 0.1 + measured, "the newest of them is what it answers")

    def test_on_tcp_nothing_is_sent_again_before_a_reconnect(self):  # SPEC §8.3
        server = self.serve(StreamServer, settles=False)
        device = self.device(server, transport="tcp")
        for level in range(6):
            device.send(level=level)
        self.until(device, lambda: len(server.of(baliza.READINGS)) == 6)
        self.tell(device, baliza.ACK, ack(server.epoch, 0, 3, bytes([0x04]) + bytes(7)))
        self.skipped += 20
        device.poll(0.1)
        self.assertEqual(6, len(server.of(baliza.READINGS)))
        server.settles = True
        server.link.shutdown(socket.SHUT_RDWR)
        self.until(device, lambda: not device._waiting)
        self.assertEqual(11, len(server.of(baliza.READINGS)))
        self.assertEqual(2, len(server.of(baliza.HELLO)))

    def test_a_silent_tcp_connection_is_given_up(self):
        server = self.serve(StreamServer, settles=False)
        device = self.device(server, transport="tcp")
        device.send(level=1)
        server.loss = 1.0
        server.take, take = (lambda data: None), server.take
        self.skipped += 31
        device.poll(0.1)
        self.assertEqual(1, len(server.of(baliza.HELLO)))
        self.skipped += 31
        device.poll(0.1)
        server.take, server.settles, server.loss = take, True, 0.0
        self.until(device, lambda: not device._waiting)

    def test_the_token_is_echoed_until_an_answer_comes(self):  # SPEC §9.2
        server, device = self.hold()
        self.assertTrue(all((baliza.TOKEN, b"12345678") in frame.extensions for frame in server.of(baliza.READINGS)))
        self.tell(device, baliza.ACK, ack(1800000000, 6, 3))
        device.send(level=7)
        self.until(device, lambda: len(server.of(baliza.READINGS)) == 7)
        self.assertEqual([], [one for one in server.of(baliza.READINGS)[-1].extensions if one[0] == baliza.TOKEN])

    def test_after_goodbye_nothing_is_sent_for_a_second_then_hello(self):  # SPEC §6.7
        for kind in (Server, StreamServer):
            with self.subTest(kind.__name__):
                server = self.serve(kind)
                device = self.device(server, transport="tcp" if kind is StreamServer else "udp")
                device.send(level=1)
                self.until(device, lambda: not device._waiting)
                server.say(baliza.GOODBYE, b"\1\0")
                self.until(device, lambda: device._welcome is None)
                before = len(server.frames)
                device.send(level=2)
                device.poll(0.2)
                self.assertEqual(before, len(server.frames))
                self.skipped += 2.0
                self.until(device, lambda: not device._waiting)
                self.assertEqual([baliza.HELLO, baliza.READINGS], [frame.type for frame in server.frames[before:]])

    def test_throttled_means_later(self):  # SPEC §6.5
        server, device = self.hold()
        self.tell(device, baliza.NACK, nack(1800000000, 2, 37, retriable=1, after=50))
        before = device.sent
        self.skipped += 4.5
        device.send(level=9)
        device.poll()
        self.assertEqual(before, device.sent)
        self.skipped += 1.0
        device.poll()
        self.assertEqual(before + 7, device.sent)

    def test_another_server_instance_hears_hello_again(self):  # SPEC §6.1.2
        server = self.serve()
        device = self.device(server)
        device.send(level=1)
        self.until(device, lambda: not device._waiting)
        server.restart()
        device.send(level=2)
        self.until(device, lambda: device._instance == 78)
        self.assertEqual([0, 1800000000], [frame.epoch for frame in server.of(baliza.HELLO)])

    def test_a_device_without_answers_says_hello_again(self):  # SPEC §6.1.2
        server, device = self.hold()
        self.skipped += 3.1
        self.until(device, lambda: len(server.of(baliza.HELLO)) == 2)
        loose = self.device(server, reliable=False)
        loose.send(level=1)
        self.skipped += 61
        self.until(loose, lambda: len(server.of(baliza.HELLO)) == 4)

    def test_numbers_do_not_wrap(self):  # SPEC §1.3
        server = self.serve()
        device = self.device(server)
        device.send(level=1)
        device._pn = baliza.LAST_NUMBER
        server.epoch += 5
        device.send(level=2)
        self.assertTrue(device.flush())
        self.assertEqual([(1800000000, 0), (1800000005, 0)], sorted(server.got))
        device._pn = baliza.MAX_NUMBER + 1
        with self.assertRaises(OverflowError):
            device._number()
        device._pn = 9

    def test_a_description_that_waits_keeps_the_floor_of_best_effort_frames(self):  # SPEC §4.4.1
        server = self.serve(settles=False)
        device = self.device(server, reliable=False)
        rows = device.describe([Channel("temperature", "i16", "Cel", scale=-2)])
        device.send_rows(rows, [(0, (2150,))])
        self.tell(device, baliza.ACK, ack(1800000000, 1, 3))
        device.send_rows(rows, [(0, (2151,))])
        self.until(device, lambda: len(server.of(baliza.READINGS)) == 2)
        self.assertEqual([1, 0], [frame.back for frame in server.of(baliza.READINGS)])

    def test_a_frame_that_the_server_does_not_take_is_not_numbered(self):  # SPEC §2.6
        server = self.serve()
        device = self.device(server)
        with self.assertRaisesRegex(ProtocolError, "send fewer readings at once"):
            device.send_named([("note", "", "", "text", "x" * 65500)])
        device.send(level=1)
        self.assertTrue(device.close())
        self.assertEqual([(1800000000, 0)], sorted(server.got))

    def test_frames_behind_a_bad_one_stand_unless_its_end_is_unknown(self):  # SPEC §2.4, §3.1.3
        server, device = self.hold()
        good = server.frame(baliza.ACK, ack(1800000000, 2, 3))
        later = server.frame(baliza.ACK, ack(1800000000, 3, 3))
        strange = [good[:2] + b"\2" + good[3:], Frame(0x33, device.id, 77, flags=baliza.FROM_SERVER).encode(),
                   Frame(baliza.ACK, device.id, 77, flags=baliza.FROM_SERVER, payload=b"short").encode()]
        server.send(b"".join(strange) + good)
        self.until(device, lambda: len(device._waiting) == 4)
        server.send(good[:-1] + bytes([good[-1] ^ 1]) + later)
        self.until(device, lambda: device.ignored == 3)
        self.assertEqual(4, len(device._waiting), "behind a wrong checksum nothing is read")

    def test_frames_of_others_are_ignored(self):
        server, device = self.hold()
        self.tell(device, baliza.ACK, ack(1800000000, 6, 3), sender=device.id + 1)
        device._take(Frame(baliza.ACK, device.id, 77, payload=ack(1800000000, 6, 3)))
        self.assertEqual(6, len(device._waiting))
        self.assertEqual(2, device.ignored)

    def test_best_effort_is_sent_once(self):
        server = self.serve()
        device = baliza.Device("once-1", "127.0.0.1", server.port, reliable=False)
        for _ in range(5):
            device.send(level=1)
        self.assertTrue(device.close())
        readings = server.of(baliza.READINGS)
        self.assertEqual([0] * 5, [frame.flags & 3 for frame in readings])
        self.assertEqual([0] * 5, [frame.back for frame in readings])

    def test_nobody_there_says_so(self):
        probe = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        probe.bind(("127.0.0.1", 0))
        device = baliza.Device("alone-1", "127.0.0.1", probe.getsockname()[1])
        self.addCleanup(device.close)
        with self.assertRaisesRegex(TimeoutError, "no WELCOME from 127.0.0.1"):
            device.hello(0.3)
        probe.close()

    def test_names_follow_the_rule(self):  # SPEC §4.1.1, §4.1.2
        self.assertEqual(0xff, baliza.device_id("id:00000000000000ff"))
        for name in ("", "cold room", ".cold", "cámara", "n" * 65, "id:12"):
            with self.subTest(name), self.assertRaises(ValueError):
                baliza.device_id(name)


if __name__ == "__main__":
    unittest.main()
