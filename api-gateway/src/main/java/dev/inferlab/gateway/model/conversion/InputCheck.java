package dev.inferlab.gateway.model.conversion;

import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.modelir.tensor.ImageChannels;
import dev.inferlab.modelir.tensor.ImageLayout;
import dev.inferlab.modelir.tensor.Normalisation;
import dev.inferlab.modelir.tensor.PartialShape;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Holds what is asked for one input against what the scan knows of it. */
final class InputCheck {
  private static final String DOTS = "...";
  private static final Pattern LAYOUT = Pattern.compile("[A-Z?]+");
  private static final Set<String> NOT_FOR_ARITHMETIC = Set.of("i32", "i64", "boolean", "string");

  /** Images, but neither negative nor broken numbers. */
  private static final Set<String> SMALL_INTEGERS = Set.of("u8", "i8", "u16", "i16");

  private final AskedInput asked;
  private final Violations violations;
  private final Port port;

  /** The input's dimensions after the conversion; null if not even their number is known. */
  private final List<Long> shape;

  InputCheck(AskedInput asked, Scan scan, List<String> cutInputs, Violations violations) {
    this.asked = asked;
    this.violations = violations;
    Optional<Port> known = scan.input(asked.name());
    if (known.isEmpty()
        && !asked.name().isEmpty()
        && !scan.inputs().isEmpty()
        && !cutInputs.contains(asked.name())) {
      add(
          "name",
          Fault.UNKNOWN,
          "the model has no input '%s'; it has %s",
          asked.name(),
          scan.shownInputs());
    }
    port = known.orElse(new Port(asked.name(), "", null, ""));
    shape = asked.shape().isEmpty() ? port.shape() : asked.shape();
  }

  /** The input's name in the scan, which can be asked for under two names. */
  String name() {
    return port.name();
  }

  /** The change, reduced to what it changes. */
  InputChange change() {
    checkShape();
    checkLayout();
    if (!asked.mean().stream().allMatch(Normalisation::isMean)) {
      add("mean", Fault.INVALID, Normalisation.MEAN_RULE);
    }
    if (!asked.scale().stream().allMatch(Normalisation::isScale)) {
      add("scale", Fault.INVALID, Normalisation.SCALE_RULE);
    }
    String layout = asked.layout() == null ? knownLayout() : asked.layout();
    if (asked.changesValues()) {
      checkValues(layout);
    }
    InputChange change =
        new InputChange(
            port.name(),
            asked.shape().isEmpty() || asked.shape().equals(port.shape()) ? null : asked.shape(),
            layout,
            simplified(asked.mean(), 0),
            simplified(asked.scale(), 1),
            asked.reverseChannels() ? true : null);
    // A layout that nobody gave is told only where it is needed.
    return asked.layout() == null && !change.changesValues() ? change.withoutLayout() : change;
  }

  private void checkShape() {
    List<Long> given = asked.shape();
    if (given.contains(0L)) {
      add("shape", Fault.INVALID, "has a dimension of 0; give -1 for one that may vary");
    }
    double elements =
        given.stream().mapToDouble(length -> Math.max(1, length)).reduce(1, (a, b) -> a * b);
    if (elements > PartialShape.MOST_ELEMENTS) {
      add("shape", Fault.INVALID, "has more than %,d elements", PartialShape.MOST_ELEMENTS);
    }
    if (!given.isEmpty() && port.shape() != null && given.size() != port.shape().size()) {
      add(
          "shape",
          Fault.UNSUITABLE,
          "has %d dimensions; the model's input has %d: %s",
          given.size(),
          port.shape().size(),
          port.shape());
    }
  }

  private void checkLayout() {
    String layout = asked.layout();
    if (layout == null) {
      return;
    }
    if (!isLayout(layout)) {
      add(
          "layout",
          Fault.INVALID,
          "must have a capital letter for each dimension, none twice, for example NCHW");
    } else if (shape != null && layout.length() != shape.size()) {
      add(
          "layout",
          Fault.UNSUITABLE,
          "has %d letters for the %d dimensions %s",
          layout.length(),
          shape.size(),
          shape);
    }
  }

