package dev.inferlab.modelir.caffe;

import dev.inferlab.modelir.caffe.CaffeBlobs.Blob;
import dev.inferlab.modelir.imports.ImportedLayer;
import dev.inferlab.modelir.imports.LayerException;
import dev.inferlab.modelir.wire.TextProto.Message;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** A layer of a prototxt with its options read as the format's defaults want them. */
final class CaffeLayer implements ImportedLayer {
  /** Names of the old V1LayerParameter.LayerType where they are not the new ones in capitals. */
  private static final Map<String, String> OLD_TYPES =
      Map.ofEntries(
          Map.entry("INNER_PRODUCT", "InnerProduct"),
          Map.entry("RELU", "ReLU"),
          Map.entry("PRELU", "PReLU"),
          Map.entry("LRN", "LRN"),
          Map.entry("MVN", "MVN"),
          Map.entry("BNLL", "BNLL"),
          Map.entry("TANH", "TanH"),
          Map.entry("ABSVAL", "AbsVal"),
          Map.entry("ARGMAX", "ArgMax"),
          Map.entry("SOFTMAX_LOSS", "SoftmaxWithLoss"),
          Map.entry("EUCLIDEAN_LOSS", "EuclideanLoss"));

  private final Message message;
  private final List<Blob> blobs;
  private final Message options;
  private final boolean old;

  /** {@code old}: the layer has the V1 form. */
  CaffeLayer(Message message, CaffeBlobs blobs, boolean old) {
    this.message = message;
    this.old = old;
    this.blobs = blobs.of(name(message));
    this.options = options(message);
  }

  private static String name(Message message) {
    return message.text("name").orElse("");
  }

  /** The {@code …_param} of the layer's own type. */
  private static Message options(Message message) {
    return message.fields().stream()
        .filter(field -> field.isMessage() && field.name().endsWith("_param"))
        .filter(
            field -> !field.name().equals("transform_param") && !field.name().equals("loss_param"))
        .findFirst()
        .map(field -> field.message())
        .orElse(new Message(List.of(), message.line()));
  }

  @Override
  public String name() {
    return name(message);
  }

  @Override
  public int line() {
    return message.line();
  }

  @Override
  public String weightsFile() {
    return ".caffemodel";
  }

  @Override
  public String type() {
    String type = message.text("type").orElse("");
    if (!old || type.isEmpty()) {
      return type;
    }
    return OLD_TYPES.getOrDefault(
        type, type.charAt(0) + type.substring(1).toLowerCase(Locale.ROOT));
  }

  List<String> bottoms() {
    return message.texts("bottom");
  }

  List<String> tops() {
    return message.texts("top");
  }

  /**
   * False for layers of other phases, levels or stages than the test phase's first: one include
   * rule must hold where there is any, and no exclude rule may (Net::FilterNet in net.cpp).
   */
  boolean runsInInference() throws LayerException {
    List<Message> includes = message.messages("include");
    boolean included = includes.isEmpty();
    for (Message rule : includes) {
      included |= holds(rule);
    }
    for (Message rule : message.messages("exclude")) {
      included &= !holds(rule);
    }
    return included;
  }

  private boolean holds(Message rule) throws LayerException {
    String phase = rule.text("phase").orElse("TEST");
    return (phase.equals("TEST") || phase.equals("1"))
        && parse(rule.text("min_level").orElse("0")) <= 0
        && parse(rule.text("max_level").orElse("0")) >= 0
        && rule.texts("stage").isEmpty();
  }

  /** True when an option has one of these values: an enum's name or its number. */
  boolean is(String key, String... values) {
    return text(key).map(List.of(values)::contains).orElse(false);
  }

  Message options() {
    return options;
  }

  boolean hasBlob(int index) {
    return blobs.size() > index;
  }

  Blob blob(int index) throws LayerException {
    if (blobs.size() <= index) {
      throw unsupported("its weights are missing in the .caffemodel");
    }
    return blobs.get(index);
  }

  Optional<String> text(String key) {
    return options.text(key);
  }

  boolean flag(String key, boolean absent) {
    return text(key).map(value -> value.equals("true") || value.equals("1")).orElse(absent);
  }

  long number(String key, long absent) throws LayerException {
    Optional<String> value = text(key);
    return value.isPresent() ? parse(value.get()) : absent;
  }

  float real(String key, float absent) throws LayerException {
    Optional<String> value = text(key);
    try {
      return value.isPresent() ? Float.parseFloat(value.get()) : absent;
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a number".formatted(value.orElse("")));
    }
  }

  long[] numbers(String key) throws LayerException {
    List<String> texts = options.texts(key);
    long[] numbers = new long[texts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = parse(texts.get(i));
    }
    return numbers;
  }

  /** A length for height and one for width: {@code KEY} once or twice, or {@code KEY_h, KEY_w}. */
  long[] pair(String key, String prefix, long absent) throws LayerException {
    long[] both = numbers(key);
    if (both.length == 1) {
      return new long[] {both[0], both[0]};
    }
    if (both.length == 2) {
      return both;
    }
    if (both.length > 2) {
      throw unsupported("more than two dimensions are not supported");
    }
    return new long[] {number(prefix + "_h", absent), number(prefix + "_w", absent)};
  }

  private long parse(String text) throws LayerException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw unsupported("'%s' is not a whole number".formatted(text));
    }
  }
}
