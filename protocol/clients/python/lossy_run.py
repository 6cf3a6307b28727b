# SPDX-License-Identifier: Apache-2.0
"""python3 lossy_run.py HOST:PORT: devices against a running server, over UDP through a relay on loopback that loses a fifth of all
datagrams each way, and over TCP. Prints "name frames readings" for each; the server must have counted exactly that."""
import random
import socket
import sys
import threading

import baliza


class Relay(threading.Thread):
    """Between one device and the server."""

    def __init__(self, server, loss, seed):
        super().__init__(daemon=True)
        self.server, self.loss, self.random = server, loss, random.Random(seed)
        self.front = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.front.bind(("127.0.0.1", 0))
        self.back = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.back.connect(server)
        self.device = None
        self.port = self.front.getsockname()[1]

    def run(self):
        threading.Thread(target=self.answers, daemon=True).start()
        while True:
            data, self.device = self.front.recvfrom(65535)
            if self.random.random() >= self.loss:
                try:
                    self.back.send(data)
                except ConnectionRefusedError:  # no server at the moment: this one is lost too
                    pass

    def answers(self):
        while True:
            try:
                data = self.back.recv(65535)
            except ConnectionRefusedError:  # ICMP's answer to an earlier datagram while the server restarts
                continue
            if self.random.random() >= self.loss:
                self.front.sendto(data, self.device)


def run(name, host, port, transport):
    device = baliza.Device(name, host, port, transport)
    rows = device.describe([baliza.Channel("temperature", "i16", "Cel", scale=-2), baliza.Channel("humidity", "u8", "%")])
    values = random.Random(name)
    readings = 0
    for number in range(50):
        batch = [(0, (2000 + values.randrange(300), values.randrange(100))) for _ in range(4)]
        if number % 2:
            device.send_columns(rows, batch, timed=False)
        else:
            device.send_rows(rows, batch)
        device.send(battery=(values.random(), "V"))
        readings += 9
    if not device.close():
        sys.exit("%s: not everything was acknowledged" % name)
    print(name, device._seq, readings, flush=True)


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    threads = []
    for number in range(4):
        relay = Relay((host, int(port)), 0.2, number)
        relay.start()
        threads.append(threading.Thread(target=run, args=("python-udp-%d" % number, "127.0.0.1", relay.port, "udp")))
        threads.append(threading.Thread(target=run, args=("python-tcp-%d" % number, host, int(port), "tcp")))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