  private static PartialShape partial(List<Long> shape) {
    return PartialShape.of(shape.stream().mapToLong(Long::longValue).toArray());
  }

  private static boolean isLayout(String text) {
    long letters = text.chars().filter(c -> c != '?').count();
    long distinct = text.chars().filter(c -> c != '?').distinct().count();
    return LAYOUT.matcher(text).matches() && distinct == letters;
  }

  /**
   * As the scan has it, whatever the shape: the file's word, or the habit of its format. Only where
   * that does not tell which dimension the channels are, such as {@code N...}, a length of 3 or 1
   * in just one place shows it; else null.
   */
  private String knownLayout() {
    String told = shape == null ? port.layout() : spelledOut(port.layout(), shape.size());
    boolean fits = shape == null || told.length() == shape.size();
    if (fits && isLayout(told) && told.indexOf('C') >= 0) {
      return told;
    }
    return shape == null ? null : ImageLayout.shownBy(partial(shape)).orElse(null);
  }

  /** OpenVINO's three dots stand for as many dimensions as it takes. */
  private static String spelledOut(String layout, int dimensions) {
    int left = dimensions - (layout.length() - DOTS.length());
    return left < 0 ? layout : layout.replace(DOTS, "?".repeat(left));
  }

  private void checkValues(String layout) {
    if (NOT_FOR_ARITHMETIC.contains(port.elementType())) {
      add("name", Fault.UNSUITABLE, "its values are %s, no image", port.elementType());
    } else if (SMALL_INTEGERS.contains(port.elementType())) {
      refuseArithmetic("mean", asked.mean());
      refuseArithmetic("scale", asked.scale());
    }
    if (layout == null) {
      add(
          "layout",
          Fault.MISSING,
          "mean, scale and reverseChannels must know where the channels are, for example NCHW");
      return;
    }
    int at = layout.indexOf('C');
    if (at < 0) {
      add("layout", Fault.UNSUITABLE, "has no C: mean, scale and reverseChannels go by channel");
      return;
    }
    long channels = shape == null || at >= shape.size() ? -1 : shape.get(at);
    checkCount("mean", asked.mean(), channels);
    checkCount("scale", asked.scale(), channels);
    if (asked.mean().size() > 1
        && asked.scale().size() > 1
        && asked.mean().size() != asked.scale().size()) {
      add("scale", Fault.INVALID, "has another number of channels than mean");
    }
    if (asked.reverseChannels() && channels >= 0 && channels != ImageChannels.COLOUR) {
      add("reverseChannels", Fault.UNSUITABLE, "needs 3 channels; the input has %d", channels);
    }
  }

  private void refuseArithmetic(String field, List<Double> values) {
    if (!values.isEmpty()) {
      add(
          field,
          Fault.UNSUITABLE,
          "the input takes %s; only floating-point inputs can have mean and scale built in",
          port.elementType());
    }
  }

  private void checkCount(String field, List<Double> values, long channels) {
    if (values.size() > 1 && channels >= 0 && values.size() != channels) {
      add(
          field,
          Fault.UNSUITABLE,
          "has %d numbers for %d channels; give one, or one a channel",
          values.size(),
          channels);
    }
  }

  /** One number where all are the same, and none where they change nothing. */
  private static List<Double> simplified(List<Double> values, double nothing) {
    List<Double> distinct = values.stream().map(value -> value + 0.0).distinct().toList();
    if (distinct.size() != 1) {
      return values;
    }
    return distinct.getFirst() == nothing ? List.of() : distinct;
  }

  private void add(String field, Fault fault, String text, Object... values) {
    violations.add(asked.path(field), fault.reason(text, values));
  }
}
