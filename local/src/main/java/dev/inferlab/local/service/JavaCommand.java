package dev.inferlab.local.service;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How a child JVM is started: small, and with the collector that costs least on a machine with few
 * cores.
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
    words.add("--enable-native-access=ALL-UNNAMED");
    words.add("--sun-misc-unsafe-memory-access=allow");
    words.add("-Dinferlab.process=" + name);
  }

  JavaCommand flag(String flag) {
    words.add(flag);
    return this;
  }

  JavaCommand flags(List<String> flags) {
    words.addAll(flags);
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
