# SPDX-License-Identifier: Apache-2.0
"""python3 -m unittest, in this directory: the sealed profile (SPEC section 10), against its vectors and a server with keys."""
import contextlib
import io
import os
import struct
import sys
import tempfile
import threading
import unittest
from unittest import mock

import baliza
from baliza import Frame, Key
from test_baliza import DeviceCase, ack, nack, vectors

try:
    import cryptography.hazmat.primitives.ciphers.aead  # noqa: F401
    MISSING = None
except ImportError:
    MISSING = "the package cryptography is not installed"
    if os.environ.get("CI") == "true":
        raise RuntimeError(MISSING + ", and CI=true allows no skipping")
    print("skipped: sealed frames, as " + MISSING)

SECRET = "c0ffee0102030405060708090a0b0c0d"
needs_cryptography = unittest.skipIf(MISSING, MISSING)


def sealed_vectors():
    for name, head, data in vectors():
        if "opens" in head:
            device = struct.unpack_from(">Q", data, 8)[0]
            yield name, head, data, Key(device, head["secret"], int(head["keyId"]), head["epochs"])


def opened(head, data, key):
    """What a receiver makes of it that knows what the vector tells."""
    if data[30] != key.key_id:
        return None
    epoch, boot, server = (bytes.fromhex(head.get(name, "")) for name in ("epoch", "bootNonce", "serverNonce"))
    said, epoch = struct.unpack_from(">I", data, 16)[0], int.from_bytes(epoch, "big")
    clear = data[32:48]
    if data[3] == baliza.HELLO:
        with_key = key.hello(said, clear)
    elif data[3] == baliza.WELCOME:
        with_key = key.welcome(boot, clear, said, epoch)
    elif data[5] & baliza.FROM_SERVER:
        with_key = key.down(said, server, epoch)
    else:
        with_key = key.up(said, boot, server)
    if "key" in head and head["opens"] == "yes":
        assert head["key"] == with_key.hex()
    frame = baliza.unseal(data, with_key)
    return None if frame is not None and frame.type == baliza.HELLO and frame.payload[:16] != clear else frame


class Vectors(unittest.TestCase):
    def test_keys_are_derived_as_the_vectors_tell(self):  # SPEC §10.3
        count = 0
        for name, head, data, key in sealed_vectors():
            if "info" in head:
                with self.subTest(name):
                    prk = bytes.fromhex(head["prk"])
                    self.assertEqual(head["key"], baliza.hkdf_expand(prk, bytes.fromhex(head["info"]), 16).hex())
                    if name != "sealed/other-secret.hex":
                        self.assertEqual(prk, baliza.hkdf_extract(b"baliza 1", bytes.fromhex(head["secret"])))
                    count += 1
        self.assertGreater(count, 30)

    @needs_cryptography
    def test_good_frames_open_and_are_sealed_byte_by_byte(self):  # SPEC §10.2.1
        plain = {name: data for name, _, data in vectors()}
        count = 0
        for name, head, data, key in sealed_vectors():
            if head["opens"] == "yes" and "as" in head:
                with self.subTest(name):
                    open_bytes = plain[head["as"] + ".hex"]
                    frame = opened(head, data, key)
                    self.assertEqual(open_bytes, frame.encode())
                    clear = data[32:48] if frame.type in (baliza.HELLO, baliza.WELCOME) else b""
                    self.assertEqual(data, baliza.seal(open_bytes, bytes.fromhex(head["key"]), key.key_id, clear))
                    count += 1
        self.assertGreaterEqual(count, 20)

    @needs_cryptography
    def test_bad_frames_do_not_open(self):  # SPEC §10.2.2, §10.2.3
        count = 0
        for name, head, data, key in sealed_vectors():
            if head["opens"] == "no":
                with self.subTest(name):
                    self.assertIsNone(opened(head, data, key))
                    count += 1
        self.assertGreater(count, 15)

    @needs_cryptography
    def test_no_cut_and_no_flipped_bit_is_opened(self):  # SPEC §10.2.3
        for name, head, data, key in sealed_vectors():
            if head["opens"] == "yes":
                with_key = bytes.fromhex(head["key"])
                for at in range(8, len(data)):
                    flipped = data[:at] + bytes([data[at] ^ 1 << at % 8]) + data[at + 1:]
                    self.assertIsNone(baliza.unseal(flipped, with_key), "%s, byte %d" % (name, at))
                    self.assertIsNone(baliza.unseal(data[:at] if at > 32 else data[:32], with_key))


