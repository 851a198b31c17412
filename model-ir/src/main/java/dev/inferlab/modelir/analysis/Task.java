package dev.inferlab.modelir.analysis;

/** What models are made for. */
public enum Task {
  CLASSIFICATION("image-classification"),
  OBJECT_DETECTION("object-detection"),
  INSTANCE_SEGMENTATION("instance-segmentation"),
  SEMANTIC_SEGMENTATION("semantic-segmentation"),
  SUPER_RESOLUTION("super-resolution"),
  STYLE_TRANSFER("style-transfer"),
  INPAINTING("inpainting"),
  LANDMARK_DETECTION("landmark-detection"),
  FACE_RECOGNITION("face-recognition"),
  GENERIC("generic");

  private final String restName;

  Task(String restName) {
    this.restName = restName;
  }

  /** As users read and write it. */
  public String restName() {
    return restName;
  }
}
