"""A worker for what the real one should not do: it crashes, hangs or talks nonsense as its argument says.

The job's argument "path" may override: "answer" gives a tiny model, "sentence" a failure.
"""

import os
import sys
import time

from studio.core.codec import to_json
from studio.core.messages import Answer, Failure, Progress, Ready, Stop, decode_request, encode_reply
from studio.core.model import Layer, Model, ModelFormat, TensorInfo

MODEL = Model(
    name="tiny",
    format=ModelFormat.TFLITE,
    path="answer",
    sha256="a" * 64,
    artifact="answer",
    artifact_sha256="b" * 64,
    artifact_bytes=100,
    quantized=False,
    inputs=(TensorInfo("x", (1, 1), "float32"),),
    outputs=(TensorInfo("y", (1, 1), "float32"),),
    layers=(Layer(0, "dense", "FULLY_CONNECTED", (1, 1), "float32", 2, 1, 8, 4),),
)


def main(mode: str) -> None:
    out = sys.stdout.buffer
    if mode == "never":
        sys.exit(1)
    out.write(encode_reply(Ready(os.getpid())))
    out.flush()
    for line in sys.stdin.buffer:
        request = decode_request(line)
        if isinstance(request, Stop):
            continue
        what = os.path.basename(str(request.arguments.get("path", mode)))
        out.write(encode_reply(Progress(request.id, 0.5, "Half way")))
        out.flush()
        if what.startswith("crash"):
            os._exit(3)
        if what.startswith("hang"):
            time.sleep(600)
        if what.startswith("nonsense"):
            out.write(b"nonsense\n")
        elif what.startswith("sentence"):
            out.write(encode_reply(Failure(request.id, "This model is no good. Take another.")))
        else:
            out.write(encode_reply(Answer(request.id, to_json(MODEL))))
        out.flush()


main(sys.argv[1] if len(sys.argv) > 1 else "")
