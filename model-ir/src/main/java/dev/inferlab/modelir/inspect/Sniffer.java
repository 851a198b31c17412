package dev.inferlab.modelir.inspect;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import dev.inferlab.modelir.wire.FileBytes;
import dev.inferlab.modelir.wire.MalformedModelException;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Tells from a file's first bytes what it is. Reads at most a few kilobytes. */
final class Sniffer {
  private static final int HEAD = 4096;

  /** A prototxt starts with a field of NetParameter (caffe.proto), after comments. */
  private static final Pattern PROTOTXT =
      Pattern.compile(
          "(?s)(?:\\s++|#[^\\n]*+\\n)*+(name|layers?|input|input_dim|input_shape|force_backward|state)"
              + "\\s*[:{].*");

  private static final Pattern MXNET_SYMBOL = Pattern.compile("(?s)\\s*\\{\\s*\"nodes\"\\s*:.*");

  private static final Pattern PYTHON =
      Pattern.compile(
          "(?s)(#!.*|(?:\\s++|#[^\\n]*+\\n)*+(import \\w|from [\\w.]+ import |def \\w+\\(|class \\w+[(:]).*)");

  private Sniffer() {}

  static Content sniff(FileBytes file) throws MalformedModelException {
    if (file.size() == 0) {
      return Content.EMPTY;
    }
    if (file.has(4, bytes("TFL3"))) {
      return Content.TFLITE;
    }
    if (file.has(0, bytes("\u0089HDF\r\n\u001a\n"))) {
      return Content.HDF5;
    }
    if (file.has(0, bytes("\u0093NUMPY"))) {
      return head(file, 256).contains("|O") ? Content.NPY_OBJECT : Content.OTHER;
    }
    if (isNative(file)) {
      return Content.NATIVE_LIBRARY;
    }
    if (file.has(0, bytes("PK\u0003\u0004")) || file.has(0, bytes("PK\u0005\u0006"))) {
      return ZipNames.sniff(file);
    }
    if (file.has(0, bytes("\u001f\u008b"))
        || file.has(0, bytes("7z\u00bc\u00af"))
        || file.has(257, bytes("ustar"))) {
      return Content.ARCHIVE;
    }
    if (isPickle(file)) {
      return Content.PICKLE;
    }
    // NDArray list file: magic 0x112, reserved 0 (MXNet, src/ndarray/ndarray.cc).
    if (file.has(0, new byte[] {0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})) {
      return Content.MXNET_PARAMS;
    }
    // Footer magic of the table format that TensorFlow's checkpoints use.
    if (file.size() >= 48 && file.has(file.size() - 8, bytes("W\u00fb\u0080\u008b$uG\u00db"))) {
      return Content.TF_TABLE;
    }
    if (isWideXml(file)) {
      return Content.WIDE_XML;
    }
    Content text = sniffText(head(file, HEAD));
    return text != Content.OTHER ? text : ProtoSniffer.sniff(file);
  }

  private static Content sniffText(String head) {
    if (head.chars().anyMatch(c -> c < 9)) {
      return Content.OTHER;
    }
    String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3) : head;
    if (text.stripLeading().startsWith("<")) {
      return Content.XML;
    }
    if (MXNET_SYMBOL.matcher(text).matches()) {
      return Content.MXNET_SYMBOL;
    }
    if (PYTHON.matcher(text).matches()) {
      return Content.PYTHON;
    }
    return PROTOTXT.matcher(text).matches() ? Content.PROTOTXT : Content.OTHER;
  }

  /**
   * UTF-16 in either byte order. One wide less-than sign tells nothing without the order's mark:
   * numbers of 16 bits have the same bytes.
   */
  private static boolean isWideXml(FileBytes file) {
    return Stream.of(UTF_16LE, UTF_16BE)
        .anyMatch(
            wide ->
                Stream.of("\ufeff<", "<?x", "<ne")
                    .anyMatch(start -> file.has(0, start.getBytes(wide))));
  }

  private static boolean isNative(FileBytes file) {
    return file.has(0, bytes("\u007fELF"))
        || file.has(0, bytes("\u00cf\u00fa\u00ed\u00fe"))
        || file.has(0, bytes("\u00ca\u00fe\u00ba\u00be"))
        || (file.has(0, bytes("MZ")) && head(file, 1024).contains("This program"));
  }

  /** Protocol 2 to 5 starts with 0x80 and its number; every pickle ends with a full stop. */
  private static boolean isPickle(FileBytes file) throws MalformedModelException {
    if (file.size() < 4 || file.u8(file.size() - 1) != '.') {
      return false;
    }
    boolean binary = file.u8(0) == 0x80 && file.u8(1) >= 2 && file.u8(1) <= 5;
    return binary || file.has(0, bytes("(dp0")) || file.has(0, bytes("ccopy_reg"));
  }

  private static String head(FileBytes file, int length) {
    byte[] copy = new byte[(int) Math.min(length, file.size())];
    java.lang.foreign.MemorySegment.copy(
        file.segment(), java.lang.foreign.ValueLayout.JAVA_BYTE, 0, copy, 0, copy.length);
    return new String(copy, ISO_8859_1);
  }

  static byte[] bytes(String latin1) {
    return latin1.getBytes(ISO_8859_1);
  }
}
