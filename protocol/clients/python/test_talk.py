# SPDX-License-Identifier: Apache-2.0
"""python3 -m unittest, in this directory: what a device and its server say to each other besides readings, open and sealed."""
import hashlib
import io
import os
import random
import struct
import tempfile

import baliza
from baliza import Frame, Key, ProtocolError
from test_baliza import DeviceCase, Server, StreamServer, nack, vectors
from test_sealed import MISSING, SECRET


def command(number, name, *arguments, deadline=60):
    """The payload of a COMMAND; arguments: (name, type, value)."""
    out = [struct.pack(">QI", number, deadline), baliza._str8(name), bytes([len(arguments)])]
    for argument, kind, value in arguments:
        out += [baliza._str8(argument), bytes([baliza.TYPES[kind][0]]), baliza.encode_value(kind, value)]
    return b"".join(out)


def result(payload):
    number, state, status, size = struct.unpack_from(">QB3xiH", payload)
    assert len(payload) == 18 + size
    return number, state, status, payload[18:].decode()


class TalkCase(DeviceCase):
    def met(self, kind=Server, **options):
        """A server, and a device that it knows."""
        server = self.serve(kind)
        device = self.device(server, transport="tcp" if kind is StreamServer else "udp", **options)
        device.hello()
        return server, device

    def numbered(self, server, device, kind, payload, seq, back=0):
        """The server sends it under a number of its own."""
        server.send(server.frame(kind, payload, device._epoch, device.id, seq, back))

    def everywhere(self):
        """A server and a device that met: UDP and TCP, open and sealed with both numberings."""
        for kind in (Server, StreamServer):
            for epochs in (None, "server", "device"):
                if epochs and MISSING:
                    continue
                with self.subTest("%s %s" % (kind.__name__, epochs)), tempfile.TemporaryDirectory() as folder:
                    key = Key(baliza.device_id("unit-1"), SECRET, 3, epochs) if epochs else None
                    server = self.serve(kind, key=key)
                    sealed = dict(key=SECRET, key_id=3, epochs=epochs, state=folder + "/epoch") if epochs else {}
                    device = self.device(server, transport="tcp" if kind is StreamServer else "udp", **sealed)
                    device.hello()
                    yield server, device

    def acks(self, server):
        """What the device says it has: instance, next, bits."""
        return [struct.unpack_from(">II", f.payload) + (f.payload[12:].hex(),) for f in server.of(baliza.ACK)]

    def results(self, server):
        return [result(payload) for _, (kind, payload) in sorted(server.got.items()) if kind == baliza.RESULT]


class Messages(DeviceCase):
    def test_the_examples_are_written_byte_by_byte(self):  # SPEC §7.5, §7.6, §7.8
        count = 0
        for name, head, data in vectors():
            if head["expect"] != "ok" or data[3] not in (baliza.EVENT, baliza.TEXT, baliza.RESULT):
                continue
            with self.subTest(name):
                payload = baliza.decode(data).payload
                if data[3] == baliza.EVENT:
                    form, severity, mode, _, micros, _ = struct.unpack_from(">BBBBqH", payload)
                    written = baliza.encode_event(payload[14:].decode(), severity, mode, micros)
                    self.assertEqual(payload, bytes([form]) + written[1:])
                elif data[3] == baliza.TEXT:
                    self.assertEqual(payload, baliza.encode_text(*baliza.parse_text(payload)))
                else:
                    self.assertEqual(payload, baliza.encode_result(*result(payload)))
                count += 1
        self.assertGreaterEqual(count, 12)

    def test_what_is_too_long_is_not_written(self):  # SPEC §7.5.1, §7.6.1, §7.8.1
        baliza.encode_event("x" * 4096)
        for write in (lambda: baliza.encode_event("x" * 4097), lambda: baliza.encode_text(1, "a" * 65, ""),
                      lambda: baliza.encode_text(1, "", "ñ" * 501), lambda: baliza.encode_result(1, 1, 0, "x" * 1001)):
            with self.assertRaises(ProtocolError) as caught:
                write()
            self.assertEqual("BAD_VALUE", caught.exception.code)
        for severity in (8, -1, "loud", True, None):
            with self.subTest(severity), self.assertRaisesRegex(ValueError, "emergency"):
                baliza.encode_event("x", severity)

    def test_no_words_of_others_command_a_terminal(self):  # SPEC §7.5.2
        self.assertEqual("\\x1b[2J señal\\n\\u202e", baliza.printable("\x1b[2J señal\n\u202e"))

    def test_every_code_has_its_name(self):  # SPEC §11
        spec = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../SPEC.md")
        if not os.path.exists(spec):
            self.skipTest("SPEC.md is not here")
        with open(spec, encoding="utf-8") as file:
            section = file.read().split("\n## 11. Codes")[1].split("\n## ")[0]
        rows = [line.split("|") for line in section.splitlines() if line.startswith("| ") and line[2].isdigit()]
        self.assertEqual({int(row[1]): row[2].strip() for row in rows}, baliza.CODES)
        scope = {row[2].strip() for row in rows if row[3].strip() == "DEVICE" and row[4].strip() == "yes"}
        self.assertEqual(scope, baliza.DEVICE_SCOPE)


