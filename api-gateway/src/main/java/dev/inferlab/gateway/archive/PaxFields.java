package dev.inferlab.gateway.archive;

import dev.inferlab.platform.problem.ProblemCode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** What an extension header says about the next entry; null and -1 where it says nothing. */
@SuppressWarnings("ArrayRecordComponent") // a raw name; never compared
record PaxFields(byte[] name, long size) {
  static final PaxFields NONE = new PaxFields(null, -1);

  static PaxFields ofName(byte[] name) {
    return new PaxFields(name, -1);
  }

  /** Reads records of the form {@code "<length> <key>=<value>\n"}. */
  static PaxFields parse(byte[] text) {
    PaxFields fields = NONE;
    int at = 0;
    while (at < text.length) {
      int space = at;
      while (space < text.length && text[space] != ' ' && space - at < 7) {
        space++;
      }
      int length = (int) number(text, at, space);
      if (length <= space - at + 1 || length > text.length - at) {
        throw TarHeader.damaged();
      }
      fields = fields.with(Arrays.copyOfRange(text, space + 1, at + length - 1));
      at += length;
    }
    return fields;
  }

  private PaxFields with(byte[] record) {
    int equals = 0;
    while (equals < record.length && record[equals] != '=') {
      equals++;
    }
    if (equals == record.length) {
      throw TarHeader.damaged();
    }
    String key = new String(record, 0, equals, StandardCharsets.UTF_8);
    if (key.equals("path")) {
      return new PaxFields(Arrays.copyOfRange(record, equals + 1, record.length), size);
    }
    if (key.equals("size")) {
      return new PaxFields(name, number(record, equals + 1, record.length));
    }
    if (key.startsWith("GNU.sparse.")) {
      throw ArchiveProblem.of(
          ProblemCode.ARCHIVE_MALFORMED,
          "",
          "The archive holds a sparse file. Pack it without the sparse option.");
    }
    return this;
  }

  private static long number(byte[] text, int from, int to) {
    if (from >= to || to - from > 18) {
      throw TarHeader.damaged();
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      if (text[i] < '0' || text[i] > '9') {
        throw TarHeader.damaged();
      }
      value = value * 10 + text[i] - '0';
    }
    return value;
  }
}