class Keys(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)

    def file(self, text, mode=0o600):
        path = os.path.join(self.folder.name, "baliza.keys")
        with open(path, "w") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def test_the_newest_key_of_the_device_is_read(self):
        path = self.file("# keys\n\nlab-1 1 server %s\nlab-2 9 server %s # other\nlab-1 2 device %s\n"
                         "id:00000000000000ff 3 SERVER %s\n" % (SECRET, SECRET, SECRET * 2, SECRET))
        key = Key.read(path, "lab-1")
        self.assertEqual((2, "device"), (key.key_id, key.epochs))
        self.assertEqual(Key(key.device, SECRET * 2, 2, "device").up(5), key.up(5))
        self.assertEqual(3, Key.read(path, "id:00000000000000ff").key_id)
        with self.assertRaisesRegex(LookupError, "make one with: baliza keys new lab-3"):
            Key.read(path, "lab-3")

    @unittest.skipUnless(os.name == "posix", "files have no owner here")
    def test_a_file_that_others_may_read_is_refused(self):
        path = self.file("lab-1 1 server " + SECRET, 0o640)
        with self.assertRaisesRegex(PermissionError, "chmod 600 " + path):
            Key.read(path, "lab-1")

    def test_a_wrong_line_has_its_place_and_no_secret(self):
        for line, advice in (("lab-1 1 server", "four fields"), ("lab-1 0 server " + SECRET, "1 to 255"),
                             ("lab-1 one server " + SECRET, "1 to 255"), ("lab-1 1 both " + SECRET, "server or device"),
                             ("lab-1 1 server " + SECRET[:-2], "16 or 32 bytes"), ("id:12 1 server " + SECRET, "16 hexadec"),
                             ("lab-1 1 server " + SECRET[:-2] + "zz", "32 or 64 hexadecimal")):
            with self.subTest(line), self.assertRaisesRegex(ValueError, ":2: .*" + advice) as caught:
                Key.read(self.file("# first\n" + line), "lab-1")
            self.assertNotIn("c0ffee", str(caught.exception))

    def test_without_cryptography_it_says_what_to_install_and_sends_nothing(self):
        hidden = {name: None for name in list(sys.modules) if name.split(".")[0] == "cryptography"}
        hidden["cryptography"] = None
        with mock.patch.dict(sys.modules, hidden), self.assertRaisesRegex(
                ImportError, "install the package cryptography .apt install python3-cryptography, or: pip install"):
            baliza.Device("lab-1", "127.0.0.1", 9, key=SECRET)

    def test_wrong_arguments_are_told(self):
        for message, options in (("key or key_file, not both", dict(key=SECRET, key_file="baliza.keys")),
                                 ("give state=path", dict(key=SECRET, epochs="device")),
                                 ("give state=path", dict(epochs="device")),
                                 ("server or device", dict(epochs="both")),
                                 ("1 to 255", dict(key=SECRET, key_id=256))):
            with self.subTest(message), self.assertRaisesRegex(ValueError, message):
                baliza.Device("lab-1", "127.0.0.1", 9, **options)


