#!/usr/bin/env python3
"""Makes a network of MXNet's own model zoo and writes what MXNet computes with it.

Run in a Python with mxnet==1.9.1 and numpy<1.24 (3.11 is the newest that has both):
  python model-ir/src/test/scripts/mxnet_zoo.py NAME LENGTH FOLDER
NAME is one of mxnet.gluon.model_zoo.vision; its input is [1, 3, LENGTH, LENGTH]. Weights are random, nothing is downloaded: writes
FOLDER/NAME-symbol.json and FOLDER/NAME-0000.params, and prints "NAME SHAPE VALUE VALUE ..." on the formula's input.
"""
import sys

import mxnet as mx
import numpy as np

name, length, folder = sys.argv[1], int(sys.argv[2]), sys.argv[3]
shape = (1, 3, length, length)
index = np.arange(int(np.prod(shape)), dtype=np.int64)
picture = ((index * 7919 + index // 64 * 104729) % 256).astype(np.float32).reshape(shape)
picture = mx.nd.array((picture - np.float32(127.5)) * np.float32(0.0078125))

mx.random.seed(3)
net = mx.gluon.model_zoo.vision.get_model(name, pretrained=False, classes=20)
net.initialize(mx.init.Xavier(rnd_type="gaussian", factor_type="in", magnitude=2))
net.hybridize()
net(picture)
# As initialized, a normalisation changes nothing.
rng = np.random.default_rng(5)
for key, parameter in net.collect_params().items():
    if key.endswith(("gamma", "running_var")):
        parameter.set_data(mx.nd.array(rng.uniform(0.8, 1.2, parameter.shape)))
    elif key.endswith(("beta", "bias", "running_mean")):
        parameter.set_data(mx.nd.array(rng.uniform(-0.2, 0.2, parameter.shape)))
output = net(picture).asnumpy()
net.export(f"{folder}/{name}", epoch=0)
head = mx.sym.load(f"{folder}/{name}-symbol.json").list_outputs()[0].removesuffix("_output")
print(head, ",".join(map(str, output.shape)), " ".join(f"{v:.9g}" for v in output.ravel()))
