package dev.inferlab.gateway.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** What a file's first bytes say, whatever its name is. */
public enum ArchiveFormat {
  ZIP,
  TAR,
  /** Read as a compressed tar archive. */
  GZIP,
  /** 7z, rar, xz, bzip2, zstd: known, but not read. */
  OTHER_ARCHIVE,
  NONE;

  private static final int TAR_MAGIC_AT = 257;

  /** Looks at the first 262 bytes. */
  public static ArchiveFormat of(Path file) throws IOException {
    byte[] head;
    try (InputStream in = Files.newInputStream(file)) {
      head = in.readNBytes(TAR_MAGIC_AT + 5);
    }
    if (starts(head, 'P', 'K', 3, 4) || starts(head, 'P', 'K', 5, 6)) {
      return ZIP;
    }
    if (starts(head, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (starts(head, '7', 'z', 0xbc, 0xaf)
        || starts(head, 'R', 'a', 'r', '!')
        || starts(head, 0xfd, '7', 'z', 'X', 'Z')
        || starts(head, 'B', 'Z', 'h')
        || starts(head, 0x28, 0xb5, 0x2f, 0xfd)) {
      return OTHER_ARCHIVE;
    }
    boolean tar =
        head.length == TAR_MAGIC_AT + 5
            && Arrays.equals(
                Arrays.copyOfRange(head, TAR_MAGIC_AT, head.length),
                "ustar".getBytes(StandardCharsets.US_ASCII));
    return tar ? TAR : NONE;
  }

  private static boolean starts(byte[] head, int... magic) {
    if (head.length < magic.length) {
      return false;
    }
    for (int i = 0; i < magic.length; i++) {
      if ((head[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