class Talking(TalkCase):
    def test_events_and_texts_arrive_once_over_a_lossy_wire(self):
        server = self.serve(loss=0.25)
        device = self.device(server)
        for number in range(20):
            device.event("event %d" % number, severity="warning")
            device.event({"door": "open"}, severity=3, time=1700000000.5)
            device.say("text %d" % number, author="ada")
        self.assertTrue(device.close())
        got = [server.got[key] for key in sorted(server.got)]
        self.assertEqual([baliza.EVENT, baliza.EVENT, baliza.TEXT] * 20, [kind for kind, _ in got])
        self.assertEqual(b"\0\4\0\0" + bytes(8) + b"\0\7event 0", got[0][1])
        self.assertEqual(struct.pack(">BBBBqH", 1, 3, 1, 0, 1700000000500000, 15) + b'{"door":"open"}', got[1][1])
        self.assertEqual([(n + 1, "ada", "text %d" % n) for n in range(20)],
                         [baliza.parse_text(payload) for kind, payload in got if kind == baliza.TEXT])

    def test_a_ping_of_the_server_is_answered(self):  # SPEC §6.6.1
        for server, device in self.everywhere():
            server.say(baliza.PING, struct.pack(">qqq", -5, 0, 0) + b"echo", epoch=device._epoch)
            self.until(device, lambda: server.of(baliza.PONG))
            t1, t2, t3, echo = baliza.parse_pong(server.of(baliza.PONG)[0].payload)
            self.assertEqual((-5, b"echo"), (t1, echo))
            self.assertTrue(1.5e15 < t2 <= t3, "microseconds")

    def test_a_text_is_heard_and_a_command_carried_out(self):  # SPEC §7.9.2
        for server, device in self.everywhere():
            heard = []
            device.on_text(lambda author, text: heard.append((author, text)))

            @device.on_command("set-interval")
            def set_interval(millis: int):
                heard.append(millis)
                return "every %d ms" % millis

            self.numbered(server, device, baliza.TEXT, baliza.encode_text(7, "ada", "shut?\x1b"), 0)
            self.numbered(server, device, baliza.COMMAND, command(9, "set-interval", ("millis", "u32", 250)), 1, 1)
            self.until(device, lambda: self.results(server))
            self.assertEqual([("ada", "shut?\\x1b"), 250], heard)
            self.assertEqual([(9, baliza.DONE, 0, "every 250 ms")], self.results(server))
            self.assertEqual([(77, 1, ""), (77, 2, "")], self.acks(server))
            self.assertEqual([1], [frame.flags & 3 for frame in server.of(baliza.RESULT)][:1], "it is a reliable frame")

    def test_every_repetition_is_acknowledged_and_none_is_acted_on(self):  # SPEC §7.9.2, §7.9.3
        server, device = self.met()
        heard = []
        device.on_text(lambda author, text: heard.append(text))
        for seq in (0, 2, 0, 2, 3, 2, 1, 1):
            self.numbered(server, device, baliza.TEXT, baliza.encode_text(7, "", "text %d" % seq), seq, seq)
        self.until(device, lambda: len(server.of(baliza.ACK)) == 8)
        self.assertEqual(["text 0", "text 2", "text 3", "text 1"], heard)
        self.assertEqual((77, 1, ""), self.acks(server)[0])
        self.assertEqual((77, 4, ""), self.acks(server)[-1])

    def test_the_bits_of_an_acknowledgement_are_those_of_the_specification(self):  # SPEC §7.9.1, §7.9.2
        for name, _, data in vectors():
            if name == "ack/from-device.hex":
                frame = baliza.decode(data)
                inbox = baliza._Inbox()
                for seq in (0, 1, 2, 4):
                    self.assertIs(True, inbox.take(0x5eed5eed, seq, seq))
                self.assertEqual(frame.payload, inbox.ack())

    def test_numbers_are_taken_as_the_specification_says(self):  # SPEC §7.9.1
        inbox = baliza._Inbox()
        self.assertIsNone(inbox.take(77, 5, 0xFFFF), "no floor")
        self.assertIsNone(inbox.take(77, 5, 6), "a floor below 0")
        self.assertIs(True, inbox.take(77, 7, 2))
        self.assertEqual(struct.pack(">IIBBHQ", 77, 5, 1, 0, 8, 1 << 61), inbox.ack(), "cum is the first floor")
        self.assertIs(False, inbox.take(77, 4, 0))
        self.assertIsNone(inbox.take(77, 69, 64), "64 above cum")
        self.assertIs(True, inbox.take(77, 68, 63))
        self.assertIs(False, inbox.take(77, 7, 0), "the floor moved on to 7")
        self.assertEqual(8, struct.unpack_from(">4xI", inbox.ack())[0])
        self.assertIs(True, inbox.take(78, 0, 0), "another instance starts anew")
        self.assertIsNone(inbox.take(77, 8, 0), "it was left")
        for instance in range(100, 300):
            self.assertIs(True, inbox.take(instance, 0, 0))
        self.assertEqual(baliza.MAX_LEFT, len(inbox._left))

    def test_what_cannot_be_read_is_acknowledged_and_not_carried_out(self):  # SPEC §7.7.1, §7.9.2
        server, device = self.met()
        done = []
        device.on_command("identify")(lambda: done.append(1))
        bad = [data for name, head, data in vectors() if name.startswith("command/") and head["expect"] != "ok"]
        for seq, data in enumerate(bad):
            self.numbered(server, device, baliza.COMMAND, baliza.decode(data).payload, seq, seq)
        self.numbered(server, device, 0xF3, b"of a later version", len(bad), len(bad))
        self.until(device, lambda: self.acks(server)[-1:] == [(77, len(bad) + 1, "")])
        self.assertEqual(len(bad) + 1, device.ignored)
        self.assertEqual([], done + self.results(server))

    def test_what_cannot_be_acknowledged_now_is_not_taken(self):  # SPEC §7.9.2
        server, device = self.met()
        heard = []
        device.on_text(lambda author, text: heard.append(text))
        self.tell(device, baliza.NACK, nack(1800000000, 0, 37, retriable=1, after=20))
        for _ in range(2):
            device._take(Frame(baliza.TEXT, device.id, 77, 0, 0, 0, 33, baliza.encode_text(1, "", "hello")))
            device.poll()
            self.skipped += 3.0
        self.until(device, lambda: len(server.of(baliza.ACK)) == 1)
        self.assertEqual(["hello"], heard)

    def test_a_function_may_send_and_wait_while_more_comes(self):
        server, device = self.met()
        heard = []

        @device.on_text
        def heard_it(author, text):
            heard.append(text)
            device.send(level=1)
            self.assertTrue(device.flush())
            heard.append("answered " + text)

        data = b"".join(server.frame(baliza.TEXT, baliza.encode_text(1, "", "text %d" % n), 0, device.id, n, n) for n in range(3))
        server.send(data)
        self.until(device, lambda: len(heard) == 6)
        self.assertEqual(["text 0", "answered text 0", "text 1"], heard[:3])

    def test_a_function_that_fails_is_heard_of_and_the_next_is_called(self):
        server, device = self.met()
        heard = []

        @device.on_text
        def heard_it(author, text):
            heard.append(1 / int(text))

        for seq, text in enumerate("01"):
            device._take(Frame(baliza.TEXT, device.id, 77, seq, 0, 0, 33, baliza.encode_text(1, "", text)))
        with self.assertRaises(ZeroDivisionError):
            device.poll()
        device.poll()
        self.assertEqual([1.0], heard)

    def test_a_device_that_only_listens_says_hello(self):
        server = self.serve()
        device = self.device(server)
        device.on_text(print)
        device.on_command("identify")(lambda: "unit")
        self.until(device, lambda: device._welcome is not None)


