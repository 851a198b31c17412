package dev.inferlab.openvino;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Function;

/**
 * A named setting of a device or a compiled model, with the Java type of its value. Devices add
 * their own: {@link #text} makes one for any key, and {@link #SUPPORTED_PROPERTIES} lists what
 * there is.
 *
 * @param <T> the value's type; where it has a unit, the type carries it
 */
public final class Property<T> {

  /** What the device is to be good at. */
  public enum PerformanceMode {
    LATENCY,
    THROUGHPUT,
    CUMULATIVE_THROUGHPUT
  }

  /** Which the device may trade for the other. */
  public enum ExecutionMode {
    PERFORMANCE,
    ACCURACY
  }

  /** Importance among the models of a device. */
  public enum Priority {
    LOW,
    MEDIUM,
    HIGH
  }

  /** Which cores a CPU may use. */
  public enum CoreType {
    ANY_CORE,
    PCORE_ONLY,
    ECORE_ONLY
  }

  /** What the model cache is made for. */
  public enum CacheMode {
    OPTIMIZE_SIZE,
    OPTIMIZE_SPEED
  }

  /** How much the runtime writes to its log. */
  public enum LogLevel {
    LOG_NONE,
    LOG_ERROR,
    LOG_WARNING,
    LOG_INFO,
    LOG_DEBUG,
    LOG_TRACE
  }

  /** A range of counts, both ends inclusive. */
  public record Range(int min, int max) {}

  /** Counts of requests that a device asks for, both ends inclusive. */
  public record SteppedRange(int min, int max, int step) {}

  // What a device or a model is.
  public static final Property<List<String>> SUPPORTED_PROPERTIES = words("SUPPORTED_PROPERTIES");

  /** Ids of the devices behind one name: {@code 0 1} for {@code GPU.0} and {@code GPU.1}. */
  public static final Property<List<String>> AVAILABLE_DEVICES = words("AVAILABLE_DEVICES");

  public static final Property<String> FULL_DEVICE_NAME = text("FULL_DEVICE_NAME");

  /** Such as {@code FP32}, {@code BF16}, {@code INT8}, {@code EXPORT_IMPORT}. */
  public static final Property<List<String>> DEVICE_CAPABILITIES =
      words("OPTIMIZATION_CAPABILITIES");

  public static final Property<Range> RANGE_FOR_STREAMS =
      new Property<>("RANGE_FOR_STREAMS", Property::range, Property::unsupportedWrite);
  public static final Property<SteppedRange> RANGE_FOR_ASYNC_INFER_REQUESTS =
      new Property<>(
          "RANGE_FOR_ASYNC_INFER_REQUESTS", Property::steppedRange, Property::unsupportedWrite);
  public static final Property<Integer> OPTIMAL_NUMBER_OF_INFER_REQUESTS =
      integer("OPTIMAL_NUMBER_OF_INFER_REQUESTS");
  public static final Property<Integer> OPTIMAL_BATCH_SIZE = integer("OPTIMAL_BATCH_SIZE");
  public static final Property<Integer> MAX_BATCH_SIZE = integer("MAX_BATCH_SIZE");
  public static final Property<String> MODEL_NAME = text("NETWORK_NAME");
  public static final Property<List<String>> EXECUTION_DEVICES = words("EXECUTION_DEVICES");

  // How it is to run.
  public static final Property<PerformanceMode> PERFORMANCE_MODE =
      choice("PERFORMANCE_HINT", PerformanceMode.class);
  public static final Property<ExecutionMode> EXECUTION_MODE =
      choice("EXECUTION_MODE_HINT", ExecutionMode.class);

  /**
   * The type that the device computes in where it may choose; what it really chose, once compiled.
   */
  public static final Property<ElementType> INFERENCE_PRECISION =
      new Property<>("INFERENCE_PRECISION_HINT", ElementType::parse, ElementType::openVinoName);

  public static final Property<Streams> NUM_STREAMS =
      new Property<>("NUM_STREAMS", Streams::new, Streams::value);

  /** Threads in all streams together; 0 lets the device choose. */
  public static final Property<Integer> INFERENCE_NUM_THREADS = integer("INFERENCE_NUM_THREADS");

  /** How many requests the program will keep in flight. */
  public static final Property<Integer> NUM_REQUESTS = integer("PERFORMANCE_HINT_NUM_REQUESTS");

  public static final Property<Priority> MODEL_PRIORITY = choice("MODEL_PRIORITY", Priority.class);
  public static final Property<CoreType> SCHEDULING_CORE_TYPE =
      choice("SCHEDULING_CORE_TYPE", CoreType.class);
  public static final Property<Boolean> ENABLE_CPU_PINNING = flag("ENABLE_CPU_PINNING");
  public static final Property<Boolean> ENABLE_HYPER_THREADING = flag("ENABLE_HYPER_THREADING");

