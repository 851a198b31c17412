package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;

/** Checks a {@code .caffemodel}: a binary NetParameter whose layers carry blobs. */
final class CaffeWeights {
  private final Upload upload;
  private final String name;
  private final Findings findings;

  CaffeWeights(Upload upload, String name, Findings findings) {
    this.upload = upload;
    this.name = name;
    this.findings = findings;
  }

  /**
   * Checks the blobs, and that both files describe the same network.
   *
   * @param weighted layers of the prototxt that need weights
   * @param layers all layers of the prototxt
   */
  void check(Set<String> weighted, Set<String> layers)
      throws RefusedException, MalformedModelException {
    ProtoReader net = ProtoReader.of(upload.get(name), upload.budget());
    List<Trained> trained = new ArrayList<>();
    while (net.next()) {
      switch (net.field()) {
        // V1LayerParameter: name = 4, blobs = 6.
        case 2 -> trained.add(layer(net.message(), 4, 6));
        // LayerParameter: name = 1, blobs = 7.
        case 100 -> trained.add(layer(net.message(), 1, 7));
        default -> {}
      }
    }
    Set<String> missing = new TreeSet<>(weighted);
    trained.stream().filter(Trained::weighted).map(Trained::name).forEach(missing::remove);
    Optional<String> stranger =
        trained.stream()
            .filter(t -> t.weighted() && !layers.contains(t.name()))
            .map(Trained::name)
            .findFirst();
    if (!missing.isEmpty()) {
      String first = missing.iterator().next();
      String reason =
          "%d layers of the prototxt have no weights, '%s' for one. "
              .formatted(missing.size(), Place.shorten(first));
      // A file that is cut short holds layers of its network, and no others.
      findings.problem(
          stranger.isPresent() ? ProblemCode.MODEL_GRAPH_INVALID : ProblemCode.MODEL_TRUNCATED,
          reason
              + stranger
                  .map(
                      other ->
                          "The .caffemodel has others, '%s' for one: the two files do not belong together. Send those of one network."
                              .formatted(Place.shorten(other)))
                  .orElse("The .caffemodel is cut short or belongs to another network."),
          Place.inFile(name).inLayer(first));
      return;
    }
    // Heads that were trained may be left out, and what follows an embedding: Caffe loads those
    // too.
    stranger.ifPresent(
        other ->
            findings.note(
                "The weights hold layers that the prototxt does not have, '%s' for one."
                    .formatted(Place.shorten(other))));
  }

  /** A layer as the weights file has it. */
  private record Trained(String name, boolean weighted) {}

  private Trained layer(ProtoReader layer, int nameField, int blobsField)
      throws RefusedException, MalformedModelException {
    String layerName = "";
    boolean hasBlobs = false;
    while (layer.next()) {
      if (layer.isField(nameField, LENGTH_DELIMITED)) {
        layerName = layer.text();
      } else if (layer.field() == blobsField) {
        hasBlobs = true;
        blob(layer.message(), Place.atOffset(name, layer.payloadOffset()).inLayer(layerName));
      }
    }
    return new Trained(layerName, hasBlobs);
  }

  /** BlobProto: num, channels, height, width = 1..4, data = 5, shape = 7, double_data = 8. */
  private void blob(ProtoReader blob, Place place)
      throws RefusedException, MalformedModelException {
    long[] legacy = {0, 0, 0, 0};
    boolean isLegacy = false;
    LongStream.Builder shape = LongStream.builder();
    int[] rank = {0};
    long values = 0;
    while (blob.next()) {
      switch (blob.field()) {
        case 1, 2, 3, 4 -> {
          legacy[blob.field() - 1] = blob.number();
          isLegacy = true;
        }
        case 5 -> values += blob.countFixed(4);
        case 7 -> {
          ProtoReader dims = blob.message();
          while (dims.next()) {
            dims.forEachVarint(
                length -> {
                  if (++rank[0] > 32) {
                    throw MalformedModelException.atOffset(
                        MalformedModelException.Fault.TOO_COMPLEX,
                        "a blob has more than 32 dimensions",
                        dims.payloadOffset());
                  }
                  shape.add(length);
                });
          }
        }
        case 8 -> values += blob.countFixed(8);
        default -> {}
      }
    }
    long elements = findings.elements(isLegacy ? legacy : shape.build().toArray(), false, place);
    if (elements >= 0 && elements != values) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_SIZE_MISMATCH,
          "A blob holds %,d values where its shape needs %,d. Upload the weights again."
              .formatted(values, elements),
          place);
    }
  }
}
