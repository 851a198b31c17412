#!/usr/bin/env python3
"""OpenVINO as the reference for IR.

  ir_reference.py convert FOLDER ID=FILE[:fp16] ...   writes FOLDER/ID.xml and .bin
  ir_reference.py same A.xml B.xml [A.xml B.xml ...]  runs both on the same random inputs (CPU, FP32);
                                                      prints "same A.xml 0.0" or "differ A.xml MAXDIFF"; a NaN against a
                                                      number is infinitely far. Whole-number inputs other than u8 are
                                                      0 to 3 where the model runs on them, else 0 (said on stderr)
  ir_reference.py values X.xml MEAN SCALE [turned]    runs one model on the formula's input, less MEAN, times SCALE;
                                                      prints "NAME SHAPE VALUE VALUE ..." for each output;
                                                      turned: with height and width swapped, channels from last to first
Dynamic dimensions are given small lengths that real models accept.
"""
import sys

import numpy as np
import openvino as ov

core = ov.Core()
F32 = {"INFERENCE_PRECISION_HINT": "f32"}


def inputs(model, integers, seed=0):
    """Random inputs: 0 to 1, bytes 0 to 254, other whole numbers from 0 to below `integers`."""
    random = np.random.default_rng(seed)
    result = []
    for port in model.inputs:
        shape = port.get_partial_shape()
        lengths = []
        for axis, dim in enumerate(shape):
            if dim.is_static:
                lengths.append(dim.get_length())
            else:
                image = len(shape) == 4 and (shape[3].is_dynamic or shape[3].get_length() > 4) and axis == 1
                last = len(shape) == 4 and axis == 3 and shape[1].is_dynamic
                lengths.append(1 if axis == 0 or last else 3 if image and False else 64)
        kind = port.get_element_type().to_dtype()
        highest = 255 if kind == np.uint8 else integers if np.issubdtype(kind, np.integer) else 1
        result.append((random.random(lengths) * highest).astype(kind))
    return result


def run(model, values):
    compiled = core.compile_model(model, "CPU", F32)
    request = compiled.create_infer_request()
    request.infer(values)
    return [request.get_output_tensor(i).data.copy() for i in range(len(model.outputs))]


def distance(a, b):
    """The largest difference; infinite between NaN and a number. Equal bits agree, NaN and infinity too."""
    if a.shape != b.shape:
        return float("inf")
    if a.tobytes() == b.tobytes():
        return 0.0
    with np.errstate(invalid="ignore"):
        off = np.abs(a.astype(np.float64) - b.astype(np.float64))
    off[(a == b) | ((a != a) & (b != b))] = 0
    return float(np.where(np.isnan(off), np.inf, off).max())


def same(left_path, right_path):
    left, right = core.read_model(left_path), core.read_model(right_path)
    values = inputs(left, 4)
    try:
        expected = run(left, values)
    except RuntimeError:
        print(left_path, "does not run on small whole numbers: they are 0", file=sys.stderr)
        values = inputs(left, 0)
        expected = run(left, values)
    for index, output in enumerate(expected):
        if output.size and np.issubdtype(output.dtype, np.floating) and np.isnan(output).all():
            sys.exit(f"{left_path}: output {index} is NaN everywhere, which shows nothing")
    worst = max((distance(a, b) for a, b in zip(expected, run(right, values), strict=True)), default=0.0)
    print("same" if worst == 0 else "differ", left_path, worst, flush=True)


def formula(shape):
    """The same picture in every script: whole numbers from 0 to 255 without a pattern."""
    index = np.arange(int(np.prod(shape)), dtype=np.int64)
    return ((index * 7919 + index // 64 * 104729) % 256).astype(np.float32).reshape(shape)


def turn(picture):
    n, channels, height, width = picture.shape
    return picture.reshape(n, channels // 3, 3, height, width)[:, :, ::-1].reshape(picture.shape).transpose(0, 1, 3, 2)


def values(path, mean, scale, turned=""):
    model = core.read_model(path)
    given = [(formula(port.shape) - np.float32(mean)) * np.float32(scale) for port in model.inputs]
    if turned:
        given = [np.ascontiguousarray(turn(picture)) for picture in given]
    for port, array in zip(model.outputs, run(model, given), strict=True):
        numbers = " ".join(f"{v:.9g}" for v in array.ravel())
        print(sorted(port.get_names())[0], ",".join(map(str, array.shape)), numbers)


def main():
    command, rest = sys.argv[1], sys.argv[2:]
    if command == "convert":
        for item in rest[1:]:
            name, file = item.split("=", 1)
            half = file.endswith(":fp16")
            ov.save_model(core.read_model(file.removesuffix(":fp16")), f"{rest[0]}/{name}.xml", compress_to_fp16=half)
    elif command == "same":
        for left, right in zip(rest[::2], rest[1::2], strict=True):
            same(left, right)
    elif command == "values":
        values(rest[0], float(rest[1]), float(rest[2]), *rest[3:])
    else:
        sys.exit(__doc__)


main()