  /**
   * Measures each layer: costs speed, fills {@link InferRequest#profile} and the executed graph's
   * times.
   */
  public static final Property<Boolean> ENABLE_PROFILING = flag("PERF_COUNT");

  public static final Property<Boolean> ENABLE_MMAP = flag("ENABLE_MMAP");
  public static final Property<Boolean> FORCE_TBB_TERMINATE = flag("FORCE_TBB_TERMINATE");
  public static final Property<String> CACHE_DIR = text("CACHE_DIR");
  public static final Property<CacheMode> CACHE_MODE = choice("CACHE_MODE", CacheMode.class);
  public static final Property<LogLevel> LOG_LEVEL = choice("LOG_LEVEL", LogLevel.class);

  /** Devices in order of preference, for {@code AUTO}, {@code HETERO} and {@code BATCH}. */
  public static final Property<List<String>> DEVICE_PRIORITIES =
      new Property<>(
          "MULTI_DEVICE_PRIORITIES",
          text -> Arrays.stream(text.split(",")).toList(),
          names -> String.join(",", names));

  /** How long the batching device waits for a batch to fill, in whole milliseconds. */
  public static final Property<Duration> AUTO_BATCH_TIMEOUT =
      new Property<>(
          "AUTO_BATCH_TIMEOUT",
          text -> Duration.ofMillis(Long.parseLong(text)),
          timeout -> Long.toString(timeout.toMillis()));

  public static final Property<Boolean> AUTO_DEVICE_BIND_BUFFER = flag("DEVICE_BIND_BUFFER");
  public static final Property<Boolean> AUTO_STARTUP_FALLBACK = flag("ENABLE_STARTUP_FALLBACK");
  public static final Property<Boolean> AUTO_RUNTIME_FALLBACK = flag("ENABLE_RUNTIME_FALLBACK");
  public static final Property<String> GPU_CONFIG_FILE = text("CONFIG_FILE");

  private final String key;
  private final Function<String, T> parse;
  private final Function<T, String> format;

  private Property(String key, Function<String, T> parse, Function<T, String> format) {
    this.key = key;
    this.parse = parse;
    this.format = format;
  }

  /** Any property, by its key and as the runtime writes it. */
  public static Property<String> text(String key) {
    return new Property<>(key, Function.identity(), Function.identity());
  }

  private static Property<Integer> integer(String key) {
    return new Property<>(key, Integer::valueOf, String::valueOf);
  }

  private static Property<Boolean> flag(String key) {
    return new Property<>(key, Property::parseFlag, value -> value ? "YES" : "NO");
  }

  private static Property<List<String>> words(String key) {
    return new Property<>(key, Property::parseWords, Property::unsupportedWrite);
  }

  private static <E extends Enum<E>> Property<E> choice(String key, Class<E> type) {
    return new Property<>(
        key, text -> Enum.valueOf(type, text.strip().toUpperCase(Locale.ROOT)), Enum::name);
  }

  public String key() {
    return key;
  }

  T parse(String text) {
    try {
      return parse.apply(text.strip());
    } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new IllegalStateException(
          "The runtime reports %s = '%s', which is not understood.".formatted(key, text), e);
    }
  }

  String format(T value) {
    return format.apply(Objects.requireNonNull(value, () -> "A value is needed for " + key + "."));
  }

  private static boolean parseFlag(String text) {
    return switch (text.toUpperCase(Locale.ROOT)) {
      case "YES", "TRUE", "1" -> true;
      case "NO", "FALSE", "0" -> false;
      default -> throw new IllegalArgumentException(text);
    };
  }

  private static List<String> parseWords(String text) {
    return Arrays.stream(text.split("[\\s,]+")).filter(word -> !word.isEmpty()).toList();
  }

  private static Range range(String text) {
    List<String> parts = parseWords(text);
    return new Range(Integer.parseInt(parts.get(0)), Integer.parseInt(parts.get(1)));
  }

  private static SteppedRange steppedRange(String text) {
    List<String> parts = parseWords(text);
    return new SteppedRange(
        Integer.parseInt(parts.get(0)),
        Integer.parseInt(parts.get(1)),
        Integer.parseInt(parts.get(2)));
  }

  private static <T> String unsupportedWrite(T value) {
    throw new IllegalArgumentException("This property can only be read.");
  }

  @Override
  public String toString() {
    return key;
  }
}
