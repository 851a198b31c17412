#!/usr/bin/env python3
"""Writes what MXNet itself computes, as references for the importer.

Run in a Python 3.9 or older with mxnet==1.9.1 and numpy<1.24:
  python model-ir/src/test/scripts/mxnet_goldens.py model-ir/src/test/resources/mxnet
Makes a small network of the operators that MTCNN lacks (layers-symbol.json, layers-0000.params), then
runs it and MTCNN's four networks on the formula's input. Lines: "NAME SHAPE VALUE VALUE ...".
"""
import os
import sys
from pathlib import Path

import mxnet as mx
import numpy as np

OUT = Path(sys.argv[1])
CACHE = Path(os.environ.get("INFERLAB_CACHE", Path.home() / ".cache/inferlab")) / "packages"
MTCNN = CACHE / "trueface/trueface/model"


RARE = (1, 3, 6, 7)


def formula(shape):
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((index * 7919 + index // 64 * 104729) % 256).astype(np.float32).reshape(shape)


def golden(name, prefix, epoch, shape, inner=()):
    """Of the network's outputs, or of these tensors inside it."""
    symbol, args, aux = mx.model.load_checkpoint(str(prefix), epoch)
    if inner:
        symbol = mx.sym.Group([symbol.get_internals()[output] for output in inner])
    names = [output.replace("_output", "") for output in symbol.list_outputs()]
    executor = symbol.simple_bind(mx.cpu(), grad_req="null", data=shape)
    executor.copy_params_from(args, aux, allow_extra_params=True)
    picture = (formula(shape) - np.float32(127.5)) * np.float32(0.0078125)
    executor.forward(is_train=False, data=mx.nd.array(picture))
    with open(OUT / f"{name}.golden", "w") as out:
        for output, array in zip(names, executor.outputs):
            array = array.asnumpy()
            numbers = " ".join(f"{v:.9g}" for v in array.ravel())
            print(output, ",".join(map(str, array.shape)), numbers, file=out)
    print(name, names)


def rare():
    """What the network above cannot tell: layers of one row a picture, the forms of softmax, FCN's operators."""
    s = mx.sym
    data = s.Variable("data")
    x = s.Convolution(data, kernel=(3, 3), pad=(1, 1), num_filter=4, name="conv")
    fc = s.BatchNorm(s.FullyConnected(x, num_hidden=6, name="fc"), fix_gamma=False, eps=2e-5, name="fc_bn")
    instance = s.SoftmaxActivation(x, name="instance")
    channel = s.SoftmaxActivation(x, mode="channel", name="channel")
    plain = s.SoftmaxOutput(x, name="plain")
    multi = s.SoftmaxOutput(x, multi_output=True, name="multi")
    kept = s.SoftmaxOutput(x, preserve_shape=True, name="kept")
    warm = s.softmax(x, axis=1, temperature=2.5, name="warm")
    both = s.Concat(x, s.Variable("fixed_weight", shape=(1, 2) + RARE[2:]), dim=1, name="both")
    up = s.Deconvolution(x, kernel=(4, 4), stride=(2, 2), pad=(1, 1), target_shape=(0, 0), num_filter=3, name="up")
    crop = s.Crop(up, x, offset=(3, 2), name="crop")
    middle = s.Crop(up, x, center_crop=True, name="middle")
    larger = s.UpSampling(x, scale=2, sample_type="nearest", name="larger")
    flat = s.Reshape(x, shape=(0, 2, -1), name="flat")
    total = s.add_n(x, x * 2, x + 1, name="total")
    unit = s.L2Normalization(s.Flatten(x), name="unit")
    unit_channel = s.L2Normalization(x, mode="channel", name="unit_channel")
    unit_spatial = s.L2Normalization(x, mode="spatial", name="unit_spatial")
    average = s.Pooling(data, kernel=(3, 3), stride=(2, 2), pool_type="avg", pooling_convention="full", name="average")
    return s.Group([average, fc, instance, channel, plain, multi, kept, warm, both, up, crop, middle, larger, flat, total,
                    unit, unit_channel, unit_spatial])


def common():
    """Operators on arrays, arithmetic, and activations that are operators of their own."""
    s = mx.sym
    x = s.Convolution(s.Variable("data"), kernel=(3, 3), pad=(1, 1), num_filter=4, name="conv")
    gate = s.sigmoid(x, name="gate")
    channel = s.sigmoid(s.mean(x, axis=1, keepdims=True, name="mean_channel"), name="channel")
    return s.Group([
        s.slice_axis(x, axis=-1, begin=2, end=None, name="right"), s.slice_axis(x, axis=1, begin=-3, end=-1, name="middle"),
        s.expand_dims(x, axis=2, name="more"), s.mean(x, name="mean_all"), s.mean(x, axis=(2, 3), name="mean_space"),
        s.Pad(x, mode="constant", pad_width=(0, 0, 0, 0, 1, 2, 3, 0), constant_value=0.5, name="framed"),
        s.Pad(x, mode="edge", pad_width=(0, 0, 0, 0, 1, 2, 3, 0), name="edged"),
        s.Pad(x, mode="reflect", pad_width=(0, 0, 0, 0, 1, 2, 3, 0), name="mirrored"),
        s.InstanceNorm(x, s.Variable("in_gamma"), s.Variable("in_beta"), eps=0.01, name="in"),
        s.elemwise_div(x, gate, name="quotient"), s.broadcast_div(x, channel, name="spread"),
        s._internal._DivScalar(x, scalar=3, name="third"), s._internal._RDivScalar(gate, scalar=2, name="inverse"),
        s._internal._RMinusScalar(x, scalar=1, name="rest"), s._internal._MinusScalar(x, scalar=0.3, name="less"),
        s.elemwise_sub(x, gate, name="difference"),
        s.relu(x, name="positive"), s.tanh(x, name="bent"),
        s.transpose(x, axes=(0, 2, 3, 1), name="last"), s.L2Normalization(x, name="unit"),
    ])


def ssd():
    """The single-shot detector's head on two maps, as example/ssd of MXNet builds it."""
    s = mx.sym
    x = s.Convolution(s.Variable("data"), kernel=(3, 3), pad=(1, 1), stride=(2, 2), num_filter=6, name="map1")
    y = s.Convolution(x, kernel=(3, 3), pad=(1, 1), stride=(2, 2), num_filter=6, name="map2")
    boxes = [
        s.contrib.MultiBoxPrior(x, sizes=(0.3, 0.4), ratios=(2, 1, 0.5), name="boxes1"),
        s.contrib.MultiBoxPrior(y, sizes=(0.6,), ratios=(1, 3), steps=(0.4, 0.3), offsets=(0.4, 0.6), clip=True, name="boxes2"),
    ]

    def head(name, count):
        parts = [s.Convolution(part, kernel=(3, 3), pad=(1, 1), num_filter=n * count, name=f"{name}{i}")
                 for i, (part, n) in enumerate(((x, 4), (y, 2)))]
        return s.Concat(*[s.Flatten(s.transpose(part, axes=(0, 2, 3, 1))) for part in parts], dim=1)

    offsets = head("offsets", 4)
    scores = s.transpose(s.Reshape(head("scores", 4) * 2, shape=(0, -1, 4)), axes=(0, 2, 1))
    scores = s.SoftmaxActivation(scores, mode="channel")
    anchors = s.Reshape(s.Concat(*boxes, dim=1), shape=(0, -1, 4), name="anchors")

    def found(name, **options):
        return s.contrib.MultiBoxDetection(scores, offsets, anchors, name=name, **options)

    return s.Group([
        anchors, found("found", threshold=0.3, nms_threshold=0.4), found("few", threshold=0.6, nms_topk=400),
        found("alike", threshold=0.25, force_suppress=True, clip=False, variances=(0.2, 0.1, 0.3, 0.2)),
        found("nothing", threshold=1.1),
    ])


def layers():
    s = mx.sym
    x = s.Convolution(s.Variable("data"), kernel=(3, 5), pad=(1, 2), num_filter=8, name="conv")
    x = s.LRN(x, nsize=5, alpha=0.5, name="lrn")
    x = s.Pooling(x, kernel=(3, 3), stride=(2, 2), pool_type="max", pooling_convention="full", name="full")
    x = s.Convolution(x, kernel=(3, 3), pad=(2, 2), dilate=(2, 2), num_group=2, num_filter=8, no_bias=True, name="grouped")
    x = s.BatchNorm(x, fix_gamma=False, eps=2e-5, name="bn")
    x = s.LeakyReLU(x, act_type="leaky", slope=0.1, name="leaky")
    a = s.Pooling(x, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="avg", name="avg")
    b = s.Pooling(x, kernel=(3, 3), stride=(2, 2), pad=(1, 1), pool_type="max", name="max")
    c = s.Pooling(x, kernel=(2, 2), stride=(2, 2), pool_type="avg", pooling_convention="full", name="avg_full")
    y = s.elemwise_add(a, b, name="sum") * 0.5
    y = s.broadcast_mul(y, s.Activation(a, act_type="sigmoid", name="gate"), name="product")
    y = s.Concat(y, s.Activation(b, act_type="tanh", name="t"), s.BatchNorm(a, name="bn_fixed"), name="cat")
    parts = s.SliceChannel(y, num_outputs=3, name="parts")
    up = s.Deconvolution(parts[0], kernel=(4, 4), stride=(2, 2), pad=(1, 1), num_filter=6, name="up")
    g = s.Pooling(s.LeakyReLU(parts[1], act_type="elu", slope=0.7, name="elu"), global_pool=True, kernel=(1, 1), pool_type="avg", name="global")
    h = s.Activation(s.FullyConnected(s.Flatten(g), num_hidden=6, name="fc1"), act_type="softrelu", name="soft")
    prob = s.softmax(s.Dropout(s.FullyConnected(h, num_hidden=5, name="fc2")), name="prob")
    clipped = s.clip(parts[2] + 0.25, a_min=-0.5, a_max=0.5, name="clipped")
    return s.Group([prob, up, c, clipped])


def make(name, net, shape):
    rng = np.random.default_rng(11)
    arg_shapes, _, aux_shapes = net.infer_shape(data=shape)

    def values(name, size):
        low, high = (0.5, 2) if name.endswith(("var", "gamma")) else (-0.5, 0.5)
        return mx.nd.array(rng.uniform(low, high, size).astype(np.float32))

    args = {n: values(n, z) for n, z in zip(net.list_arguments(), arg_shapes) if n != "data"}
    aux = {n: values(n, z) for n, z in zip(net.list_auxiliary_states(), aux_shapes)}
    mx.model.save_checkpoint(str(OUT / name), 0, net, args, aux)


make("layers", layers(), (1, 3, 13, 17))
make("rare", rare(), RARE)
golden("rare", OUT / "rare", 0, RARE)
golden("layers", OUT / "layers", 0, (1, 3, 13, 17))
golden("inner", OUT / "layers", 0, (1, 3, 13, 17), ["conv_output", "leaky_output", "parts_output1", "fc1_output"])
for name, net, shape in (("common", common(), (2, 3, 6, 7)), ("ssd", ssd(), (2, 3, 8, 12))):
    make(name, net, shape)
    golden(name, OUT / name, 0, shape)
for number, shape in ((1, (1, 3, 12, 12)), (2, (1, 3, 24, 24)), (3, (1, 3, 48, 48)), (4, (1, 15, 24, 24))):
    golden(f"det{number}", MTCNN / f"det{number}", 1, shape)
