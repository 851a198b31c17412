package dev.inferlab.local.service;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How a child JVM is started: small, with the collector that costs least on a machine with few
 * cores, and with compilers that stand back: at the priority of all others, those of three JVMs
 * that start hold up what they compile for.
 */
final class JavaCommand {
  private final List<String> words = new ArrayList<>();

  /**
   * @param name shown by {@code jps -v} and {@code ps}
   */
  JavaCommand(String name, int heapMebibytes) {
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.add("-Xmx" + heapMebibytes + "m");
    words.add("-XX:+UseSerialGC");
    words.add("-XX:+ExitOnOutOfMemoryError");
    // As nice values. Without the first the others mean nothing, and with it root's VM thread would
    // be put before all others. Who is not root gets a line in each log that says it may not work:
    // lower priority, which is all that is asked for, needs no right.
    words.add("-XX:ThreadPriorityPolicy=1");
    words.add("-XX:CompilerThreadPriority=5");
    words.add("-XX:VMThreadPriority=0");
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.add("-Dinferlab.process=" + name);
  }

  /** For what is soon warm: the second compiler costs it more than it gains. */
  JavaCommand firstCompilerOnly() {
    return flag("-XX:TieredStopAtLevel=1");
  }

  /**
   * From a start cache that earlier runs with the flags so far left, if there is one.
   *
   * @param record whether a run without one leaves one
   */
  JavaCommand startingFast(Path caches, String name, List<Path> programs, boolean record)
      throws IOException {
    List<String> flags = words.stream().filter(word -> word.startsWith("-XX:")).toList();
    Optional<StartCache> cache = StartCache.of(caches, name, programs, flags);
    if (cache.isPresent()) {
      words.addAll(cache.get().flags(record));
    }
    return this;
  }

  JavaCommand flag(String flag) {
    words.add(flag);
    return this;
  }

  List<String> jar(Path jar) {
    words.addAll(List.of("-jar", jar.toString()));
    return List.copyOf(words);
  }

  List<String> main(String classPath, String mainClass, String... arguments) {
    words.addAll(List.of("-cp", classPath, mainClass));
    words.addAll(List.of(arguments));
    return List.copyOf(words);
  }
}
