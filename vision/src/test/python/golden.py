"""Writes the golden values of ImageTensorTest: python golden.py OUTPUT_FOLDER (needs opencv-python-headless 4.13 and numpy)."""

import pathlib
import sys

import cv2
import numpy as np

out = pathlib.Path(sys.argv[1])
rng = np.random.default_rng(7)
base = cv2.GaussianBlur(rng.integers(0, 256, (40, 60, 3), np.uint8), (9, 9), 3)
base = cv2.normalize(base, None, 0, 255, cv2.NORM_MINMAX)
cv2.imwrite(str(out / "colour.png"), base)
cv2.imwrite(str(out / "colour.jpg"), base, [cv2.IMWRITE_JPEG_QUALITY, 95])
cv2.imwrite(str(out / "colour.bmp"), base)
cv2.imwrite(str(out / "colour.ppm"), base)
cv2.imwrite(str(out / "colour.webp"), base, [cv2.IMWRITE_WEBP_QUALITY, 101])
cv2.imwrite(str(out / "deep.png"), base.astype(np.uint16) * 257)
cv2.imwrite(str(out / "alpha.png"), np.dstack([base, np.full(base.shape[:2], 128, np.uint8)]))


def stretch(image, width, height, pad):
    if image.shape[:2] == (height, width):
        return image
    return cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)


def crop(image, width, height, pad):
    """torchvision's Resize(8/7 of the size) and CenterCrop(size), with its roundings, also where width and height differ."""
    h, w = image.shape[:2]
    if w * height <= h * width:  # the width is the side that decides
        new_w = round(width * 8 / 7)
        new_h = int(new_w * h / w)
    else:
        new_h = round(height * 8 / 7)
        new_w = int(new_h * w / h)
    image = stretch(image, new_w, new_h, pad)
    top, left = int(round((new_h - height) / 2.0)), int(round((new_w - width) / 2.0))
    return image[top : top + height, left : left + width]


def letterbox(image, width, height, pad):
    """As YOLO networks are fed: the whole image in the middle of a border."""
    h, w = image.shape[:2]
    ratio = min(height / h, width / w)
    new_w, new_h = int(round(w * ratio)), int(round(h * ratio))
    dw, dh = (width - new_w) / 2, (height - new_h) / 2
    image = stretch(image, new_w, new_h, pad)
    top, bottom = int(round(dh - 0.1)), int(round(dh + 0.1))
    left, right = int(round(dw - 0.1)), int(round(dw + 0.1))
    return cv2.copyMakeBorder(image, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(pad,) * 3)


RESIZE = {"STRETCH": stretch, "CROP": crop, "LETTERBOX": letterbox}


def tensor(name, width, height, layout, colour, mean, scale, resize="STRETCH", pad=0):
    flag = cv2.IMREAD_GRAYSCALE if colour == "GRAY" else cv2.IMREAD_COLOR
    image = cv2.imdecode(np.fromfile(out / name, np.uint8), flag)
    image = RESIZE[resize](image, width, height, pad)
    if colour == "GRAY":
        image = image[:, :, None]
    if colour == "RGB":
        image = image[:, :, ::-1]
    y = (image.astype(np.float32) - np.float32(mean)) / np.float32(scale)
    return np.ascontiguousarray(y.transpose(2, 0, 1) if layout == "NCHW" else y)


cases = [
    ("colour.png", 16, 12, "NCHW", "RGB", [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]),
    ("colour.png", 16, 12, "NHWC", "BGR", [0, 0, 0], [1, 1, 1]),
    ("colour.png", 60, 40, "NHWC", "RGB", [127.5] * 3, [127.5] * 3),
    ("colour.png", 90, 70, "NCHW", "BGR", [0] * 3, [255] * 3),
    ("colour.jpg", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("colour.bmp", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("colour.ppm", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("colour.webp", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("deep.png", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("alpha.png", 24, 24, "NCHW", "RGB", [0] * 3, [255] * 3),
    ("colour.png", 28, 28, "NCHW", "GRAY", [33.3], [78.6]),
    ("colour.png", 14, 14, "NCHW", "RGB", [123.675, 116.28, 103.53], [58.395, 57.12, 57.375], "CROP", 0),
    ("colour.png", 21, 28, "NHWC", "BGR", [0] * 3, [1] * 3, "CROP", 0),
    ("colour.png", 63, 28, "NCHW", "RGB", [0] * 3, [255] * 3, "CROP", 0),
    ("colour.png", 84, 84, "NCHW", "GRAY", [0], [255], "CROP", 0),
    ("colour.png", 32, 32, "NCHW", "RGB", [0] * 3, [255] * 3, "LETTERBOX", 114),
    ("colour.png", 25, 50, "NHWC", "BGR", [103.94, 116.78, 123.68], [58.8] * 3, "LETTERBOX", 0),
    ("colour.png", 97, 41, "NCHW", "RGB", [0] * 3, [255] * 3, "LETTERBOX", 255),
    ("colour.png", 17, 23, "NCHW", "GRAY", [0], [1], "LETTERBOX", 128),
]
lines = []
for index, case in enumerate(cases):
    tensor(*case).astype("<f4").tofile(out / f"case{index}.f32")
    name, width, height, layout, colour, mean, scale, *rule = case
    resize, pad = rule or ("STRETCH", 0)
    numbers = [",".join(map(str, mean)), ",".join(map(str, scale))]
    lines.append(";".join([name, str(width), str(height), layout, colour, *numbers, resize, str(pad)]))
(out / "cases.txt").write_text("\n".join(lines) + "\n")
