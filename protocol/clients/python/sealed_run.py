# SPDX-License-Identifier: Apache-2.0
"""python3 sealed_run.py HOST:PORT KEYS STATE: each device of a key file against a running server, every other one over UDP through a
relay that loses a fifth of all datagrams each way, the others over TCP. In two halves: when all of the first is acknowledged it
prints "half" and waits for a line on standard input (time to restart the server, or to change keys). At the end, for each device:
"name frames-of-the-first-half frames-in-all readings-of-each-half"."""
import random
import sys
import threading

import baliza
from lossy_run import Relay


class Run(threading.Thread):
    def __init__(self, name, transport, server, keys, state):
        super().__init__(daemon=True)
        self.name, self.go, self.half, self.line = name, threading.Event(), threading.Event(), None
        if transport == "udp":
            relay = Relay(server, 0.2, name)
            relay.start()
            server = "127.0.0.1", relay.port
        self.device = baliza.Device(name, *server, transport, key_file=keys, state="%s/%s.epoch" % (state, name))

    def run(self):
        device = self.device
        rows = device.describe([baliza.Channel("temperature", "i16", "Cel", scale=-2)])
        self.send(rows)
        epoch, frames = device._epoch, device._seq
        self.half.set()
        while not self.go.is_set():
            device.poll(0.05)
        self.send(rows)
        if not device.close(60) or device.lost or device.rejected or device._epoch != epoch:
            self.line = "%s: lost %d, rejected %d, epoch %d after %d" % (
                self.name, device.lost, device.rejected, device._epoch, epoch)
        else:
            self.line = "%s %d %d 150" % (self.name, frames, device._seq)

    def send(self, rows):
        for number in range(30):
            self.device.send_rows(rows, [(0, (2000 + number,)) for _ in range(4)])
            self.device.send(battery=(number / 10, "V"))
        if not self.device.flush(60):
            raise TimeoutError("%s: not everything was acknowledged" % self.name)


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    with open(sys.argv[2]) as file:
        names = dict.fromkeys(line.split()[0] for line in file if line.strip() and not line.startswith("#"))
    runs = [Run(name, ("udp", "tcp")[number % 2], (host, int(port)), *sys.argv[2:4]) for number, name in enumerate(names)]
    for run in runs:
        run.start()
    for run in runs:
        if not run.half.wait(90):
            sys.exit("%s: the first half was not acknowledged" % run.name)
    print("half", flush=True)
    sys.stdin.readline()
    for run in runs:
        run.go.set()
    for run in runs:
        run.join(120)
        print(run.line or "%s: not everything was acknowledged" % run.name, flush=True)


if __name__ == "__main__":
    main()
