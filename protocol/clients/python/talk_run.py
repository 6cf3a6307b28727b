# SPDX-License-Identifier: Apache-2.0
"""python3 talk_run.py HOST:PORT udp|tcp NAME FILE [KEYS STATE]: a device that says events and texts, has values echoed, calculates and
sends a file, prints "ready" and the file's SHA-256, then listens until somebody says "bye". What it heard it prints, a line each."""
import sys

import baliza


def main():
    (host, port), transport, name, path = sys.argv[1].rsplit(":", 1), *sys.argv[2:5]
    sealed = dict(key_file=sys.argv[5], state=sys.argv[6]) if len(sys.argv) > 5 else {}
    device = baliza.Device(name, host, int(port), transport, **sealed)
    ended = []

    @device.on_text
    def heard(author, text):
        print("text", author, text, flush=True)
        if text == "bye":
            ended.append(True)

    @device.on_command("set-interval")
    def set_interval(millis: int):
        print("command", millis, flush=True)
        return "every %d ms" % millis

    @device.on_command("fail")
    def fail():
        raise OSError("no sensor")

    @device.on_file
    def taken(file):
        print("file", file.sha256, file.size, flush=True)

    for number in range(20):
        device.event({"event": number}, severity="warning")
        device.send(temperature=(39, "Cel"))  # a lost one that comes late is the newest
    for number in range(5):
        device.say("text %d" % number, author=name)
    values = [True, -7, 2.5, "señal", b"\0\1", ("u16", 65535), ("vector3", (1.0, 2.0, 3.0))]
    if device.echo_values(values) != values[:5] + [65535, (1.0, 2.0, 3.0)]:
        sys.exit("other values came back")
    if not device.flush():
        sys.exit("not everything was acknowledged")
    if device.calc("%s/temperature 2 *" % name) != 78 or device.calc("21 2 *") != 42:
        sys.exit("it does not calculate")
    print("ready", device.send_file(path), flush=True)
    while not ended:
        device.poll(0.1)
    print("closed", device.close(), device.lost, device.rejected, flush=True)


if __name__ == "__main__":
    main()
