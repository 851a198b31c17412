package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.ProtoReader;

/**
 * Tells apart the formats that are protobuf messages. None of them has a magic number, so the
 * numbers and kinds of their first fields decide; a file cut short is still recognised.
 */
final class ProtoSniffer {
  private static final int FIELDS_LOOKED_AT = 64;

  private ProtoSniffer() {}

  static Content sniff(FileBytes file) {
    Head head = new Head(file);
    if (head.first == tag(1, ProtoReader.VARINT)) {
      // ModelProto.ir_version or SavedModel.saved_model_schema_version.
      if (head.second == tag(2, ProtoReader.LENGTH_DELIMITED) && head.secondIsMetaGraph) {
        return Content.TF_SAVED_MODEL;
      }
      boolean onnx = head.secondField >= 2 && head.secondField <= 8;
      return onnx && !head.foreign ? Content.ONNX : Content.OTHER;
    }
    if (head.first != tag(1, ProtoReader.LENGTH_DELIMITED)) {
      return head.hasCaffeLayers ? Content.CAFFEMODEL : Content.OTHER;
    }
    if (head.firstIsNode) {
      return Content.TF_GRAPH;
    }
    if (head.firstIsBlock) {
      return Content.PADDLE_PROGRAM;
    }
    if (head.second == tag(2, ProtoReader.LENGTH_DELIMITED) && head.secondIsGraph) {
      return Content.TF_META_GRAPH;
    }
    return head.hasCaffeLayers ? Content.CAFFEMODEL : Content.OTHER;
  }

  private static int tag(int field, int wireType) {
    return field << 3 | wireType;
  }

  /**
   * The first fields of a message, read leniently: the last one may be cut, also where it is the
   * first, as Paddle's whole program is one field and its version.
   */
  private static final class Head {
    private final FileBytes file;
    private int fields;
    private int first;
    private int second;
    private int secondField;
    private boolean firstIsNode;
    private boolean firstIsBlock;
    private boolean secondIsGraph;
    private boolean secondIsMetaGraph;
    private boolean hasCaffeLayers;
    private boolean foreign;

    Head(FileBytes file) {
      this.file = file;
      try {
        long at = 0;
        while (fields < FIELDS_LOOKED_AT && at < file.size()) {
          at = field(at);
          fields++;
        }
      } catch (MalformedModelException e) {
        // Cut or not protobuf at all: what was seen before it decides.
        foreign |= e.fault() == MalformedModelException.Fault.MALFORMED;
      }
    }

    private long field(long start) throws MalformedModelException {
      Varint tag = varint(start);
      int wireType = (int) (tag.value & 7);
      long number = tag.value >>> 3;
      if (number == 0 || number > 10_000 || wireType == 3 || wireType == 4 || wireType > 5) {
        throw MalformedModelException.atOffset(
            MalformedModelException.Fault.MALFORMED, "not protobuf", start);
      }
      Varint value = wireType == ProtoReader.VARINT || wireType == 2 ? varint(tag.next) : null;
      long payload = value == null ? tag.next : value.next;
      boolean nested = wireType == ProtoReader.LENGTH_DELIMITED;
      if (fields == 0) {
        first = (int) tag.value;
        firstIsNode = nested && isNode(payload);
        firstIsBlock = nested && file.u8(payload) == 0x08 && holdsFields(payload, 2, 3, 4);
      } else if (fields == 1) {
        second = (int) tag.value;
        secondField = (int) number;
        secondIsGraph = nested && file.u8(payload) == 0x0a && isNode(varint(payload + 1).next);
        secondIsMetaGraph = nested && isMetaGraph(payload);
      }
      hasCaffeLayers |=
          nested && (number == 100 || number == 2) && startsWithAnyField(payload, number == 100);
      return switch (wireType) {
        case ProtoReader.VARINT -> payload;
        case ProtoReader.FIXED64 -> payload + 8;
        case ProtoReader.FIXED32 -> payload + 4;
        default -> {
          file.check(payload, value.value);
          yield payload + value.value;
        }
      };
    }

    /** LayerParameter starts with its name; V1LayerParameter with bottom, top or name. */
    private boolean startsWithAnyField(long payload, boolean current)
        throws MalformedModelException {
      int tag = file.u8(payload);
      return current ? tag == 0x0a : tag == 0x12 || tag == 0x1a || tag == 0x22;
    }

    /** NodeDef: name = 1 and op = 2, both printable. */
    private boolean isNode(long payload) throws MalformedModelException {
      return file.u8(payload) == 0x0a
          && isPrintable(payload + 1)
          && file.u8(varint(payload + 1).next + varint(payload + 1).value) == 0x12
          && isPrintable(varint(payload + 1).next + varint(payload + 1).value + 1);
    }

    /** MetaGraphDef: meta_info_def = 1 without a NodeDef in it, or straight a graph_def = 2. */
    private boolean isMetaGraph(long payload) throws MalformedModelException {
      int tag = file.u8(payload);
      return (tag == 0x0a && !isPrintable(payload + 1)) || tag == 0x12;
    }

    private boolean isPrintable(long lengthAt) throws MalformedModelException {
      Varint length = varint(lengthAt);
      if (length.value == 0 || length.value > 4096) {
        return false;
      }
      for (long at = length.next; at < length.next + length.value; at++) {
        int c = file.u8(at);
        if (c < 0x20 || c == 0x7f) {
          return false;
        }
      }
      return true;
    }

    /** BlockDesc: idx = 1, parent_idx = 2, then vars = 3 or ops = 4. */
    private boolean holdsFields(long payload, int... expected) throws MalformedModelException {
      Varint index = varint(payload + 1);
      Varint next = varint(index.next);
      for (int field : expected) {
        if (next.value >>> 3 == field) {
          return true;
        }
      }
      return false;
    }

    private Varint varint(long at) throws MalformedModelException {
      long value = 0;
      for (int i = 0; i < 10; i++) {
        int next = file.u8(at + i);
        value |= (long) (next & 0x7f) << (7 * i);
        if (next < 0x80) {
          return new Varint(value, at + i + 1);
        }
      }
      throw MalformedModelException.atOffset(
          MalformedModelException.Fault.MALFORMED, "not protobuf", at);
    }
  }

  /** A decoded number and the offset of what follows it. */
  private record Varint(long value, long next) {}
}
