package dev.inferlab.modelir.mxnet;

import dev.inferlab.modelir.imports.ImportedLayer;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.imports.NetBuilder.Window;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** A node of a symbol with its attributes read as the operator's defaults want them. */
record MxnetNode(SymbolJson.Node node) implements ImportedLayer {

  @Override
  public String name() {
    return node.name();
  }

  @Override
  public String type() {
    return node.op();
  }

  @Override
  public int line() {
    return Math.max(1, node.line());
  }

  @Override
  public String weightsFile() {
    return ".params";
  }

  String text(String key, String absent) {
    return node.attributes().getOrDefault(key, absent);
  }

  boolean flag(String key, boolean absent) throws LayerException {
    String value = text(key, "None");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      case "none" -> absent;
      default ->
          throw malformed(
              "its '%s' is '%.100s', which is neither True nor False".formatted(key, value));
    };
  }

  long number(String key, long absent) throws LayerException {
    try {
      return Long.parseLong(text(key, Long.toString(absent)));
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a whole number".formatted(text(key, "")));
    }
  }

  float real(String key, float absent) throws LayerException {
    try {
      return Float.parseFloat(text(key, Float.toString(absent)));
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a number".formatted(text(key, "")));
    }
  }

  /** A tuple such as {@code (3, 3)}; absent gives an empty list. */
  long[] numbers(String key) throws LayerException {
    try {
      return Stream.of(text(key, "").replaceAll("[()\\[\\]L ]", "").split(","))
          .filter(part -> !part.isEmpty())
          .mapToLong(Long::parseLong)
          .toArray();
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a list of whole numbers".formatted(text(key, "")));
    }
  }

  /** A tuple of reals; absent gives these. */
  float[] reals(String key, float... absent) throws LayerException {
    String[] parts = text(key, "").replaceAll("[()\\[\\] ]", "").split(",");
    if (parts[0].isEmpty()) {
      return absent;
    }
    float[] reals = new float[parts.length];
    try {
      for (int i = 0; i < reals.length; i++) {
        reals[i] = Float.parseFloat(parts[i]);
      }
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a list of numbers".formatted(text(key, "")));
    }
    return reals;
  }

  Window window() throws LayerException {
    long[] kernel = numbers("kernel");
    if (kernel.length != 2) {
      throw unsupported("only two dimensions are supported");
    }
    Window window = new Window(kernel, pair("stride", 1), pair("pad", 0), pair("dilate", 1));
    Optional<String> fault = window.fault();
    if (fault.isPresent()) {
      throw malformed(fault.get());
    }
    return window;
  }

  long[] pair(String key, long absent) throws LayerException {
    long[] given = numbers(key);
    if (given.length == 0) {
      long[] both = new long[2];
      Arrays.fill(both, absent);
      return both;
    }
    if (given.length != 2) {
      throw unsupported("only two dimensions are supported");
    }
    return given;
  }
}
