package dev.inferlab.gateway.catalog.zoo;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Words of Open Model Zoo's form. */
public final class ZooWords {
  private ZooWords() {}

  public static final Set<String> PRECISIONS =
      Set.of("FP16", "FP16-INT1", "FP16-INT8", "FP32", "FP32-INT1", "FP32-INT8");

  /** Frameworks whose files become IR here, by Open Model Zoo's word for them. */
  public static final Set<String> READ =
      Set.of("dldt", "onnx", "tf", "tflite", "paddle", "caffe", "mxnet");

  /** Frameworks whose files only their own code can export, which is never run here. */
  static final Set<String> NEEDS_CODE = Set.of("pytorch", "caffe2", "keras");

  public static final Set<String> FRAMEWORKS =
      Stream.concat(READ.stream(), NEEDS_CODE.stream()).collect(Collectors.toUnmodifiableSet());

  public static final Set<String> TASK_TYPES =
      Set.of(
          "action_recognition",
          "background_matting",
          "classification",
          "colorization",
          "detection",
          "face_recognition",
          "feature_extraction",
          "generic",
          "head_pose_estimation",
          "human_pose_estimation",
          "image_inpainting",
          "image_processing",
          "image_translation",
          "instance_segmentation",
          "landmark_detection",
          "machine_translation",
          "monocular_depth_estimation",
          "named_entity_recognition",
          "noise_suppression",
          "object_attributes",
          "optical_character_recognition",
          "place_recognition",
          "question_answering",
          "salient_object_detection",
          "semantic_segmentation",
          "sound_classification",
          "speech_recognition",
          "style_transfer",
          "super_resolution",
          "text_prediction",
          "text_to_speech",
          "time_series",
          "token_recognition");

  /** Ours, where it means the same. */
  static final Map<String, String> TASKS =
      Map.ofEntries(
          Map.entry("classification", "image-classification"),
          Map.entry("detection", "object-detection"),
          Map.entry("face_recognition", "face-recognition"),
          Map.entry("generic", "generic"),
          Map.entry("image_inpainting", "inpainting"),
          Map.entry("instance_segmentation", "instance-segmentation"),
          Map.entry("landmark_detection", "landmark-detection"),
          Map.entry("semantic_segmentation", "semantic-segmentation"),
          Map.entry("style_transfer", "style-transfer"),
          Map.entry("super_resolution", "super-resolution"));
}