class Commands(TalkCase):
    def ask(self, *payloads, **options):
        """The results of some commands that come one after the other."""
        server, device = self.met(**options)
        done = []

        @device.on_command("set-interval")
        def set_interval(millis: int, unit_name="ms"):
            done.append(millis)
            if millis > 1000:
                raise baliza.CommandRefused("millis is 1 to 1000")
            return 2 if millis == 2 else (3, "three") if millis == 3 else {"every": millis}

        @device.on_command("set-level")
        def set_level(level: float, on: bool = True):
            return repr((level, on))

        @device.on_command("fail")
        def fail(text=""):
            raise OSError(text) if text else KeyError

        device.on_command("nothing")(lambda: None)
        device.on_command("long")(lambda: "ñ" * 700)
        device.on_command("huge")(lambda: (1 << 31, ""))
        for seq, payload in enumerate(payloads):
            self.numbered(server, device, baliza.COMMAND, payload, seq, seq)
        self.until(device, lambda: len(server.of(baliza.ACK)) == len(payloads))
        self.assertTrue(device.flush())
        return done, self.results(server)

    def test_what_a_function_returns_is_the_result(self):  # SPEC §7.8
        done, results = self.ask(*(command(n, "set-interval", ("millis", "u32", n)) for n in (1, 2, 3)), command(4, "nothing"),
                                 command(5, "long"), command(6, "set-interval", ("millis", "u8", 9), ("unit-name", "text", "s")))
        self.assertEqual([1, 2, 3, 9], done)
        self.assertEqual([(1, 1, 0, '{"every": 1}'), (2, 1, 0, "2"), (3, 1, 3, "three"), (4, 1, 0, ""), (5, 1, 0, "ñ" * 500),
                          (6, 1, 0, '{"every": 9}')], results)

    def test_an_exception_is_exit_status_1_with_its_text(self):
        _, results = self.ask(command(1, "fail"), command(2, "fail", ("text", "text", "no sensor")), command(3, "huge"))
        self.assertEqual([(1, 1, 1, "KeyError"), (2, 1, 1, "no sensor")], results[:2])
        self.assertRegex(results[2][3], "does not fit 32 bits")

    def test_what_is_not_known_is_refused(self):  # SPEC §7.7.3
        millis = "millis", "u32", 5
        done, results = self.ask(
            command(1, "fly"), command(2, "set-interval"), command(3, "set-interval", millis, ("colour", "u8", 1)),
            command(4, "set-interval", ("millis", "text", "5")), command(5, "set-interval", millis, millis),
            command(6, "set-interval", ("millis", "u32", 5000)), command(7, "set-level", ("level", "u8", 1), ("on", "boolean", 2)),
            command(8, "set-level", ("level", "u8", 1), ("on", "boolean", 0)), command(9, "nothing", millis), command(10, "fail", ("text", "text", "\udcff")))
        self.assertEqual([5000], done)
        self.assertEqual([baliza.REFUSED] * 7 + [baliza.DONE] + [baliza.REFUSED] * 2, [state for _, state, _, _ in results])
        for (_, _, _, output), words in zip(results, (
                "no command fly here; there are: fail, huge", "set-interval takes millis, unit_name: missing", "colour",
                "millis must be int, not str", "millis comes twice", "millis is 1 to 1000", "on must be 0 or 1, not 2", "1.0, False",
                "nothing takes no arguments", "text must be UTF-8")):
            self.assertIn(words, output)

    def test_a_command_whose_time_is_over_before_it_began_is_expired(self):  # SPEC §7.7.3
        done, results = self.ask(command(1, "set-interval", ("millis", "u32", 5), deadline=0))
        self.assertEqual(([], [(1, baliza.EXPIRED, 0, "")]), (done, results))

    def test_time_that_another_command_takes_counts(self):  # SPEC §7.7.3
        server, device = self.met()

        @device.on_command("slow")
        def slow():
            self.skipped += 10.0

        for seq in range(2):
            device._take(Frame(baliza.COMMAND, device.id, 77, seq, 0, seq, 33, command(seq + 1, "slow", deadline=5)))
        self.until(device, lambda: len(self.results(server)) == 2)
        self.assertEqual([baliza.DONE, baliza.EXPIRED], [state for _, state, _, _ in self.results(server)])

    def test_an_id_is_carried_out_once_under_whatever_number(self):  # SPEC §7.7.2
        one = command(1, "set-interval", ("millis", "u32", 5))
        done, results = self.ask(one, one, one)
        self.assertEqual(([5], 1), (done, len(results)))

    def test_ids_are_remembered_over_boots(self):  # SPEC §7.7.2
        with tempfile.TemporaryDirectory() as folder:
            state = folder + "/unit-1.epoch"
            done, results = self.ask(*(command(n, "set-interval", ("millis", "u32", n)) for n in (7, 8)), state=state)
            self.assertEqual([7, 8], done)
            done, results = self.ask(*(command(n, "set-interval", ("millis", "u32", n)) for n in (7, 8, 9)), state=state)
            self.assertEqual(([9], 1), (done, len(results)))
            orders = baliza._Orders(state + ".commands")
            self.assertEqual([True] * 64, [orders.is_new(n) for n in range(100, 164)])
            self.assertTrue(baliza._Orders(state + ".commands").is_new(7), "64 are remembered")

    def test_a_result_that_was_given_up_is_given_again(self):  # SPEC §7.7.2
        server, device = self.met()
        done = []
        device.on_command("identify")(lambda: done.append(1))
        server.settles = False
        self.numbered(server, device, baliza.COMMAND, command(1, "identify"), 0)
        self.until(device, lambda: server.of(baliza.RESULT))
        self.tell(device, baliza.NACK, nack(1800000000, 0, 32, argument=1900000000))
        server.settles = True
        self.until(device, lambda: server.got)
        self.assertEqual({(1900000001, 0)}, set(server.got))
        self.assertEqual([1], done)

    def test_a_device_that_closes_begins_nothing_new(self):
        server, device = self.met()
        done = []
        device.on_command("identify")(lambda: done.append(1))
        device._closing = True
        self.numbered(server, device, baliza.COMMAND, command(1, "identify"), 0)
        device.poll(0.2)
        self.assertEqual([], done + server.of(baliza.ACK))

    def test_a_name_that_no_command_can_have_is_told(self):
        server = self.serve()
        device = self.device(server)
        for name in ("", "set_interval", "Reboot", "9", "a" * 65):
            with self.subTest(name), self.assertRaisesRegex(ValueError, "starts with a letter"):
                device.on_command(name)


