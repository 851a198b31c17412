package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;

import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Properties with values, to compile a model or to set up a device. Immutable: {@code with} answers
 * another one.
 */
public final class Config {

  private static final Config EMPTY = new Config(Map.of());

  private final Map<String, String> values;

  private Config(Map<String, String> values) {
    this.values = values;
  }

  public static Config empty() {
    return EMPTY;
  }

  public static <T> Config of(Property<T> property, T value) {
    return EMPTY.with(property, value);
  }

  public <T> Config with(Property<T> property, T value) {
    return with(property.key(), property.format(value));
  }

  /** Any key, with its value as the runtime writes it. */
  public Config with(String key, String value) {
    Objects.requireNonNull(key);
    Objects.requireNonNull(value, () -> "A value is needed for " + key + ".");
    Map<String, String> more = new LinkedHashMap<>(values);
    more.put(key, value);
    return new Config(more);
  }

  public Map<String, String> asMap() {
    return Map.copyOf(values);
  }

  int size() {
    return values.size();
  }

  /** As an {@code ov_property_t} array. */
  MemorySegment write(Arena arena) {
    long size = Structs.PROPERTY.byteSize();
    MemorySegment array = arena.allocate(Structs.PROPERTY, Math.max(1, values.size()));
    long offset = 0;
    for (Map.Entry<String, String> entry : values.entrySet()) {
      array.set(ADDRESS, offset, arena.allocateFrom(entry.getKey()));
      array.set(ADDRESS, offset + ADDRESS.byteSize(), arena.allocateFrom(entry.getValue()));
      offset += size;
    }
    return array;
  }

  /** Whether the other one sets the same keys to the same values, in whatever order. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Config config && values.equals(config.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
