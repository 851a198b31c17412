package dev.inferlab.modelir.inspect;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import dev.inferlab.modelir.wire.MalformedModelException.Fault;
import dev.inferlab.modelir.wire.ProtoReader;

/**
 * TensorFlow's table of variables: a sorted-string table (tensorflow/core/lib/io/format.h) from
 * variable names to BundleEntryProto (tensor_bundle.proto), which say where in which data file the
 * values are.
 */
final class CheckpointIndex {
  private static final int FOOTER = 48;

  private final Upload upload;
  private final FileBytes file;
  private final String name;
  private final Findings findings;
  private long shards = 1;
  private String prefix;

  CheckpointIndex(Upload upload, String name, Findings findings) {
    this.upload = upload;
    this.file = upload.get(name);
    this.name = name;
    this.findings = findings;
  }

  void check(String dataPrefix) throws RefusedException, MalformedModelException {
    prefix = dataPrefix;
    long footer = file.size() - FOOTER;
    if (footer < 0 || !file.has(file.size() - 8, Sniffer.bytes("W\u00fb\u0080\u008b$uG\u00db"))) {
      throw MalformedModelException.atOffset(
          Fault.TRUNCATED, "the table of variables has no end mark", file.size());
    }
    Cursor handles = new Cursor(footer, file.size() - 8);
    handles.varint();
    handles.varint();
    Block index = new Block(handles.varint(), handles.varint());
    while (index.next()) {
      Cursor handle = new Cursor(index.value, index.value + index.valueLength);
      Block data = new Block(handle.varint(), handle.varint());
      while (data.next()) {
        upload.budget().step(data.value);
        if (data.emptyKey) {
          header(data);
        } else {
          entry(data);
        }
      }
    }
    requireShards();
  }

  private void header(Block block) throws MalformedModelException {
    ProtoReader header = ProtoReader.of(file, block.value, block.valueLength, upload.budget());
    while (header.next()) {
      if (header.field() == 1) {
        shards = header.number();
      }
    }
    if (shards < 1 || shards > upload.limits().files()) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "the number of data files is impossible", block.value);
    }
  }

  private void requireShards() throws RefusedException {
    for (long shard = 0; shard < shards; shard++) {
      String data = shardName(shard);
      if (upload.find(data).isPresent()) {
        findings.file(FileRole.VARIABLES_DATA, data);
      } else {
        findings.problem(
            ProblemCode.MODEL_FILE_MISSING,
            "The values of variables are missing: upload '%s'.".formatted(Place.shorten(data)),
            Place.inFile(name));
      }
    }
  }

  private void entry(Block block) throws RefusedException, MalformedModelException {
    ProtoReader entry = ProtoReader.of(file, block.value, block.valueLength, upload.budget());
    long shard = 0;
    long offset = 0;
    long size = 0;
    while (entry.next()) {
      switch (entry.field()) {
        case 2 -> TensorFlowShape.read(entry.message(), findings, name, "");
        case 3 -> shard = entry.number();
        case 4 -> offset = entry.number();
        case 5 -> size = entry.number();
        default -> {}
      }
    }
    if (shard < 0 || shard >= shards) {
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "a variable is kept in a data file that does not exist", block.value);
    }
    String data = shardName(shard);
    if (upload.find(data).isEmpty()) {
      return;
    }
    long end = upload.get(data).size();
    if (offset < 0 || size < 0 || offset > end || size > end - offset) {
      findings.problem(
          ProblemCode.MODEL_CONSTANT_OUT_OF_BOUNDS,
          "A variable takes %,d bytes from byte %,d, but the file ends at %,d: it is cut short."
              .formatted(size, offset, end),
          Place.atOffset(data, end));
    }
  }

  private String shardName(long shard) {
    return "%s.data-%05d-of-%05d".formatted(prefix, shard, shards);
  }

  /** Reads varints between two offsets. */
  private final class Cursor {
    private long at;
    private final long end;

    Cursor(long at, long end) throws MalformedModelException {
      file.check(at, end - at);
      this.at = at;
      this.end = end;
    }

    long varint() throws MalformedModelException {
      long value = 0;
      for (int shift = 0; shift < 63 && at < end; shift += 7) {
        int next = file.u8(at++);
        value |= (long) (next & 0x7f) << shift;
        if (next < 0x80) {
          return value;
        }
      }
      throw MalformedModelException.atOffset(
          Fault.MALFORMED, "the table of variables is damaged", at);
    }
  }

  /** A block of entries whose keys share prefixes; only whether a key is empty is of interest. */
  private final class Block {
    private final Cursor cursor;
    private long value;
    private long valueLength;
    private boolean emptyKey;

    Block(long offset, long size) throws MalformedModelException {
      file.check(offset, size);
      file.check(offset + size, 5);
      if (size < 4 || file.u8(offset + size) != 0) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "the table of variables is compressed or damaged", offset);
      }
      long restarts = file.u32(offset + size - 4);
      long end = offset + size - 4 - 4 * restarts;
      if (end < offset) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "the table of variables is damaged", offset);
      }
      this.cursor = new Cursor(offset, end);
    }

    boolean next() throws MalformedModelException {
      if (cursor.at >= cursor.end) {
        return false;
      }
      long shared = cursor.varint();
      long rest = cursor.varint();
      valueLength = cursor.varint();
      value = cursor.at + rest;
      emptyKey = shared == 0 && rest == 0;
      if (rest < 0 || valueLength < 0 || value < cursor.at || valueLength > cursor.end - value) {
        throw MalformedModelException.atOffset(
            Fault.MALFORMED, "the table of variables is damaged", cursor.at);
      }
      cursor.at = value + valueLength;
      return true;
    }
  }
}
