"""Runs models in Python's openvino for PythonParityTest: the same files, inputs and properties as the Java binding.

Reads a job file. Each line: model path TAB folder. The folder has in_<n>.<type>.<d0xd1x...>.raw for each input;
this writes out_<n>.<type>.<d0xd1x...>.raw for each output, or failed.txt with the reason.
"""

import pathlib
import sys

import numpy as np
import openvino as ov

TYPES = {
    "f16": np.float16, "f32": np.float32, "f64": np.float64, "u8": np.uint8, "i8": np.int8, "u16": np.uint16,
    "i16": np.int16, "u32": np.uint32, "i32": np.int32, "u64": np.uint64, "i64": np.int64, "boolean": np.bool_,
}


def shape_of(text):
    return [int(part) for part in text.split("x")] if text else []


def run(core, model, folder):
    request = core.compile_model(core.read_model(model), "CPU", {"NUM_STREAMS": "1"}).create_infer_request()
    for file in folder.glob("in_*.raw"):
        prefix, type_name, shape = file.name[: -len(".raw")].split(".")
        data = np.fromfile(file, dtype=TYPES[type_name]).reshape(shape_of(shape))
        request.set_input_tensor(int(prefix[3:]), ov.Tensor(data))
    request.infer()
    for index in range(len(request.model_outputs)):
        tensor = request.get_output_tensor(index)
        shape = "x".join(str(d) for d in tensor.shape)
        name = f"out_{index}.{tensor.element_type.get_type_name()}.{shape}.raw"
        (folder / name).write_bytes(np.array(tensor.data).tobytes())


def main():
    core = ov.Core()
    for line in pathlib.Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        model, folder = line.split("\t")
        try:
            run(core, model, pathlib.Path(folder))
        except RuntimeError as reason:
            (pathlib.Path(folder) / "failed.txt").write_text(str(reason), encoding="utf-8")


if __name__ == "__main__":
    main()
