import random
import time

import baliza

with baliza.Device("python-1", "127.0.0.1") as device:
    for _ in range(60):
        device.send(temperature=(21 + random.gauss(0, 0.2), "Cel"))
        time.sleep(1)
