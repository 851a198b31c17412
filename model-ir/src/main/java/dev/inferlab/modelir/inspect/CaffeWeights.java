package dev.inferlab.modelir.inspect;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
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
   * @param ends the prototxt's outputs
   */
  void check(Set<String> weighted, Set<String> layers, Set<String> ends)
      throws RefusedException, MalformedModelException {
    ProtoReader net = ProtoReader.of(upload.get(name), upload.budget());
    List<Trained> trained = new ArrayList<>();
    while (net.next()) {
      switch (net.field()) {
        // V1LayerParameter: bottom = 2, top = 3, name = 4, blobs = 6.
        case 2 -> trained.add(layer(net.message(), 4, 2, 3, 6));
        // LayerParameter: name = 1, bottom = 3, top = 4, blobs = 7.
        case 100 -> trained.add(layer(net.message(), 1, 3, 4, 7));
        default -> {}
      }
    }
    Set<String> missing = new TreeSet<>(weighted);
    trained.stream().filter(Trained::weighted).map(Trained::name).forEach(missing::remove);
    if (!missing.isEmpty()) {
      String first = missing.iterator().next();
      findings.problem(
          ProblemCode.MODEL_TRUNCATED,
          ("%d layers of the prototxt have no weights, '%s' for one. The .caffemodel is cut short "
                  + "or belongs to another network.")
              .formatted(missing.size(), Place.shorten(first)),
          Place.inFile(name).inLayer(first));
      return;
    }
    List<Trained> unused = trained.stream().filter(t -> !layers.contains(t.name())).toList();
    requireNoContinuation(unused, ends);
    unused.stream()
        .filter(Trained::weighted)
        .findFirst()
        .ifPresent(
            t ->
                findings.note(
                    "The weights hold layers that the prototxt does not have, '%s' for one."
                        .formatted(Place.shorten(t.name()))));
  }

  /**
   * A prototxt may leave out heads that were trained, but when what it calls outputs goes on into
   * layers with weights, its end is missing.
   */
  private void requireNoContinuation(List<Trained> unused, Set<String> ends)
      throws RefusedException {
    Set<String> reached = new HashSet<>(ends);
    for (Trained layer : unused) {
      if (layer.bottoms().stream().noneMatch(reached::contains)) {
        continue;
      }
      if (layer.weighted()) {
        findings.problem(
            ProblemCode.MODEL_TRUNCATED,
            ("The network goes on with '%s' in the weights, but the prototxt ends before it. It is "
                    + "cut short; to use a part of a network, choose its outputs at conversion.")
                .formatted(Place.shorten(layer.name())),
            Place.inFile(name).inLayer(layer.name()));
        return;
      }
      reached.addAll(layer.tops());
    }
  }

  /** A layer as the weights file has it. */
  private record Trained(String name, List<String> bottoms, List<String> tops, boolean weighted) {}

  private Trained layer(
      ProtoReader layer, int nameField, int bottomField, int topField, int blobsField)
      throws RefusedException, MalformedModelException {
    String layerName = "";
    boolean hasBlobs = false;
    List<String> bottoms = new ArrayList<>(2);
    List<String> tops = new ArrayList<>(2);
    while (layer.next()) {
      if (layer.isField(nameField, LENGTH_DELIMITED)) {
        layerName = layer.text();
      } else if (layer.isField(bottomField, LENGTH_DELIMITED)) {
        bottoms.add(layer.text());
      } else if (layer.isField(topField, LENGTH_DELIMITED)) {
        tops.add(layer.text());
      } else if (layer.field() == blobsField) {
        hasBlobs = true;
        blob(layer.message(), Place.atOffset(name, layer.payloadOffset()).inLayer(layerName));
      }
    }
    return new Trained(layerName, bottoms, tops, hasBlobs);
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
        case 5 -> values += blob.wireType() == LENGTH_DELIMITED ? blob.payloadLength() / 4 : 1;
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
        case 8 -> values += blob.wireType() == LENGTH_DELIMITED ? blob.payloadLength() / 8 : 1;
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