class Calculator(Server):
    """A server that calculates as far as these tests go: it loses, forgets and is busy."""

    tokens = busy = 0
    answers = None

    def calculate(self, payload):
        session, token, kind, flags = struct.unpack_from(">IIBB", payload)
        self.answers = self.answers if self.answers and self.answers[0] == session else (session, {}, [])
        _, done, stack = self.answers
        self.busy -= 1
        if self.busy >= 0:
            return baliza.CALC_ANSWER, self.said(session, token, 11, stack)
        if token not in done:
            assert token == len(done), "tokens come in their order"
            self.tokens += 1
            done[token] = self.said(session, token, self.apply(kind, payload[12:], stack), stack)
        return baliza.CALC_ANSWER, done[token]

    def said(self, session, token, result, stack):
        text = b"such a text\x1b" if result else b""
        return struct.pack(">IIBBHdB", session, token, result, len(stack), 0, stack[-1] if stack else 0.0, len(text)) + text

    def apply(self, kind, operand, stack):
        if kind == baliza.NUMBER:
            stack.append(struct.unpack(">d", operand)[0])
        elif kind == baliza.READING:
            assert operand == b"\x11lab-1/temperature"
            stack.append(20.0)
        elif kind == baliza.OPERATOR:
            right, left = stack.pop(), stack.pop()
            if operand == b"\1/" and right == 0:
                stack += [left, right]
                return 1
            stack.append({b"\1+": left + right, b"\1*": left * right, b"\1-": left - right}[operand])
        return 0


class CalculatorStream(StreamServer, Calculator):
    pass


