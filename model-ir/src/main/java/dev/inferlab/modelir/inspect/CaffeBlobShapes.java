package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.tensor.PartialShape;
import dev.inferlab.modelir.wire.TextProto.Message;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Follows a prototxt's layers in their order: what is known of each blob, and what made it. */
final class CaffeBlobShapes {
  private final Findings findings;
  private final Map<String, Blob> blobs = new HashMap<>();
  private int made;

  CaffeBlobShapes(Findings findings) {
    this.findings = findings;
  }

  /** What a name stands for at the moment: a layer may change its blob in place. */
  private record Blob(String tensor, PartialShape shape) {
    static final Blob UNKNOWN = new Blob("", PartialShape.unknownRank());
  }

  void follow(Message layer, String type) {
    List<String> bottoms = layer.texts("bottom");
    Blob input =
        bottoms.isEmpty() ? Blob.UNKNOWN : blobs.getOrDefault(bottoms.getFirst(), Blob.UNKNOWN);
    PartialShape shape =
        shape(layer, type.replace("_", "").toLowerCase(Locale.ROOT), input.shape());
    for (String top : layer.texts("top")) {
      Blob blob = new Blob(top + "#" + made++, shape);
      findings.operations().add(type, input.tensor(), List.of(blob.tensor()));
      blobs.put(top, blob);
    }
  }

  void output(String top) {
    Blob blob = blobs.getOrDefault(top, Blob.UNKNOWN);
    findings.output(top, ElementType.F32, blob.shape());
    findings.operations().end(blob.tensor());
  }

  private static PartialShape shape(Message layer, String type, PartialShape input) {
    return switch (type) {
      case "convolution", "deconvolution" ->
          Channels.map(number(layer, "convolution_param", "num_output"));
      case "innerproduct" -> Channels.vector(number(layer, "inner_product_param", "num_output"));
      case "pooling" ->
          layer
                  .message("pooling_param")
                  .flatMap(options -> options.text("global_pooling"))
                  .orElse("")
                  .equals("true")
              ? Channels.pooled(input)
              : Channels.map(input);
      case "flatten" -> Channels.flat(input);
      case "relu", "prelu", "elu", "sigmoid", "tanh", "dropout", "batchnorm", "scale", "softmax" ->
          input;
      default -> PartialShape.unknownRank();
    };
  }

  /** Of an option, or 0. */
  private static long number(Message layer, String options, String key) {
    Optional<String> text = layer.message(options).flatMap(message -> message.text(key));
    try {
      return text.map(Long::parseLong).orElse(0L);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
