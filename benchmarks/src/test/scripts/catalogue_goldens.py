#!/usr/bin/env python3
"""Writes what the models of our catalogue compute, as the reference for the test that imports them all.

  ~/.cache/inferlab/python/bin/python catalogue_goldens.py openvino [NAME...]   OpenVINO on the original files
  ~/.cache/inferlab/python/bin/python catalogue_goldens.py assets               the same for the files of ../shared/assets/models
  PYTHON-WITH-OPENCV-4.10             catalogue_goldens.py caffe                OpenCV's dnn on prototxt and caffemodel
  python3                             catalogue_goldens.py mxnet                what model-ir's mxnet_goldens.py had of mxnet 1.9.1

Each adds its models to benchmarks/src/main/resources/models/goldens.json. Needs the packages of `tools/fetch models`.
An input is a picture without a pattern (see formula) or a photograph of a face (see photo), both less `mean`, divided by
`scale`. Of each output there are its shape, the mean of its values and of their magnitudes, the largest magnitude, the index
of the largest value, 1,000 samples (see places; all values where there are fewer) as 32-bit floats in base64, and the
SHA-256 of its bytes.
"""
import base64
import hashlib
import json
import os
import re
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[4]
CATALOGUE = ROOT / "api-gateway/src/main/resources/catalog"
OUT = ROOT / "benchmarks/src/main/resources/models/goldens.json"
CACHE = Path(os.environ.get("INFERLAB_CACHE", Path.home() / ".cache/inferlab")) / "packages"
PHOTO = "pyvision-toolkit/pyvision/data/csuScrapShots/00001aa.pgm"
SAMPLES = 1000
SEED = 20261128

# Where the model leaves lengths open; a batch is 1.
SHAPES = {
    "yolo11n": [1, 3, 640, 640],
    "ssdlite-mobilenet-v2-person": [1, 300, 300, 3],
    "retinaface-resnet50": [1, 256, 256, 3],
    "mtcnn-pnet": [1, 3, 48, 48],
    "ppocr-v2-cls": [1, 3, 48, 192],
    "ppocr-v4-det": [1, 3, 320, 320],
    "ppocr-v4-rec": [1, 3, 48, 320],
    "fsrcnn-x2": [1, 64, 64, 1],
    "fsrcnn-x4": [1, 64, 64, 1],
    "multistyle26": [1, 3, 128, 128],
    "face-detector-tf": [1, 256, 256, 3],
}
PHOTOS = {"retinaface-resnet50", "ssdlite-mobilenet-v2-person", "face-detector-tf", "retinaface-widerface", "mobilenet-ssd"}