class Questions(TalkCase):
    EVERY = [True, 7, -3.5, "hola", b"\0\1", ("i8", -128), ("u16", 65535), ("u64", 1 << 63), ("f32", 0.5), ("enumeration", 3),
             ("vector2", (1, 2)), ("vector3", (1, 2, 3)), ("vector4", (1, 2, 3, 4)), ("position", (40.5, -3.25, 600))]
    BACK = [True, 7, -3.5, "hola", b"\0\1", -128, 65535, 1 << 63, 0.5, 3, (1, 2), (1, 2, 3), (1, 2, 3, 4), (40.5, -3.25, 600)]

    def test_the_examples_are_written_byte_by_byte(self):  # SPEC §6.8, §15.1
        count = 0
        for name, head, data in vectors():
            if head["expect"] != "ok" or data[3] not in (baliza.VALUES, baliza.VALUES_BACK, baliza.CALC):
                continue
            with self.subTest(name):
                payload = baliza.decode(data).payload
                if data[3] == baliza.CALC:
                    session, token, kind, deep = struct.unpack_from(">IIBB", payload)
                    operand = payload[13:].decode() if kind in (baliza.READING, baliza.OPERATOR) else None
                    operand = struct.unpack(">d", payload[12:])[0] if kind == baliza.NUMBER else operand
                    self.assertEqual(payload, baliza.encode_calc(session, token, kind, operand, deep))
                else:
                    self.assertEqual(payload, baliza.encode_values(*baliza.parse_values(payload)))
                count += 1
        self.assertGreaterEqual(count, 7)

    def test_values_come_back_as_they_went(self):  # SPEC §6.8.1
        for server, device in self.everywhere():
            self.assertEqual(self.BACK, device.echo_values(self.EVERY))
            self.assertEqual([], device.echo_values([]))

    def test_who_is_no_device_may_ask_too(self):  # SPEC §6.6.2, §6.8.1
        for kind, transport in ((Calculator, "udp"), (CalculatorStream, "tcp")):
            with self.subTest(transport):
                server = self.serve(kind)
                self.assertEqual(self.BACK, baliza.echo_values(self.EVERY, "127.0.0.1", server.port, transport))
                self.assertEqual(42.0, baliza.calc("21 2 *", "127.0.0.1", server.port, transport))
                self.assertEqual({(0, 0)}, {(frame.device, frame.epoch) for frame in server.frames})

    def test_values_that_are_refused_say_which(self):  # SPEC §6.8.1
        server, device = self.met()
        server.settles, refusal = True, struct.pack(">IIHBBHHI", 0, 0, 12, baliza.VALUES, 0, 1, 0, 0) + b"\0"
        server.answer = lambda frame: (baliza.NACK, refusal) if frame.type == baliza.VALUES else None
        for ask in (lambda: device.echo_values([1, 2]), lambda: baliza.echo_values([1, 2], "127.0.0.1", server.port)):
            with self.assertRaisesRegex(ProtocolError, "BAD_VALUE: the server refuses value 1"):
                ask()

    def test_it_calculates_over_a_lossy_wire_and_asks_again(self):  # SPEC §15.1.2
        server = self.serve(Calculator, loss=0.15)
        device = self.device(server)
        server.busy = 1
        self.assertEqual(68.0, device.calc("lab-1/temperature 1.8 * 32 +"))
        self.assertEqual(6, server.tokens)
        self.assertGreater(len(server.of(baliza.CALC)), 6)
        numbers = [frame.pn for frame in server.frames if frame.epoch]
        self.assertEqual(len(numbers), len(set(numbers)), "a packet number twice")
        self.assertEqual({True}, {bool(frame.payload[9]) for frame in server.of(baliza.CALC)}, "three operands: the deep stack")

    def test_what_cannot_be_calculated_says_why_and_where(self):  # SPEC §15.2
        server = self.serve(Calculator)
        with self.assertRaisesRegex(baliza.CalcError, r"^division by zero at /: such a text\\x1b$") as caught:
            baliza.calc("1 0 /", "127.0.0.1", server.port)
        self.assertEqual("DIVISION_BY_ZERO", caught.exception.result)
        with self.assertRaisesRegex(ValueError, "21 2"):
            baliza.calc(" ", "127.0.0.1", server.port)

    def test_words_are_what_they_look_like(self):  # SPEC §15.1
        kinds = [baliza._kind_of(word) for word in ("1", "-1.5e3", "+.5", "1.", "-", "/", "lab-1/t", "1e", "nan", "٣")]
        self.assertEqual([1, 1, 1, 1, 3, 3, 2, 3, 3, 3], kinds)

    def test_nobody_there_says_so(self):
        server, device = self.met()
        server.answer = lambda frame: None
        with baliza._Guest("127.0.0.1", server.port, "udp") as guest:
            for one in (device, guest):
                with self.assertRaisesRegex(TimeoutError, "no answer from 127.0.0.1"):
                    one.ask(baliza.CALC, b"", 64, lambda frame: None, 0.1)


class Library(Server):
    """A server that takes files, and says what is missing after every fourth chunk."""

    window, refusal, spoil = 65536, None, False
    offer = None

    def answer(self, frame):
        if frame.type == baliza.FILE_OFFER:
            transfer, size, sha256, *label = baliza.parse_offer(frame.payload)
            if self.refusal:
                return baliza.FILE_ACCEPT, baliza.encode_accept(transfer, code=self.refusal)
            if self.offer is None or self.offer[2] != sha256:
                self.missing, self.bytes, self.named = [(0, size)] if size else [], bytearray(size), []
            self.offer, self.chunks = (transfer, size, sha256, label), 0
            return self.state()
        if frame.type == baliza.FILE_CHUNK:
            transfer, offset, data = baliza.parse_chunk(frame.payload)
            if self.offer is None or transfer != self.offer[0]:
                return baliza.FILE_DONE, baliza.encode_file_done(transfer, "UNKNOWN")
            assert not baliza._gaps(self.named, offset, offset + len(data)), "it was not asked for"
            self.bytes[offset:offset + len(data)] = data
            self.missing = baliza._without(self.missing, offset, offset + len(data))
            self.chunks += 1
            return self.state() if self.chunks % 4 == 0 or not self.missing else None
        return super().answer(frame)

    def state(self):
        transfer, size, sha256, _ = self.offer
        if not self.missing:
            right = hashlib.sha256(self.bytes).digest() == sha256 and not self.spoil
            return baliza.FILE_DONE, baliza.encode_file_done(transfer, "OK" if right else "BAD_HASH", "" if right else "other bytes")
        for one in self.missing:
            self.named = baliza._with(self.named, *one)
        return baliza.FILE_ACCEPT, baliza.encode_accept(transfer, size, self.window, missing=self.missing[:64])


