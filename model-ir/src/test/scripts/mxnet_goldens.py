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


def golden(name, prefix, epoch, shape):
    symbol, args, aux = mx.model.load_checkpoint(str(prefix), epoch)
    names = [output[: -len("_output")] for output in symbol.list_outputs()]
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
for number, shape in ((1, (1, 3, 12, 12)), (2, (1, 3, 24, 24)), (3, (1, 3, 48, 48)), (4, (1, 15, 24, 24))):
    golden(f"det{number}", MTCNN / f"det{number}", 1, shape)
