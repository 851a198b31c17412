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


def tensor(name, width, height, layout, colour, mean, scale):
    flag = cv2.IMREAD_GRAYSCALE if colour == "GRAY" else cv2.IMREAD_COLOR
    image = cv2.imdecode(np.fromfile(out / name, np.uint8), flag)
    if image.shape[:2] != (height, width):
        image = cv2.resize(image, (width, height), interpolation=cv2.INTER_LINEAR)
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
]
lines = []
for index, case in enumerate(cases):
    tensor(*case).astype("<f4").tofile(out / f"case{index}.f32")
    name, width, height, layout, colour, mean, scale = case
    lines.append(";".join([name, str(width), str(height), layout, colour, ",".join(map(str, mean)), ",".join(map(str, scale))]))
(out / "cases.txt").write_text("\n".join(lines) + "\n")
