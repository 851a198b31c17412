package dev.inferlab.modelir.caffe;

import static dev.inferlab.modelir.wire.ProtoReader.LENGTH_DELIMITED;

import dev.inferlab.modelir.graph.ConstantData;
import dev.inferlab.modelir.tensor.ElementType;
import dev.inferlab.modelir.wire.Budget;
import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The trained values of a network, by layer: a binary NetParameter of caffe.proto. */
final class CaffeBlobs {
  private final Map<String, List<Blob>> byLayer = new HashMap<>();

  /** 32-bit values with their shape; large ones stay in the file. */
  record Blob(long[] shape, ConstantData data) {
    /** A copy, for the short lists that are computed with. */
    float[] values() {
      return data.toFloats(ElementType.F32);
    }
  }

  static CaffeBlobs read(FileBytes file) throws MalformedModelException {
    CaffeBlobs blobs = new CaffeBlobs();
    ProtoReader net = ProtoReader.of(file, new Budget(200_000_000L, 64L << 20));
    while (net.next()) {
      switch (net.field()) {
        // V1LayerParameter: name = 4, blobs = 6. LayerParameter: name = 1, blobs = 7.
        case 2 -> blobs.layer(file, net.message(), 4, 6);
        case 100 -> blobs.layer(file, net.message(), 1, 7);
        default -> {}
      }
    }
    return blobs;
  }

  /** The blobs of a layer; none when it was not trained. */
  List<Blob> of(String layer) {
    return byLayer.getOrDefault(layer, List.of());
  }

  private void layer(FileBytes file, ProtoReader layer, int nameField, int blobsField)
      throws MalformedModelException {
    String name = "";
    List<Blob> blobs = new ArrayList<>();
    while (layer.next()) {
      if (layer.isField(nameField, LENGTH_DELIMITED)) {
        name = layer.text();
      } else if (layer.isField(blobsField, LENGTH_DELIMITED)) {
        blobs.add(blob(file, layer.message(), name));
      }
    }
    if (!blobs.isEmpty()) {
      byLayer.put(name, blobs);
    }
  }

  /** BlobProto: num, channels, height, width = 1..4, data = 5, shape = 7, double_data = 8. */
  private static Blob blob(FileBytes file, ProtoReader blob, String layer)
      throws MalformedModelException {
    long[] legacy = {0, 0, 0, 0};
    boolean isLegacy = false;
    List<Long> shape = new ArrayList<>();
    Values values = new Values();
    while (blob.next()) {
      switch (blob.field()) {
        case 1, 2, 3, 4 -> {
          legacy[blob.field() - 1] = blob.number();
          isLegacy = true;
        }
        case 5, 8 -> values.read(file, blob, blob.field() == 8);
        case 7 -> {
          ProtoReader dims = blob.message();
          while (dims.next()) {
            dims.forEachVarint(shape::add);
          }
        }
        default -> {}
      }
    }
    long[] lengths = isLegacy ? legacy : shape.stream().mapToLong(Long::longValue).toArray();
    long elements = 1;
    for (long length : lengths) {
      if (length < 0 || length > Integer.MAX_VALUE || elements * length > Integer.MAX_VALUE) {
        throw fault("a blob of layer '%s' has an impossible shape".formatted(layer));
      }
      elements *= length;
    }
    ConstantData data = values.data();
    if (4 * elements != data.byteSize()) {
      throw fault(
          "a blob of layer '%s' holds %d values where its shape needs %d"
              .formatted(layer, data.byteSize() / 4, elements));
    }
    return new Blob(lengths, data);
  }

  private static MalformedModelException fault(String reason) {
    return MalformedModelException.atOffset(Fault.MALFORMED, reason, 0);
  }

  /**
   * The values of a blob. Writers put them into one packed field, which is used where it lies; any
   * other form is collected.
   */
  private static final class Values {
    private MemorySegment packed;
    private float[] array = {};
    private int size;

    void read(FileBytes file, ProtoReader field, boolean doubles) throws MalformedModelException {
      if (field.wireType() != LENGTH_DELIMITED) {
        collectPacked();
        reserve(1);
        array[size++] = doubles ? (float) Double.longBitsToDouble(field.number()) : field.float32();
        return;
      }
      MemorySegment part = file.segment().asSlice(field.payloadOffset(), field.payloadLength());
      if (!doubles && size == 0 && packed == null) {
        packed = part;
      } else {
        collectPacked();
        append(part, doubles ? ElementType.F64 : ElementType.F32);
      }
    }

    ConstantData data() {
      return packed != null
          ? ConstantData.of(packed)
          : ConstantData.ofFloats(Arrays.copyOf(array, size));
    }

    private void collectPacked() {
      if (packed != null) {
        append(packed, ElementType.F32);
        packed = null;
      }
    }

    private void append(MemorySegment part, ElementType type) {
      float[] more = ConstantData.of(part).toFloats(type);
      reserve(more.length);
      System.arraycopy(more, 0, array, size, more.length);
      size += more.length;
    }

    private void reserve(int more) {
      if (size + more > array.length) {
        array = Arrays.copyOf(array, Math.max(size + more, 2 * size));
      }
    }
  }
}
