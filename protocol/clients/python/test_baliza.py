# SPDX-License-Identifier: Apache-2.0
"""python3 -m unittest, in this directory: every vector of the SPEC, and a device against a server that loses frames."""
import os
import pathlib
import random
import socket
import struct
import threading
import time
import unittest

import baliza
from baliza import Channel, Frame, ProtocolError

VECTORS = pathlib.Path(os.environ.get(
    "BALIZA_VECTORS", pathlib.Path(__file__).parent / "../../src/test/resources/vectors"))
PARSERS = {baliza.WELCOME: baliza.parse_welcome, baliza.ACK: baliza.parse_ack, baliza.NACK: baliza.parse_nack}
# what a client does not take from a server, and so does not check: payloads of devices, and details of answers
FRAME_CODES = {"BAD_MAGIC", "BAD_LENGTH", "BAD_CHECKSUM", "UNKNOWN_VERSION", "BAD_EXTENSION", "CRITICAL_EXTENSION"}


def vectors():
    for file in sorted(VECTORS.rglob("*.hex")):
        lines = file.read_text().splitlines()
        head = dict(line[2:].split(": ", 1) for line in lines if line.startswith("# ") and ": " in line)
        yield file.relative_to(VECTORS).as_posix(), head, bytes.fromhex("".join(line.split("#")[0] for line in lines))


class Vectors(unittest.TestCase):
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

    def test_bad_answers_have_the_code_of_the_spec(self):
        count = 0
        for name, head, data in vectors():
            folder, code = name.split("/")[0], head["expect"]
            if folder in ("ack", "welcome", "nack") and code in ("TRUNCATED", "TRAILING_BYTES"):
                with self.subTest(name):
                    frame = baliza.decode(data)
                    with self.assertRaises(ProtocolError) as caught:
                        PARSERS[frame.type](frame.payload)
                    self.assertEqual(code, caught.exception.code)
                    count += 1
        self.assertGreaterEqual(count, 4)

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


class Server(threading.Thread):
    """Just enough of a server on loopback to answer one device: it loses, and can be told what to refuse."""

    def __init__(self, loss=0.0, refuse=None, level=1):
        super().__init__(daemon=True)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.settimeout(0.1)
        self.port, self.loss, self.refuse, self.level = self.socket.getsockname()[1], loss, refuse, level
        self.random, self.got, self.frames, self.epoch, self.running = random.Random(4), {}, [], 1800000000, True

    def run(self):
        while self.running:
            try:
                data, peer = self.socket.recvfrom(65535)
            except OSError:
                continue
            frame = baliza.decode(data)
            if self.random.random() < self.loss:
                continue
            self.frames.append(frame)
            answer = self.answer(frame)
            if answer is not None and self.random.random() >= self.loss:
                kind, payload = answer
                self.socket.sendto(Frame(kind, frame.device, 77, 0, 0, 0xFFFF, baliza.FROM_SERVER, payload).encode(), peer)

    def answer(self, frame):
        if frame.type == baliza.HELLO:
            return baliza.WELCOME, frame.payload[:16] + struct.pack(
                ">IBBHII8sqHBB", self.epoch, self.level, 2, 1024, 65535, 65507, b"12345678", 0, 60, 0, 0)
        if frame.type == baliza.PING:
            return baliza.PONG, frame.payload
        if not frame.type & 0x80:
            return None
        if self.refuse:
            code, argument, retriable = self.refuse(frame) or (0, 0, 0)
            if code:
                return baliza.NACK, struct.pack(">IIHBBHHI", frame.epoch, frame.seq, code, frame.type, retriable, 0xFFFF,
                                                0, argument) + b"\0"
        same = self.got.setdefault((frame.epoch, frame.seq), (frame.type, frame.payload))
        assert same == (frame.type, frame.payload), "another content under one identity"
        if not frame.flags & 3:
            return None
        following = 0
        while (frame.epoch, following) in self.got:
            following += 1
        return baliza.ACK, struct.pack(">IIBBH", frame.epoch, following, self.level, 0, 0)

    def stop(self):
        self.running = False
        self.join()
        self.socket.close()


class Devices(unittest.TestCase):
    def serve(self, **options):
        server = Server(**options)
        server.start()
        self.addCleanup(server.stop)
        return server

    def test_everything_arrives_once_over_a_lossy_wire(self):
        server = self.serve(loss=0.25)
        device = baliza.Device("lossy-1", "127.0.0.1", server.port)
        for number in range(60):
            device.send(temperature=(20 + number / 10, "Cel"), door=True)
        self.assertTrue(device.close())
        self.assertEqual(60, len(server.got))
        self.assertGreater(device.sent, 60)
        ping = [frame for frame in server.frames if frame.type == baliza.PING][-1]
        self.assertEqual(60, ping.seq)
        numbers = [frame.pn for frame in server.frames if frame.epoch]
        self.assertEqual(len(numbers), len(set(numbers)), "a packet number twice")

    def test_a_stale_epoch_is_left_for_the_one_after_the_servers(self):
        server = self.serve(refuse=lambda frame: (32, 1900000000, 0) if frame.epoch == 1800000000 else None)
        device = baliza.Device("stale-1", "127.0.0.1", server.port)
        device.send(level=1)
        device.poll(0.2)
        server.epoch = 1900000001
        device.send(level=2)
        self.assertTrue(device.close())
        self.assertEqual([(1900000001, 0)], sorted(server.got))
        self.assertEqual(1, device.lost)

    def test_an_unknown_schema_is_described_again(self):
        forgot = []

        def refuse(frame):
            if frame.type == baliza.READINGS and len(forgot) < 1:
                forgot.append(frame)
                return 35, struct.unpack_from(">I", frame.payload, 4)[0], 1
            return None

        server = self.serve(refuse=refuse)
        device = baliza.Device("rows-1", "127.0.0.1", server.port)
        rows = device.describe([Channel("temperature", "i16", "Cel", scale=-2)])
        device.send_rows(rows, [(0, (2150,))])
        self.assertTrue(device.close())
        kinds = [frame.type for frame in server.frames if frame.type & 0x80]
        self.assertGreaterEqual(kinds.count(baliza.DESCRIBE), 2)
        self.assertEqual(3, len(server.got))

    def test_the_level_is_what_the_server_has(self):
        server = self.serve(level=1)
        with baliza.Device("level-1", "127.0.0.1", server.port) as device:
            device.send(level=1)
        self.assertEqual([1], [frame.flags & 3 for frame in server.frames if frame.type == baliza.READINGS])

    def test_best_effort_is_sent_once(self):
        server = self.serve()
        device = baliza.Device("once-1", "127.0.0.1", server.port, reliable=False)
        for _ in range(5):
            device.send(level=1)
        self.assertTrue(device.close())
        readings = [frame for frame in server.frames if frame.type == baliza.READINGS]
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


if __name__ == "__main__":
    unittest.main()