def formula(np, shape):
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((index * 7919 + index // 64 * 104729) % 256).astype(np.float32).reshape(shape)


def photo(np, shape):
    """The grey photograph, enlarged or reduced by taking the nearest pixel, in every channel."""
    data = (CACHE / PHOTO).read_bytes()
    head = re.match(rb"P5\s+(?:#.*\s+)*(\d+)\s+(\d+)\s+255\s", data)
    width, height = int(head[1]), int(head[2])
    pixels = np.frombuffer(data[head.end():], np.uint8).reshape(height, width)
    planar = shape[1] in (1, 3)
    h, w = (shape[2], shape[3]) if planar else (shape[1], shape[2])
    small = pixels[np.arange(h) * height // h][:, np.arange(w) * width // w].astype(np.float32)
    return np.broadcast_to(small if planar else small[..., None], shape).copy()


def places(count):
    """Where samples are taken of `count` values, as Golden.java does it too: the values are cut into SAMPLES parts, as equal
    as can be, and of each part one is drawn (Knuth's linear congruential generator, its upper bits). A step of equal length
    would meet the same column of every row."""
    parts = min(SAMPLES, count)
    state, found = SEED, []
    for part in range(parts):
        begin, end = part * count // parts, (part + 1) * count // parts
        state = (state * 6364136223846793005 + 1442695040888963407) % 2**64
        found.append(begin + (state >> 33) % (end - begin))
    return found


def samples(values):
    found = [float(values[place]) for place in places(len(values))]
    return base64.b64encode(struct.pack(f"<{len(found)}f", *found)).decode()


def described(np, names, array):
    values = np.ascontiguousarray(array).ravel()
    wide = values.astype(np.float64)
    if not np.isfinite(wide).all():
        sys.exit(f"{names} has values that are no finite numbers: no reference")
    return {
        "names": sorted(names),
        "shape": list(array.shape),
        "mean": float(wide.mean()) if wide.size else 0,
        "magnitude": float(np.abs(wide).mean()) if wide.size else 0,
        "largest": float(np.abs(wide).max()) if wide.size else 0,
        "top": int(wide.argmax()) if wide.size else 0,
        "samples": samples(wide),
        "sha256": hashlib.sha256(values.tobytes()).hexdigest(),
    }


def entry(name):
    """Files by their name in the catalogue, framework, mean and scale of the first channel."""
    text = (CATALOGUE / name / "model.yml").read_text()
    files = {}
    for file, path, sha in re.findall(r"- name: (\S+).*?path: (\S+).*?sha256: \"(\w+)\"", text, re.S):
        for mark in CACHE.glob("*/.sha256"):
            if mark.read_text().strip() == sha:
                files[file] = mark.parent / path
    framework = re.search(r"^framework: (\w+)", text, re.M)[1]
    first = lambda word, usual: float(found[1]) if (found := re.search(rf"    {word}: \[([^],]+)", text)) else usual
    return files, framework, first("mean", 0.0), first("scale", 1.0), len(re.findall("- name: .*\n    size", text))


def add(goldens, name, **golden):
    goldens[name] = golden
    print(name, [o["shape"] for o in golden["outputs"]], file=sys.stderr)


def openvino(goldens, names):
    import numpy as np
    import openvino as ov

    core = ov.Core()
    for name in names:
        files, framework, mean, scale, count = ASSETS[name] if name in ASSETS else entry(name)
        if framework in ("caffe", "mxnet"):
            continue
        if len(files) < count:
            print(name, "skipped: its package is not in the cache", file=sys.stderr)
            continue
        main = next(iter(files.values()))
        model = core.read_model(main.parent if main.name == "saved_model.pb" else main)
        shapes = []
        for index, port in enumerate(model.inputs):
            given = SHAPES.get(name) if index == 0 else None
            lengths = [d.get_length() if d.is_static else (1 if axis == 0 else given[axis])
                       for axis, d in enumerate(port.partial_shape)]
            shapes.append(given or lengths)
        model.reshape({port: shape for port, shape in zip(model.inputs, shapes)})
        inputs, tensors = [], []
        for port, shape in zip(model.inputs, shapes):
            kind = port.get_element_type().to_dtype()
            image = len(shape) == 4 and (shape[1] in (1, 3) or shape[3] in (1, 3))
            source = "photo" if name in PHOTOS and image else "formula"
            m, s = (mean, scale) if image else (0.0, 255.0)
            if kind == np.uint8:
                m, s = 0.0, 1.0
            values = (photo if source == "photo" else formula)(np, shape)
            tensors.append(((values - np.float32(m)) / np.float32(s)).astype(kind))
            inputs.append({"names": sorted(port.get_names()), "shape": shape, "source": source, "mean": m, "scale": s})
        compiled = core.compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
        request = compiled.create_infer_request()
        request.infer(tensors)
        outputs = [described(np, port.get_names(), request.get_output_tensor(i).data) for i, port in enumerate(model.outputs)]
        add(goldens, name, reference="openvino " + ov.__version__.split("-")[0], inputs=inputs, outputs=outputs)


# Models that no package registry has. Name: (files, framework, mean, scale, count).
SHARED = ROOT / "../shared/assets/models"
ASSETS = {
    "unet-small": ({"model.onnx": SHARED / "inpainting/unet-small-onnx/model.onnx"}, "onnx", 0.0, 255.0, 1),
    "efficientnet-lite0-onnx": (
        {"efficientnet-lite0.onnx": SHARED / "image-classification/efficientnet-lite0-onnx/efficientnet-lite0.onnx"},
        "onnx", 127.0, 128.0, 1),
    "squeezenet1.1-fp16": (
        {"squeezenet1.1.xml": SHARED / "image-classification/squeezenet1.1-fp16-ir/squeezenet1.1.xml"}, "dldt", 117.0, 1.0, 1),
    "mobilenet-v2-quant": (
        {"m.tflite": SHARED / "image-classification/mobilenet-v2-quant-tflite/mobilenet_v2_1.0_224_quant.tflite"},
        "tflite", 0.0, 1.0, 1),
    "deeplab-v3-quant": (
        {"m.tflite": SHARED / "semantic-segmentation/deeplabv3-voc-quant-tflite/deeplabv3_mnv2_pascal_quant.tflite"},
        "tflite", 0.0, 1.0, 1),
}


CAFFE = {
    "mtcnn-det1-caffe": ([1, 3, 12, 12], ["conv4-2", "prob1"]),
    "mtcnn-det2-caffe": ([1, 3, 24, 24], ["conv5-2", "prob1"]),
    "mtcnn-det3-caffe": ([1, 3, 48, 48], ["conv6-2", "conv6-3", "prob1"]),
    "mtcnn-det4-caffe": ([1, 15, 24, 24], ["fc5_1", "fc5_2", "fc5_3", "fc5_4", "fc5_5"]),
    "mobilenet-ssd": ([1, 3, 300, 300], ["detection_out"]),
    "retinaface-widerface": ([1, 3, 640, 640], ["detection_out"]),
}


def caffe(goldens):
    import cv2
    import numpy as np

    for name, (shape, outputs) in CAFFE.items():
        files, _, mean, scale, _ = entry(name)
        prototxt, weights = files.values()
        if name == "mtcnn-det4-caffe":
            mean, scale = 127.5, 128.0
        net = cv2.dnn.readNetFromCaffe(str(prototxt), str(weights))
        net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
        net.enableFusion(False)
        source = "photo" if name in PHOTOS else "formula"
        values = (photo if source == "photo" else formula)(np, shape)
        net.setInput((values - np.float32(mean)) / np.float32(scale))
        found = []
        for output, array in zip(outputs, net.forward(outputs), strict=True):
            if output == "detection_out":
                # Rows (image, class, confidence, box), the surest first; both sides leave room at the end.
                rows = array.reshape(-1, 7)
                array = rows[rows[:, 2] > 0]
                found.append({"names": [output], "detections": [[float(f"{v:.7g}") for v in row] for row in array[:10]]})
            else:
                found.append(described(np, [output], array))
        goldens[name] = {"reference": "opencv " + cv2.__version__,
                         "inputs": [{"names": ["data"], "shape": shape, "source": source, "mean": mean, "scale": scale}],
                         "outputs": found}
        print(name, [o.get("shape", o.get("detections")) for o in found], file=sys.stderr)


def mxnet(goldens):
    for number, shape in ((1, [1, 3, 12, 12]), (2, [1, 3, 24, 24]), (3, [1, 3, 48, 48]), (4, [1, 15, 24, 24])):
        outputs = []
        for line in (ROOT / f"model-ir/src/test/resources/mxnet/det{number}.golden").read_text().splitlines():
            name, lengths, *numbers = line.split(" ")
            values = [float(v) for v in numbers]
            outputs.append({"names": [name], "shape": [int(v) for v in lengths.split(",")],
                            "mean": sum(values) / len(values), "magnitude": sum(map(abs, values)) / len(values),
                            "largest": max(map(abs, values)), "top": values.index(max(values)),
                            "samples": samples(values)})
        goldens[f"mtcnn-det{number}-mxnet"] = {
            "reference": "mxnet 1.9.1",
            "inputs": [{"names": ["data"], "shape": shape, "source": "formula", "mean": 127.5, "scale": 128.0}],
            "outputs": outputs}


def main():
    goldens = json.loads(OUT.read_text()) if OUT.exists() else {}
    command = sys.argv[1] if len(sys.argv) > 1 else ""
    if command == "openvino":
        openvino(goldens, sys.argv[2:] or (CATALOGUE / "models.txt").read_text().split())
    elif command == "assets":
        openvino(goldens, list(ASSETS))
    elif command == "caffe":
        caffe(goldens)
    elif command == "mxnet":
        mxnet(goldens)
    else:
        sys.exit(__doc__)
    lines = [f"  {json.dumps(name)}: {json.dumps(goldens[name])}" for name in sorted(goldens)]
    OUT.write_text("{\n" + ",\n".join(lines) + "\n}\n")


main()
