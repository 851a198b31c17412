#!/usr/bin/env python3
"""Writes what OpenCV's own reader computes for Caffe networks, as references for the importer.

Run in a Python with opencv-python-headless==4.10.* (5.0 no longer reads Caffe) and numpy<2:
  python model-ir/src/test/scripts/caffe_goldens.py model-ir/src/test/resources/caffe
First it makes a small network that has every layer type the real ones lack, with random weights
(layers.prototxt, layers.caffemodel, and the same in V1 form); then each network is run on the
formula's input. What OpenCV does not read, or not as Caffe computes it, is computed with numpy by the rules of Caffe's own
layers (functions.golden); OpenCV has to agree where it does read it. A golden has lines "NAME SHAPE VALUE VALUE ...". Detectors find little in the formula's
picture, so their threshold is lowered to 0.0001 (in the importer's test as well), and empty rows are left out.
"""
import os
import re
import sys
from pathlib import Path

import cv2
import numpy as np

OUT = Path(sys.argv[1])
CACHE = Path(os.environ.get("INFERLAB_CACHE", Path.home() / ".cache/inferlab")) / "packages"
MTCNN = CACHE / "trueface/trueface/model"

rng = np.random.default_rng(7)


def formula(shape):
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((index * 7919 + index // 64 * 104729) % 256).astype(np.float32).reshape(shape)


def varint(value):
    out = bytearray()
    while True:
        out.append((value & 0x7F) | (0x80 if value > 0x7F else 0))
        value >>= 7
        if not value:
            return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def blob(array):
    shape = field(7, field(1, b"".join(varint(d) for d in array.shape)))
    return shape + field(5, array.astype("<f4").tobytes())


def weights(*shape, low=-0.5, high=0.5):
    return rng.uniform(low, high, shape).astype(np.float32)


# Each layer: name, type, bottoms, tops, parameters, blobs.
LAYERS = [
    ("conv", "Convolution", ["data"], ["conv"], "convolution_param { num_output: 8 kernel_h: 3 kernel_w: 5 pad_h: 1 pad_w: 2 stride: 1 }", [weights(8, 3, 3, 5), weights(8)]),
    ("lrn", "LRN", ["conv"], ["lrn"], "lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 }", []),
    ("pool_ceil", "Pooling", ["lrn"], ["pool_ceil"], "pooling_param { pool: MAX kernel_size: 3 stride: 2 }", []),
    ("grouped", "Convolution", ["pool_ceil"], ["grouped"], "convolution_param { num_output: 8 kernel_size: 3 pad: 2 dilation: 2 group: 2 bias_term: false }", [weights(8, 4, 3, 3)]),
    ("bn", "BatchNorm", ["grouped"], ["grouped"], "batch_norm_param { use_global_stats: true eps: 0.001 }", [weights(8), weights(8, low=0.5, high=2), np.array([1.5], np.float32)]),
    ("scale", "Scale", ["grouped"], ["grouped"], "scale_param { bias_term: true }", [weights(8), weights(8)]),
    ("leaky", "ReLU", ["grouped"], ["grouped"], "relu_param { negative_slope: 0.1 }", []),
    ("ave_pad", "Pooling", ["grouped"], ["ave_pad"], "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }", []),
    ("ave_ceil", "Pooling", ["grouped"], ["ave_ceil"], "pooling_param { pool: AVE kernel_size: 2 stride: 2 }", []),
    ("max_pad", "Pooling", ["grouped"], ["max_pad"], "pooling_param { pool: MAX kernel_size: 3 stride: 2 pad: 1 }", []),
    ("norm", "Normalize", ["ave_pad"], ["norm"], "norm_param { across_spatial: false channel_shared: false }", [weights(8, low=1, high=20)]),
    ("elt", "Eltwise", ["norm", "max_pad"], ["elt"], "eltwise_param { operation: SUM coeff: 1 coeff: -0.5 }", []),
    ("elt_max", "Eltwise", ["norm", "max_pad"], ["elt_max"], "eltwise_param { operation: MAX }", []),
    ("elt_prod", "Eltwise", ["elt", "elt_max"], ["elt_prod"], "eltwise_param { operation: PROD }", []),
    ("power", "Power", ["elt_prod"], ["power"], "power_param { power: 2 scale: 0.5 shift: 1 }", []),
    ("sigmoid", "Sigmoid", ["elt"], ["sigmoid"], "", []),
    ("tanh", "TanH", ["elt"], ["tanh"], "", []),
    ("abs", "AbsVal", ["elt"], ["abs"], "", []),
    ("elu", "ELU", ["elt"], ["elu"], "elu_param { alpha: 0.7 }", []),
    ("concat", "Concat", ["sigmoid", "tanh", "abs", "elu"], ["concat"], "", []),
    ("slice", "Slice", ["concat"], ["part_a", "part_b", "part_c"], "slice_param { axis: 1 slice_point: 4 slice_point: 20 }", []),
    ("up", "Deconvolution", ["part_b"], ["up"], "convolution_param { num_output: 6 kernel_size: 4 stride: 2 pad: 1 }", [weights(16, 6, 4, 4), weights(6)]),
    ("up_grouped", "Deconvolution", ["part_a"], ["up_grouped"], "convolution_param { num_output: 4 kernel_size: 4 stride: 2 pad: 0 group: 4 bias_term: false }", [weights(4, 1, 4, 4)]),
    ("crop", "Crop", ["up_grouped", "up"], ["crop"], "crop_param { axis: 2 offset: 1 }", []),
    ("up_relu", "ReLU", ["up"], ["up_relu"], "", []),
    ("global", "Pooling", ["part_c"], ["global"], "pooling_param { pool: AVE global_pooling: true }", []),
    ("drop", "Dropout", ["global"], ["global"], "dropout_param { dropout_ratio: 0.5 }", []),
    ("fc", "InnerProduct", ["global"], ["fc"], "inner_product_param { num_output: 5 }", [weights(5, 12), weights(5)]),
    ("prob", "Softmax", ["fc"], ["prob"], "", []),
]
V1 = {"Convolution": 4, "Pooling": 17, "ReLU": 18, "LRN": 15, "InnerProduct": 14, "Softmax": 20, "Dropout": 6, "Concat": 3}
V1_NAMES = {4: "CONVOLUTION", 17: "POOLING", 18: "RELU", 15: "LRN", 14: "INNER_PRODUCT", 20: "SOFTMAX", 6: "DROPOUT", 3: "CONCAT"}
OLD = [
    LAYERS[0], LAYERS[1], LAYERS[2],
    ("r", "ReLU", ["pool_ceil"], ["pool_ceil"], "", []),
    ("other", "Pooling", ["pool_ceil"], ["other"], "pooling_param { pool: AVE kernel_size: 3 stride: 1 pad: 1 }", []),
    ("both", "Concat", ["pool_ceil", "other"], ["both"], "concat_param { concat_dim: 1 }", []),
    ("fc", "InnerProduct", ["both"], ["fc"], "inner_product_param { num_output: 5 }", [weights(5, 16 * 6 * 8), weights(5)]),
    ("d", "Dropout", ["fc"], ["fc"], "", []),
    ("prob", "Softmax", ["fc"], ["prob"], "", []),
]


# What the two above cannot tell: pooling whose windows reach over the edge (Caffe divides by the window
# clipped at the padding's end), layers of one row a picture, and rarer types.
RARE = [
    ("ave_even", "Pooling", ["data"], ["ave_even"], "pooling_param { pool: AVE kernel_size: 3 stride: 2 pad: 1 }", []),
    ("ave_open", "Pooling", ["data"], ["ave_open"], "pooling_param { pool: AVE kernel_size: 3 stride: 2 }", []),
    ("quarter", "Pooling", ["data"], ["quarter"], "pooling_param { pool: MAX kernel_size: 4 stride: 4 }", []),
    ("max_small", "Pooling", ["quarter"], ["max_small"], "pooling_param { pool: MAX kernel_size: 2 stride: 2 pad: 1 }", []),
    ("ave_small", "Pooling", ["quarter"], ["ave_small"], "pooling_param { pool: AVE kernel_size: 2 stride: 2 pad: 1 }", []),
    ("depthwise", "Convolution", ["data"], ["depthwise"], "convolution_param { num_output: 4 kernel_size: 3 pad: 1 group: 4 }", [weights(4, 1, 3, 3, low=-9, high=9), weights(4)]),
    ("relu6", "ReLU6", ["depthwise"], ["relu6"], "", []),
    ("bnll", "BNLL", ["depthwise"], ["bnll"], "", []),
    ("halves", "Slice", ["bnll"], ["half_a", "half_b"], "slice_param { axis: 1 }", []),
    ("half_abs", "AbsVal", ["half_b"], ["half_abs"], "", []),
    ("prelu_shared", "PReLU", ["half_a"], ["prelu_shared"], "prelu_param { channel_shared: true }", [weights(1)]),
    ("prelu", "PReLU", ["depthwise"], ["prelu"], "", [weights(4)]),
    ("global_max", "Pooling", ["prelu"], ["global_max"], "pooling_param { pool: MAX global_pooling: true }", []),
    ("fc", "InnerProduct", ["prelu"], ["fc"], "inner_product_param { num_output: 6 }", [weights(6, 4 * 12 * 14), weights(6)]),
    ("fc_bn", "BatchNorm", ["fc"], ["fc_bn"], "", [weights(6), weights(6, low=0.5, high=2), np.array([2], np.float32)]),
    ("fc_scale", "Scale", ["fc_bn"], ["fc_scale"], "scale_param { bias_term: true }", [weights(6), weights(6)]),
]


# Functions of single elements, values spread over dimensions, places of the largest values, and the transposed
# InnerProduct: each as src/caffe/layers of github.com/BVLC/caffe has it, where the file is named for the layer.
def exp(x, base=np.e, scale=1.0, shift=0.0):
    return np.power(base, shift + scale * x)


def log(x, base=np.e, scale=1.0, shift=0.0):
    return np.log(shift + scale * x) / np.log(base)


def spread(values, x, axis):
    return values.reshape(values.shape + (1,) * (x.ndim - axis % x.ndim - values.ndim)) if values.ndim else values


def argmax(x, top_k=1, axis=None, out_max_val=False):
    flat = x.reshape(len(x), -1) if axis is None else np.moveaxis(x, axis, -1)
    # Pairs of value and place are sorted from the largest, so that of equal values the last place wins.
    places = np.lexsort((np.broadcast_to(np.arange(flat.shape[-1]), flat.shape), flat))[..., ::-1][..., :top_k]
    values = np.take_along_axis(flat, places, -1)
    if axis is not None:
        return np.moveaxis(values if out_max_val else places, -1, axis)
    found = np.stack([places, values], 1) if out_max_val else places[:, None]
    return found.reshape(found.shape + (1,) * max(0, x.ndim - 3))


W = {name: weights(*shape) for name, shape in
     {"c": (4,), "w": (5,), "hw": (6, 5), "hw2": (6, 5), "chw": (4, 6, 5), "one": (), "fc": (120, 4), "fc_b": (4,)}.items()}
FUNCTIONS = [
    ("exp", "Exp", ["data"], "exp_param { }", [], lambda x: exp(x)),
    ("exp_shift", "Exp", ["data"], "exp_param { scale: 0.5 shift: 0.3 }", [], lambda x: exp(x, scale=0.5, shift=0.3)),
    ("exp_2", "Exp", ["data"], "exp_param { base: 2 scale: 1.5 shift: -0.4 }", [], lambda x: exp(x, 2, 1.5, -0.4)),
    ("log", "Log", ["exp"], "", [], lambda x: log(x)),
    ("log_10", "Log", ["exp"], "log_param { base: 10 scale: 3 shift: 2 }", [], lambda x: log(x, 10, 3, 2)),
    ("bias", "Bias", ["data"], "", ["c"], lambda x: x + spread(W["c"], x, 1)),
    ("bias_last", "Bias", ["data"], "bias_param { axis: -1 }", ["w"], lambda x: x + spread(W["w"], x, -1)),
    ("bias_all", "Bias", ["data"], "bias_param { axis: 1 num_axes: -1 }", ["chw"], lambda x: x + W["chw"]),
    ("bias_one", "Bias", ["data"], "bias_param { num_axes: 0 }", ["one"], lambda x: x + W["one"]),
    ("scale_hw", "Scale", ["data"], "scale_param { axis: 2 num_axes: 2 bias_term: true }", ["hw", "hw2"], lambda x: x * W["hw"] + W["hw2"]),
    ("fc", "InnerProduct", ["data"], "inner_product_param { num_output: 4 transpose: true }", ["fc", "fc_b"],
     lambda x: x.reshape(len(x), -1) @ W["fc"] + W["fc_b"]),
    ("gated", "Scale", ["data", "fc"], "scale_param { axis: 0 }", [], lambda x, gate: x * spread(gate, x, 0)),
    # Scale's second bottom may have only the dimensions from the axis on: of one picture, those of "fc" without the first.
    ("vector", "Reshape", ["fc"], "reshape_param { shape { dim: -1 } }", [], lambda x: x.reshape(-1)),
    ("gated_shift", "Scale", ["fc", "vector"], "scale_param { axis: 1 bias_term: true }", ["fc_b"], lambda x, y: x * y + W["fc_b"]),
    ("shifted", "Bias", ["data", "fc"], "bias_param { axis: 0 }", [], lambda x, y: x + spread(y, x, 0)),
    ("largest", "ArgMax", ["data"], "argmax_param { top_k: 3 }", [], lambda x: argmax(x, 3)),
    ("largest_both", "ArgMax", ["data"], "argmax_param { top_k: 3 out_max_val: true }", [], lambda x: argmax(x, 3, out_max_val=True)),
    ("largest_class", "ArgMax", ["fc"], "", [], lambda x: argmax(x)),
    ("labels", "ArgMax", ["data"], "argmax_param { axis: 1 }", [], lambda x: argmax(x, axis=1)),
    ("largest_last", "ArgMax", ["data"], "argmax_param { axis: -1 top_k: 2 out_max_val: true }", [], lambda x: argmax(x, 2, -1, True)),
    ("flat", "Power", ["data"], "power_param { scale: 0 shift: 1 }", [], lambda x: np.ones_like(x)),
    ("equal", "ArgMax", ["flat"], "argmax_param { axis: 2 top_k: 2 }", [], lambda x: argmax(x, 2, 2)),
]


def function_goldens(shape, mean, scale):
    """Writes functions.golden; where OpenCV reads a layer, both have to agree."""
    make("functions", [(n, k, b, [n], p, [W[w] for w in v]) for n, k, b, p, v, _ in FUNCTIONS], False, shape)
    tensors = {"data": (formula(shape).astype(np.float64) - mean) * scale}
    for name, _, bottoms, _, _, rule in FUNCTIONS:
        tensors[name] = np.asarray(rule(*(tensors[bottom] for bottom in bottoms)))
    used = {bottom for _, _, bottoms, *_ in FUNCTIONS for bottom in bottoms}
    with open(OUT / "functions.golden", "w") as out:
        for name in tensors:
            if name not in used:
                array = tensors[name]
                print(name, ",".join(map(str, array.shape)), " ".join(f"{v:.9g}" for v in array.ravel()), file=out)
    for name, kind, bottoms, parameters, values, _ in FUNCTIONS:
        if bottoms == ["data"] and kind in OPENCV_READS:
            make("single", [(name, kind, bottoms, [name], parameters, [W[w] for w in values])], False, shape)
            net = cv2.dnn.readNetFromCaffe(str(OUT / "single.prototxt"), str(OUT / "single.caffemodel"))
            net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
            net.setInput((formula(shape) - np.float32(mean)) * np.float32(scale))
            assert np.allclose(net.forward(name), tensors[name], atol=1e-5), name
    for left in OUT.glob("single.*"):
        left.unlink()
    print("functions done")


OPENCV_READS = {"Exp"}


def make(name, layers, old, shape=(1, 3, 13, 17)):
    text = [f'name: "{name}"', 'input: "data"', *[f"input_dim: {length}" for length in shape]]
    binary = field(1, name.encode())
    for layer, kind, bottoms, tops, parameters, blobs in layers:
        ends = " ".join([f'bottom: "{b}"' for b in bottoms] + [f'top: "{t}"' for t in tops])
        if old:
            text.append(f'layers {{ name: "{layer}" type: {V1_NAMES[V1[kind]]} {ends} {parameters} }}')
            body = b"".join(field(2, b.encode()) for b in bottoms) + b"".join(field(3, t.encode()) for t in tops)
            body += field(4, layer.encode()) + varint(5 << 3) + varint(V1[kind])
            binary += field(2, body + b"".join(field(6, blob(b)) for b in blobs))
        else:
            text.append(f'layer {{ name: "{layer}" type: "{kind}" {ends} {parameters} }}')
            body = field(1, layer.encode()) + field(2, kind.encode())
            body += b"".join(field(3, b.encode()) for b in bottoms) + b"".join(field(4, t.encode()) for t in tops)
            binary += field(100, body + b"".join(field(7, blob(b)) for b in blobs))
    (OUT / f"{name}.prototxt").write_text("\n".join(text) + "\n")
    (OUT / f"{name}.caffemodel").write_bytes(binary)


def golden(name, prototxt, caffemodel, shape, mean, scale, outputs, detections=False, blobs=None):
    """Outputs are names of layers, as OpenCV has it; in the golden they have the names of blobs where those are given."""
    text = Path(prototxt).read_text()
    if detections:
        text = re.sub(r"confidence_threshold: *[0-9.]+", "confidence_threshold: 0.0001", text)
    net = cv2.dnn.readNetFromCaffe(np.frombuffer(text.encode(), np.uint8), np.fromfile(caffemodel, np.uint8))
    net.setPreferableBackend(cv2.dnn.DNN_BACKEND_OPENCV)
    net.enableFusion(False)
    net.setInput((formula(shape) - np.float32(mean)) * np.float32(scale))
    with open(OUT / f"{name}.golden", "w") as out:
        for output, array in zip(blobs or outputs, net.forward(outputs), strict=True):
            if detections:
                array = array.reshape(-1, 7)
                array = array[array[:, 2] > 0]
            numbers = " ".join(f"{v:.9g}" for v in array.ravel())
            print(output, ",".join(map(str, array.shape)), numbers, file=out)
    print(name, "done")


function_goldens((1, 4, 6, 5), 127.5, 0.0078125)
make("layers", LAYERS, False)
make("old", OLD, True)
small = (1, 3, 13, 17)
golden("layers", OUT / "layers.prototxt", OUT / "layers.caffemodel", small, 127.5, 0.0078125,
       ["ave_ceil", "power", "up_relu", "crop", "prob"])
golden("inner", OUT / "layers.prototxt", OUT / "layers.caffemodel", small, 127.5, 0.0078125,
       ["conv", "leaky", "fc"], blobs=["conv", "grouped", "fc"])
make("rare", RARE, False, (1, 4, 12, 14))
golden("rare", OUT / "rare.prototxt", OUT / "rare.caffemodel", (1, 4, 12, 14), 127.5, 0.0078125,
       ["ave_even", "ave_open", "max_small", "ave_small", "relu6", "half_abs", "prelu_shared", "global_max", "fc_scale"])
golden("old", OUT / "old.prototxt", OUT / "old.caffemodel", small, 127.5, 0.0078125, ["prob"])
for number, shape, outputs in (
        (1, (1, 3, 12, 12), ["conv4-2", "prob1"]),
        (2, (1, 3, 24, 24), ["conv5-2", "prob1"]),
        (3, (1, 3, 48, 48), ["conv6-2", "conv6-3", "prob1"]),
        (4, (1, 15, 24, 24), ["fc5_1", "fc5_2", "fc5_3", "fc5_4", "fc5_5"])):
    golden(f"det{number}", MTCNN / f"det{number}.prototxt", MTCNN / f"det{number}.caffemodel",
           shape, 127.5, 0.0078125, outputs)
SSD = CACHE / "futurevision/futurevision"
golden("mobilenet-ssd", SSD / "SSD_MobileNet_prototxt.txt", SSD / "SSD_MobileNet.caffemodel",
       (1, 3, 300, 300), 127.5, 0.007843, ["detection_out"], True)
FACE = CACHE / "face-utils/face_utils/detection/assets"
golden("retinaface", FACE / "deploy.prototxt", FACE / "Widerface-RetinaFace.caffemodel",
       (1, 3, 640, 640), 110, 1, ["detection_out"], True)
