package dev.inferlab.gateway.model;

import dev.inferlab.modelir.analysis.Task;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What a model can be for; each but {@code generic} has an adapter for its outputs. */
public final class Tasks {
  /** What users may say; nobody guesses that a model is for text. */
  public static final Set<String> NAMES =
      Stream.concat(
              Arrays.stream(Task.values()).map(Task::restName), Stream.of("text-classification"))
          .collect(Collectors.toUnmodifiableSet());

  private Tasks() {}
}