class Epochs(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.path = os.path.join(self.folder.name, "lab-1.epoch")

    def test_no_epoch_comes_back(self):  # SPEC §4.2.1, §10.3.3
        self.assertEqual(1700000000, baliza.next_epoch(self.path, clock=lambda: 1700000000))
        self.assertEqual(1700000001, baliza.next_epoch(self.path, clock=lambda: 0), "the clock fell back")
        self.assertEqual(1800000000, baliza.next_epoch(self.path, clock=lambda: 1800000000))
        self.assertEqual(1900000000, baliza.next_epoch(self.path, 1900000000, clock=lambda: 1800000001))
        with open(self.path) as file:
            self.assertEqual("epoch 1900000000\n", file.read())

    def test_epochs_end_where_the_specification_says(self):  # SPEC §4.2.4
        self.assertEqual(0xEFFFFFFF, baliza.next_epoch(self.path, clock=lambda: 2 ** 40))
        with self.assertRaisesRegex(ValueError, "new key"):
            baliza.next_epoch(self.path)

    def test_a_damaged_file_is_told(self):
        for text in ("", "epoch", "epoch -1", "epoch 1e9", "12"):
            with open(self.path, "w") as file:
                file.write(text)
            with self.subTest(text), self.assertRaisesRegex(ValueError, "epoch 12.*remove it"):
                baliza.next_epoch(self.path)

    def test_two_starts_at_once_get_two_epochs(self):
        found = []
        threads = [threading.Thread(target=lambda: [found.append(baliza.next_epoch(self.path)) for _ in range(10)])
                   for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(40, len(set(found)))


@needs_cryptography
class Devices(DeviceCase):
    def both(self, **options):
        """A server and a device for each numbering."""
        for epochs in ("server", "device"):
            with self.subTest(epochs), tempfile.TemporaryDirectory() as folder:
                key = Key(baliza.device_id("unit-1"), SECRET, 3, epochs)
                server = self.serve(key=key, **options)
                yield server, self.device(server, key=SECRET, key_id=3, epochs=epochs, state=folder + "/epoch")
                self.assertTrue(all(data[5] & baliza.SEALED for data in server.raw), "nothing leaves in clear")

    def test_everything_arrives_once_and_sealed_over_a_lossy_wire(self):  # SPEC §10.2.4, §10.3.1
        for server, device in self.both(loss=0.2):
            for number in range(40):
                device.send(temperature=(20 + number / 10, "Cel"))
            self.assertTrue(device.close())
            self.assertEqual(40, len(server.got))
            self.assertGreater(device.sent, 40)
            self.assertEqual(0, server.dropped)

    def test_another_server_instance_hears_hello_again(self):  # SPEC §6.1.2, §10.3.2
        for server, device in self.both():
            device.send(level=1)
            self.until(device, lambda: not device._waiting)
            server.restart()
            before = len(server.raw)
            device.send(level=2)
            self.until(device, lambda: len(server.raw) > before)
            self.skipped += 3.2
            self.until(device, lambda: not device._waiting and device._instance == 78)
            self.assertEqual(2, len(server.of(baliza.HELLO)))
            self.assertEqual(2, len(server.got))
            self.assertEqual(1, len({frame.epoch for frame in server.of(baliza.READINGS)}), "the epoch goes on")

    def test_a_new_life_has_keys_of_its_own(self):  # SPEC §4.2.5, §10.3.1
        for server, device in self.both():
            device.send(level=1)
            self.until(device, lambda: not device._waiting)
            old, server.refuse = device._epoch, lambda frame: (32, 3900000000, 0) if frame.epoch == old else None
            device.send(level=2)
            self.until(device, lambda: device._epoch == 3900000001)
            device.send(level=3)
            self.assertTrue(device.close())
            self.assertEqual([(old, 0), (3900000001, 0)], sorted(server.got))
            self.assertEqual(1, device.lost)

    def test_only_sealed_answers_under_the_right_key_are_taken(self):  # SPEC §10.2.3
        for server, device in self.both(settles=False):
            device.send(level=1)
            self.until(device, lambda: server.of(baliza.READINGS))
            epoch, payload = device._epoch, ack(device._epoch, 1, 3)
            good = server.frame(baliza.ACK, payload, epoch)
            unsealed = Frame(baliza.ACK, device.id, 77, 0, 50, 0xFFFF, baliza.FROM_SERVER, payload).encode()
            other = Key(device.id, "ee" * 16, 3, server.key.epochs).down(77, server.nonce, epoch)
            own = server.key.up(epoch, server.boot, server.nonce)
            forged = [unsealed, baliza.seal(unsealed, other, 3), baliza.seal(unsealed, own, 3), good[:-1] + bytes([good[-1] ^ 1]),
                      good[:30] + b"\4" + good[31:], good[:20] + b"\1" + good[21:],
                      baliza.seal(Frame(baliza.ACK, device.id, epoch, 0, 50, 0, 0, payload).encode(), own, 3),
                      good[:40] + good[40:][::-1], good[:6] + b"\0\x2f" + good[8:47]]
            before = device.ignored
            for one in forged:
                server.send(one)
            self.until(device, lambda: device.ignored == before + len(forged))
            self.assertEqual([0], list(device._waiting))
            server.send(good)
            self.until(device, lambda: not device._waiting)

    def test_answers_that_come_twice_change_nothing(self):  # SPEC §10.2.5
        for server, device in self.both():
            device.send(level=1)
            self.until(device, lambda: not device._waiting)
            throttled = server.frame(baliza.NACK, nack(device._epoch, 0, 37, retriable=1, after=20), device._epoch)
            server.send(throttled)
            self.until(device, lambda: device._pause > 0)
            paused = device._pause
            self.skipped += 3.0
            server.send(throttled)
            self.until(device, lambda: device.ignored == 1)
            self.assertEqual(paused, device._pause)

    def test_the_window_of_packet_numbers_is_that_of_the_specification(self):  # SPEC §10.2.5
        vault = baliza._Vault(Key(1, SECRET))
        took = [vault._is_new(b"key", pn) for pn in (0, 0, 255, 1, 256, 0, 2, 2, 0xFFFFFFFF, 3, 0xFFFFFF00, 0xFFFFFEFF)]
        self.assertEqual([True, False, True, True, True, False, True, False, True, False, True, False], took)
        for number in range(100):
            vault._is_new(b"%d" % number, 1)
        self.assertEqual(baliza.MAX_REPLAY_KEYS, len(vault._seen))

    def test_a_late_welcome_of_another_boot_is_ignored(self):  # SPEC §4.2.2
        for server, device in self.both():
            device.send(level=1)
            self.until(device, lambda: not device._waiting)
            nonce, welcome = device._vault.server, server.answer(Frame(baliza.HELLO, payload=bytes(16)))
            server.say(*welcome, epoch=device._epoch)
            server.say(baliza.PONG, bytes(24), epoch=device._epoch)
            self.until(device, lambda: device._pong)
            self.assertEqual(nonce, device._vault.server)

    def test_a_wrong_key_is_silence_and_the_message_says_so(self):
        key = Key(baliza.device_id("unit-1"), "ee" * 16)
        server = self.serve(key=key)
        device = self.device(server, key=SECRET)
        with self.assertRaisesRegex(TimeoutError, "does not know this key"):
            device.hello(0.3)
        self.assertGreater(server.dropped, 0)

    @unittest.skipUnless(hasattr(os, "fork"), "no fork here")
    def test_a_forked_process_does_not_use_numbers_twice(self):  # SPEC §10.3.1
        for server, device in self.both():
            device.send(level=1)
            with mock.patch("os.getpid", return_value=1), self.assertRaisesRegex(RuntimeError, "forked"):
                device.send(level=2)

    def test_the_key_is_never_shown(self):
        for server, device in self.both():
            out = io.StringIO()
            with contextlib.redirect_stdout(out):
                print(device, device._vault, device._vault.key, repr(device._vault.key))
            self.assertNotIn("c0ffee", out.getvalue().lower())


if __name__ == "__main__":
    unittest.main()