class LibraryStream(StreamServer, Library):
    pass


class Files(TalkCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        self.bytes = random.Random(9).randbytes(120001) if hasattr(random.Random, "randbytes") else os.urandom(120001)
        self.sha256 = hashlib.sha256(self.bytes).digest()
        self.path = os.path.join(self.folder, "picture.png")
        with open(self.path, "wb") as file:
            file.write(self.bytes)

    def test_the_examples_are_written_byte_by_byte(self):  # SPEC §14
        count = 0
        for name, head, data in vectors():
            if head["expect"] == "ok" and name.startswith("file-") and "unknown" not in name:
                with self.subTest(name):
                    payload = baliza.decode(data).payload
                    if data[3] == baliza.FILE_ACCEPT:
                        transfer, horizon, window, code, after, missing = baliza.parse_accept(payload)
                        written = baliza.encode_accept(transfer, horizon, window, code, after, missing)
                    else:
                        parse, write = {baliza.FILE_OFFER: (baliza.parse_offer, baliza.encode_offer),
                                        baliza.FILE_CHUNK: (baliza.parse_chunk, baliza.encode_chunk),
                                        baliza.FILE_DONE: (baliza.parse_file_done, baliza.encode_file_done)}[data[3]]
                        written = write(*parse(payload))
                    self.assertEqual(payload, written)
                    count += 1
        self.assertGreaterEqual(count, 10)

    def test_ranges_are_taken_apart_and_put_together(self):
        self.assertEqual([(0, 9)], baliza._with([(0, 3), (5, 9)], 3, 5))
        self.assertEqual([(0, 3), (4, 5), (6, 9)], baliza._with([(0, 3), (6, 9)], 4, 5))
        self.assertEqual([(0, 2), (7, 9)], baliza._without([(0, 3), (5, 9)], 2, 7))
        self.assertEqual([(3, 5), (9, 10)], baliza._gaps([(0, 3), (5, 9)], 1, 10))
        self.assertEqual([], baliza._gaps([(0, 9)], 4, 9))

    def test_a_file_arrives_whole_over_a_lossy_wire_while_readings_go_on(self):  # SPEC §14.2.2, §14.3.3
        server = self.serve(Library, loss=0.05)
        device = self.device(server)
        device.send(level=1)
        self.assertEqual(self.sha256.hex(), device.send_file(self.path))
        self.assertEqual(self.bytes, server.bytes)
        self.assertEqual(["picture.png", "image/png"], server.offer[3])
        self.assertLess(server.offer[0], 1 << 63, "the device has it")
        self.assertLessEqual(max(map(len, server.raw)), 1200)
        self.assertTrue(device.close())

    def test_a_file_arrives_over_tcp(self):  # SPEC §14.3.2
        server = self.serve(LibraryStream)
        device = self.device(server, transport="tcp")
        device.send_file(self.path, name="../señal", media_type="")
        self.assertEqual(self.bytes, server.bytes)
        self.assertEqual(["../señal", ""], server.offer[3])
        self.assertEqual(8, len(server.of(baliza.FILE_CHUNK)))

    def test_only_what_is_missing_is_sent(self):  # SPEC §14.1.4
        server = self.serve(Library)
        device = self.device(server)
        server.offer, server.bytes, server.named = (0, len(self.bytes), self.sha256, []), bytearray(self.bytes), []
        server.missing = [(1000, 3000), (len(self.bytes) - 10, len(self.bytes))]
        device.send_file(self.path)
        self.assertEqual([(1000, 1100), (2100, 900), (119991, 10)],
                         [(baliza.parse_chunk(f.payload)[1], len(f.payload) - 16) for f in server.of(baliza.FILE_CHUNK)])

    def test_an_empty_file_and_one_that_is_there_are_only_offered(self):  # SPEC §14.1.4
        server = self.serve(Library)
        device = self.device(server)
        open(self.path, "w").close()
        device.send_file(self.path)
        device.send_file(self.path)
        transfers = [baliza.parse_offer(frame.payload)[0] for frame in server.of(baliza.FILE_OFFER)]
        self.assertEqual(2, len(set(transfers)))
        self.assertEqual([], server.of(baliza.FILE_CHUNK))

    def test_a_server_that_does_not_take_it_says_why(self):  # SPEC §14.2.4, §14.4.3
        server = self.serve(Library)
        device = self.device(server)
        for refusal in ("QUOTA", "TOO_LARGE", "NOT_TAKEN"):
            server.refusal = refusal
            with self.assertRaisesRegex(baliza.Refused, "picture.png: " + refusal):
                device.send_file(self.path)
        server.refusal, server.spoil = None, True
        with self.assertRaisesRegex(baliza.Refused, "BAD_HASH: other bytes"):
            device.send_file(self.path)
        with self.assertRaisesRegex(ValueError, "give name="):
            device.send_file(self.path, name="a\nb")

    def upload(self, size=100000, tcp=False):
        content = io.BytesIO(bytes(size))
        return baliza._Upload(content, baliza.encode_offer(5, size, bytes(32), "x"), tcp, 0.0)

    def test_a_busy_server_is_asked_later(self):  # SPEC §14.2.4
        one = self.upload()
        self.assertEqual([baliza.FILE_OFFER], [kind for kind, _ in one.turn(0.0)])
        one.on_accept(0, 0, "BUSY", 5.0, [], 0.1)
        self.assertEqual([], list(one.turn(5.0)))
        self.assertEqual(1, len(list(one.turn(5.2))))
        self.assertIsNone(one.outcome)

    def test_an_offer_is_repeated_at_doubled_intervals(self):  # SPEC §14.1.3
        one, sent = self.upload(), []
        for tenth in range(1300):
            sent += [tenth / 10 for _ in one.turn(tenth / 10)]
        self.assertEqual([0, 1, 3, 7, 15, 31, 63, 123], sent)

    def chunks(self, one, now):
        return [baliza.parse_chunk(payload)[1] for kind, payload in one.turn(now) if kind == baliza.FILE_CHUNK]

    def test_the_pace_grows_with_what_arrives_and_halves_with_a_loss(self):  # SPEC §14.3.3
        one = self.upload(2000000)
        list(one.turn(0.0))
        one.on_accept(2000000, 1 << 20, "ACCEPTED", 0, [(0, 2000000)], 0.1)
        first = self.chunks(one, 0.1)
        self.assertEqual(14, len(first), "16 KiB")
        one.on_accept(2000000, 1 << 20, "ACCEPTED", 0, [(14 * 1100, 2000000)], 0.2)
        second = self.chunks(one, 0.2)
        self.assertEqual(28, len(second), "what was acknowledged was added")
        missing = [(second[0], second[0] + 1100), (second[2], second[2] + 1100), (second[6], 2000000)]
        one.on_accept(2000000, 1 << 20, "ACCEPTED", 0, missing, 0.3)
        self.assertEqual(18092, one._pace, "once for both")
        third = self.chunks(one, 0.3)
        self.assertEqual([], third, "too much is on the way")
        one.on_accept(2000000, 1 << 20, "ACCEPTED", 0, missing[:2] + [(second[27] + 1100, 2000000)], 0.4)
        self.assertEqual([second[0], second[2]], self.chunks(one, 0.4)[:2], "what was lost goes first")

    def test_no_more_is_on_the_way_than_the_server_allows(self):  # SPEC §14.2.2
        for tcp in (False, True):
            one = self.upload(tcp=tcp)
            list(one.turn(0.0))
            one.on_accept(50000, 2500, "ACCEPTED", 0, [(0, 50000)], 0.1)
            payloads = [payload for _, payload in one.turn(0.1)]
            self.assertLessEqual(sum(len(payload) - 16 for payload in payloads), 2500)
            self.assertGreater(len(payloads), 0)

    def test_when_nothing_comes_it_asks_and_slows_down(self):  # SPEC §14.1.3, §14.3.3
        one = self.upload()
        list(one.turn(0.0))
        one.on_accept(100000, 1 << 20, "ACCEPTED", 0, [(0, 100000)], 0.1)
        self.chunks(one, 0.1)
        one.on_accept(100000, 1 << 20, "ACCEPTED", 0, [(15400, 100000)], 0.2)
        self.assertGreater(one._pace, baliza.MIN_PACE)
        self.chunks(one, 0.2)
        again = list(one.turn(1.3))
        self.assertEqual(baliza.FILE_OFFER, again[0][0])
        self.assertEqual(15400, baliza.parse_chunk(again[1][1])[1])
        self.assertEqual(baliza.MIN_PACE, one._pace)

    def test_a_transfer_that_the_server_forgot_is_offered_again(self):  # SPEC §14.4, UNKNOWN
        one = self.upload()
        list(one.turn(0.0))
        one.on_accept(100000, 1 << 20, "ACCEPTED", 0, [(0, 100000)], 0.1)
        self.chunks(one, 0.1)
        one.on_done("UNKNOWN", "", 0.2)
        self.assertEqual([baliza.FILE_OFFER], [kind for kind, _ in one.turn(0.2)])

    # the other way

    THEIRS = 1 << 63 | 4

    def push(self, server, device, kind, payload):
        server.send(server.frame(kind, payload, device._epoch, device.id))

    def offered(self, size=None, transfer=THEIRS, sha256=None, name="firmware.bin"):
        return baliza.encode_offer(transfer, len(self.bytes) if size is None else size, sha256 or self.sha256, name)

    def chunk(self, at, size=1100, transfer=THEIRS):
        return baliza.encode_chunk(transfer, at, self.bytes[at:at + size])

    def answers(self, server):
        """What the device said of files."""
        for frame in list(server.frames):
            if frame.type == baliza.FILE_ACCEPT:
                _, horizon, window, code, after, missing = baliza.parse_accept(frame.payload)
                yield code if code != "ACCEPTED" else missing
            elif frame.type == baliza.FILE_DONE:
                yield baliza.parse_file_done(frame.payload)[1]

    def test_a_file_of_the_server_comes_in_any_order(self):  # SPEC §14.2.1, §14.3.1, §14.4.1
        for server, device in self.everywhere():
            got = []
            device.on_file(got.append)
            self.push(server, device, baliza.FILE_OFFER, self.offered())
            self.until(device, lambda: list(self.answers(server)))
            starts = list(range(0, len(self.bytes), 1100))
            random.Random(3).shuffle(starts)
            for at in starts[:-1] + starts[:5]:
                self.push(server, device, baliza.FILE_CHUNK, self.chunk(at))
                device.poll()
            self.until(device, lambda: [(starts[-1], min(len(self.bytes), starts[-1] + 1100))] in self.answers(server))
            self.assertEqual([], got)
            self.push(server, device, baliza.FILE_CHUNK, self.chunk(starts[-1]))
            self.until(device, lambda: got)
            self.assertEqual(self.bytes, got[0].read())
            self.assertEqual(("firmware.bin", self.sha256.hex(), None), (got[0].name, got[0].sha256, got[0].path))
            self.push(server, device, baliza.FILE_OFFER, self.offered(transfer=self.THEIRS + 1))
            self.until(device, lambda: list(self.answers(server)).count("OK") == 2)
            self.assertEqual(1, len(got), "it was there already")

    def test_a_part_survives_a_restart_in_its_folder(self):  # SPEC §14.1.4, §14.4.1
        server = self.serve()
        inbox, got = os.path.join(self.folder, "inbox"), []
        for life in range(2):
            device = self.device(server)
            device.hello()
            device.on_file(folder=inbox)(got.append)
            self.push(server, device, baliza.FILE_OFFER, self.offered(name="../../etc/passwd"))
            self.until(device, lambda: len(list(self.answers(server))) > life)
            if life == 0:
                self.push(server, device, baliza.FILE_CHUNK, self.chunk(0, 60000))
                self.until(device, lambda: [(60000, 120001)] in self.answers(server))
                device.close(0.0)
        self.until(device, lambda: list(self.answers(server))[-1] == [(60000, 120001)])
        self.push(server, device, baliza.FILE_CHUNK, self.chunk(60000, 60001))
        self.until(device, lambda: got)
        self.assertEqual([self.sha256.hex()], os.listdir(inbox))
        self.assertEqual(self.bytes, got[0].read())
        self.assertTrue(baliza._Downloads(inbox, 1, None)._has(self.sha256, len(self.bytes)))

    def test_what_is_not_taken_is_answered(self):  # SPEC §14.2, §14.3.1
        server, device = self.met()
        said = []

        def push(kind, payload, answer):
            self.push(server, device, kind, payload)
            said.append(answer)
            self.until(device, lambda: list(self.answers(server)) == said)

        push(baliza.FILE_OFFER, self.offered(), "NOT_TAKEN")
        push(baliza.FILE_CHUNK, self.chunk(0), "UNKNOWN")
        device.on_file(print, max_bytes=200000)
        push(baliza.FILE_CHUNK, self.chunk(0), "UNKNOWN")
        push(baliza.FILE_OFFER, self.offered(200001), "TOO_LARGE")
        for number in range(4):
            push(baliza.FILE_OFFER, self.offered(10, self.THEIRS + number, bytes([number]) * 32), [(0, 10)])
        push(baliza.FILE_OFFER, self.offered(), "TOO_MANY")
        self.skipped += 61
        push(baliza.FILE_OFFER, self.offered(10, self.THEIRS + 3, bytes([3]) * 32), [(0, 10)])
        push(baliza.FILE_OFFER, self.offered(transfer=self.THEIRS + 9), [(0, len(self.bytes))])
        push(baliza.FILE_CHUNK, self.chunk(0, 10, self.THEIRS), "UNKNOWN")
        push(baliza.FILE_CHUNK, self.chunk(0, 11, self.THEIRS + 3), [(0, 10)])
        push(baliza.FILE_CHUNK, self.chunk(0, 10, self.THEIRS + 3), "BAD_HASH")
        ignored = device.ignored
        self.push(server, device, baliza.FILE_OFFER, self.offered(transfer=4))
        self.push(server, device, baliza.FILE_ACCEPT, baliza.encode_accept(self.THEIRS))
        self.until(device, lambda: device.ignored == ignored + 2)
        self.push(server, device, baliza.FILE_DONE, baliza.encode_file_done(self.THEIRS + 9, "CANCELLED"))
        push(baliza.FILE_CHUNK, self.chunk(0, 10, self.THEIRS + 9), "UNKNOWN")

    def test_sixteen_chunks_are_acknowledged_even_if_more_wait(self):  # SPEC §14.2.1
        parts = baliza._Downloads(None, 1 << 20, lambda: 0.0)
        parts.on_offer(*baliza.parse_offer(self.offered()))
        said = [parts.on_chunk(self.THEIRS, at * 1100, self.bytes[at * 1100:at * 1100 + 1100]) for at in range(32)]
        self.assertEqual([15, 31], [number for number, one in enumerate(said) if one])
        self.assertFalse(parts.owes())

    def test_what_is_held_is_not_replaced_and_pieces_have_a_limit(self):  # SPEC §14.2.3, §14.3.1
        parts = baliza._Downloads(None, 1 << 20, lambda: 0.0)
        parts.on_offer(*baliza.parse_offer(self.offered()))
        part = parts._parts[self.sha256]
        parts.on_chunk(self.THEIRS, 10, b"right")
        parts.on_chunk(self.THEIRS, 8, b"wrongwrong")
        self.assertEqual(b"wrrightong", part.content.getvalue()[8:18])
        for at in range(2000):
            parts.on_chunk(self.THEIRS, 100 + 2 * at, b"x")
        self.assertEqual(baliza.MAX_FRAGMENTS, len(part.held))
        _, horizon, _, _, _, missing = baliza.parse_accept(part.accept())
        self.assertEqual(64, len(missing))
        self.assertLess(missing[-1][1], horizon)

    def test_a_disk_that_is_full_ends_the_transfer_in_words(self):  # SPEC §14.4
        server, device = self.met()
        device.on_file(print)
        device._downloads.on_offer = lambda *_: (_ for _ in ()).throw(OSError("no space left"))
        self.push(server, device, baliza.FILE_OFFER, self.offered())
        self.until(device, lambda: list(self.answers(server)) == ["FAILED"])


if __name__ == "__main__":
    import unittest
    unittest.main()
