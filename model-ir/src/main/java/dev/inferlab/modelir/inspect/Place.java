package dev.inferlab.modelir.inspect;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where in the upload a problem is: always the file, and as much more as is known. */
public record Place(String file, OptionalInt line, OptionalLong offset, Optional<String> layer) {

  /** Names come from strangers: one that fills a log or a page is cut. */
  private static final int LONGEST_LAYER_NAME = 200;

  public static Place inFile(String file) {
    return new Place(file, OptionalInt.empty(), OptionalLong.empty(), Optional.empty());
  }

  /** {@code line} counts from 1. */
  public static Place atLine(String file, int line) {
    return new Place(file, OptionalInt.of(line), OptionalLong.empty(), Optional.empty());
  }

  public static Place atOffset(String file, long offset) {
    return new Place(file, OptionalInt.empty(), OptionalLong.of(offset), Optional.empty());
  }

  public Place inLayer(String name) {
    return new Place(file, line, offset, Optional.of(shorten(name)));
  }

  static String shorten(String name) {
    return name.length() <= LONGEST_LAYER_NAME ? name : name.substring(0, LONGEST_LAYER_NAME) + "…";
  }
}
