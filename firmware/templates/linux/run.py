#!/usr/bin/env python3
"""Runs model.tflite on this computer and speaks the studio's protocol: watch it on the Live page.

    python3 run.py --listen 7777        then connect the Live page to socket://ADDRESS:7777
    python3 run.py                      frames go to standard output, requests come from standard input

It answers inputs that the studio sends. Put your sensor into read_sensor below.
"""

import argparse
import json
import select
import socket
import struct
import sys
import time
from binascii import crc_hqx
from pathlib import Path

import numpy as np
from ai_edge_litert.interpreter import Interpreter

HERE = Path(__file__).resolve().parent
ABOUT = json.loads((HERE / "model.json").read_text(encoding="utf-8"))
HELLO, RESULT, LOG, ANSWER = 1, 2, 3, 5
ASK_HELLO, RUN_INPUT, START, STOP = 0x81, 0x82, 0x83, 0x84
UNREVIEWED = b"UNREVIEWED BENCH BUILD: nobody has reviewed this model for use. For trials at the desk only."
TYPES = ("int8", "int16", "int32", "float32")


def read_sensor():
    """One input as an array of the model's own type and shape, or None while there is no sensor."""
    # Yours: return numpy.asarray(…, dtype of the input) here.


def cobs(data):
    """COBS: the same bytes without a zero among them, closed by one."""
    out = bytearray()
    for piece in (data + b"\0").split(b"\0")[:-1]:
        while len(piece) >= 254:
            out += b"\xff" + piece[:254]
            piece = piece[254:]
        out += bytes([len(piece) + 1]) + piece
    return bytes(out) + b"\0"


def uncobs(data):
    """The bytes before `cobs`, or None for what no `cobs` made."""
    out, place = bytearray(), 0
    while place < len(data):
        code = data[place]
        if code == 0 or place + code > len(data):
            return None
        out += data[place + 1 : place + code]
        place += code
        if code < 255 and place < len(data):
            out.append(0)
    return bytes(out)


class Line:
    """Frames over a socket or standard input and output."""

    def __init__(self, connection):
        self.connection = connection
        self.source = connection if connection else sys.stdin.buffer
        self.rest = b""
        self.sequence = 0

    def send(self, kind, body, sequence=None):
        """One frame; its own sequence number where it answers a request."""
        if sequence is None:
            sequence, self.sequence = self.sequence, (self.sequence + 1) % 65536
        packet = struct.pack("<BH", kind, sequence) + body
        frame = cobs(packet + struct.pack("<H", crc_hqx(packet, 0xFFFF)))
        if self.connection:
            self.connection.sendall(frame)
        else:
            sys.stdout.buffer.write(frame)
            sys.stdout.buffer.flush()

    def requests(self, seconds):
        """The requests that came within `seconds`; EOFError when the other side is gone."""
        if not select.select([self.source], [], [], seconds)[0]:
            return []
        data = self.connection.recv(65536) if self.connection else sys.stdin.buffer.read1(65536)
        if not data:
            raise EOFError
        *pieces, self.rest = (self.rest + data).split(b"\0")
        found = []
        for piece in pieces:
            packet = uncobs(piece) if piece else None
            if (
                packet
                and len(packet) >= 5
                and crc_hqx(packet[:-2], 0xFFFF) == struct.unpack("<H", packet[-2:])[0]
            ):
                found.append((packet[0], struct.unpack("<H", packet[1:3])[0], packet[3:-2]))
        return found


class Model:
    """The .tflite in LiteRT."""

    def __init__(self):
        self.interpreter = Interpreter(model_path=str(HERE / ABOUT["model"]))
        self.interpreter.allocate_tensors()
        self.input = self.interpreter.get_input_details()[0]
        self.output = self.interpreter.get_output_details()[0]

    def run(self, x):
        """The output as it is stored, and microseconds."""
        self.interpreter.set_tensor(self.input["index"], x.reshape(self.input["shape"]))
        began = time.perf_counter()
        self.interpreter.invoke()
        took_us = int((time.perf_counter() - began) * 1e6)
        return self.interpreter.get_tensor(self.output["index"]), took_us

    def hello(self):
        """The body of HELLO: who this is and which model it runs."""
        scale, zero_point = self.output["quantization"]
        sizes = [size_of(end) for end in (self.input, self.output)]
        body = struct.pack("<B32sII", 1, bytes.fromhex(ABOUT["model_sha256"]), *sizes)
        body += struct.pack("<fiI", scale or 1.0, zero_point, 0)
        return body + b"".join(text.encode() + b"\0" for text in (ABOUT["board"], *ABOUT["labels"]))


def size_of(end):
    """How many numbers an input or output has, and their type in the top byte."""
    return int(np.prod(end["shape"])) | TYPES.index(np.dtype(end["dtype"]).name) << 24


def greet(line, model):
    """Say who this is, and whether anybody reviewed it."""
    line.send(HELLO, model.hello())
    if ABOUT["unreviewed"]:
        line.send(LOG, UNREVIEWED)


def serve(line, model):
    """Answer until the other side is gone."""
    greet(line, model)
    interval_s, due = None, 0.0
    while True:
        wait = 0.5 if interval_s is None else max(0.0, due - time.monotonic())
        for kind, sequence, body in line.requests(wait):
            if kind == ASK_HELLO:
                greet(line, model)
            elif kind == START and len(body) == 4:
                interval_s, due = struct.unpack("<I", body)[0] / 1000, time.monotonic()
            elif kind == STOP:
                interval_s = None
            elif kind == RUN_INPUT:
                x = np.frombuffer(body, model.input["dtype"])
                if x.size != np.prod(model.input["shape"]):
                    line.send(LOG, b"The input that was sent has the wrong length for this model.")
                else:
                    line.send(ANSWER, result(model, x), sequence)
        if interval_s is not None and time.monotonic() >= due:
            due = max(due + interval_s, time.monotonic())
            x = read_sensor()
            if x is None:
                interval_s = None
                line.send(
                    LOG, b"This computer has no sensor connected; put yours into read_sensor in run.py."
                )
            else:
                line.send(RESULT, result(model, np.asarray(x)))


def result(model, x):
    """The body of RESULT and ANSWER."""
    output, took_us = model.run(x)
    return struct.pack("<QIIi", int(time.monotonic() * 1e6), took_us, 0, -1) + output.tobytes()


def main():
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--listen", type=int, metavar="PORT", help="serve one studio after the other on this TCP port"
    )
    parser.add_argument(
        "--address", default="127.0.0.1", help="where to listen; 0.0.0.0 for the whole network"
    )
    options = parser.parse_args()
    model = Model()
    if ABOUT["unreviewed"]:
        print(UNREVIEWED.decode(), file=sys.stderr, flush=True)
    if options.listen is None:
        try:
            serve(Line(None), model)
        except EOFError:
            return
    with socket.create_server((options.address, options.listen)) as server:
        print(f"listening at {options.address}:{server.getsockname()[1]}", file=sys.stderr, flush=True)
        while True:
            connection, _ = server.accept()
            with connection:
                try:
                    serve(Line(connection), model)
                except (EOFError, OSError):
                    continue


if __name__ == "__main__":
    main()
