package dev.inferlab.gateway.model;

import java.util.Set;

/** What a model can be for; each but {@code generic} has an adapter for its outputs. */
public final class Tasks {
  public static final Set<String> NAMES =
      Set.of(
          "image-classification",
          "object-detection",
          "instance-segmentation",
          "semantic-segmentation",
          "inpainting",
          "style-transfer",
          "super-resolution",
          "face-recognition",
          "landmark-detection",
          "text-classification",
          "generic");

  private Tasks() {}
}
