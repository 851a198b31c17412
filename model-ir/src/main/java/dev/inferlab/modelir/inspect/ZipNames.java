package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.lang.foreign.ValueLayout;

/** Looks at the names in a zip's central directory, without unpacking anything. */
final class ZipNames {
  private static final int MOST_ENTRIES = 10_000;
  private static final int CENTRAL_HEADER = 46;

  private ZipNames() {}

  static Content sniff(FileBytes file) throws MalformedModelException {
    long end = endRecord(file);
    if (end < 0) {
      return Content.ARCHIVE;
    }
    int entries = Math.min(file.u16(end + 10), MOST_ENTRIES);
    long at = file.u32(end + 16);
    for (int i = 0; i < entries && file.has(at, Sniffer.bytes("PK\u0001\u0002")); i++) {
      if (file.size() - at < CENTRAL_HEADER) {
        break;
      }
      int nameLength = file.u16(at + 28);
      if (file.size() - at - CENTRAL_HEADER < nameLength) {
        break;
      }
      String name =
          new String(
              file.segment()
                  .asSlice(at + CENTRAL_HEADER, nameLength)
                  .toArray(ValueLayout.JAVA_BYTE),
              ISO_8859_1);
      if (name.equals("data.pkl") || name.endsWith("/data.pkl")) {
        return Content.TORCH_ZIP;
      }
      if (name.equals("config.json") || name.endsWith("model.weights.h5")) {
        return Content.KERAS_ZIP;
      }
      at += CENTRAL_HEADER + nameLength + file.u16(at + 30) + file.u16(at + 32);
    }
    return Content.ARCHIVE;
  }

  /** Offset of the end-of-central-directory record, or -1. */
  static long endRecord(FileBytes file) {
    long last = file.size() - 22;
    for (long at = last; at >= Math.max(0, last - 65_535); at--) {
      if (file.has(at, Sniffer.bytes("PK\u0005\u0006"))) {
        return at;
      }
    }
    return -1;
  }
}
