package dev.inferlab.local.service;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Lets a program start in a third of the time: classes loaded and linked in an earlier run, kept in
 * a file that the JVM maps (AOT cache, JEP 483). A run writes down what it loaded; after it the
 * cache is made of that. It holds for exactly these jars, this JDK and these flags: all are in its
 * name.
 */
record StartCache(Path file) {
  private static final String CONFIGURATION = "-XX:AOTConfiguration=";
  private static final String SUFFIX = ".aot";
  private static final String RECORD = ".configuration";
  private static final long LONGEST_MINUTES = 3;
  private static final long LOOK_EVERY_MILLIS = 200;

  /**
   * @param folder of all caches
   * @param programs jars, and folders of jars, that the program consists of
   * @param jvmFlags that it is started with
   * @return empty if a class path has folders of classes, which a cache cannot hold
   */
  static Optional<StartCache> of(
      Path folder, String name, List<Path> programs, List<String> jvmFlags) throws IOException {
    MessageDigest digest = sha256();
    digest.update(bytes(System.getProperty("java.home") + Runtime.version() + jvmFlags));
    for (Path program : programs) {
      if (!Files.exists(program)) {
        return Optional.empty();
      }
      try (Stream<Path> files = Files.walk(program)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          if (file.toString().endsWith(".class")) {
            return Optional.empty();
          }
          digest.update(
              bytes(file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file)));
        }
      }
    }
    String key = HexFormat.of().formatHex(digest.digest(), 0, 8);
    return Optional.of(new StartCache(folder.resolve(name + "-" + key + SUFFIX)));
  }

  /**
   * @param record whether a run without a cache writes down what the cache is to hold
   */
  List<String> flags(boolean record) throws IOException {
    if (Files.exists(file)) {
      return List.of("-XX:AOTCache=" + file);
    }
    if (!record) {
      return List.of();
    }
    Files.createDirectories(file.getParent());
    return List.of("-XX:AOTMode=record", CONFIGURATION + file + record());
  }

  /** Of this process: an Inferlab with another state folder may record the same programs. */
  private static String record() {
    return "." + ProcessHandle.current().pid() + RECORD;
  }

  static boolean isRecorded(List<String> command) {
    return command.stream().anyMatch(word -> word.startsWith(CONFIGURATION));
  }

  /**
   * Makes the cache after a recorded run has ended; takes some seconds of one processor. Without
   * success nothing is lost: the next run records again.
   *
   * @param command of the recorded run
   * @param wanted asked all the time; once it is not, the making is broken off
   */
  static void create(List<String> command, BooleanSupplier wanted) {
    for (String word : command) {
      if (word.startsWith(CONFIGURATION)) {
        Path configuration = Path.of(word.substring(CONFIGURATION.length()));
        try {
          create(command, configuration, wanted);
        } catch (IOException e) {
          // Into the supervisor's log: whoever stops must get to its end.
          System.err.println("No faster start was prepared: " + e);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static void create(List<String> recorded, Path configuration, BooleanSupplier wanted)
      throws IOException, InterruptedException {
    if (!Files.exists(configuration)) {
      return; // the process was killed
    }
    String record = configuration.getFileName().toString();
    String name = record.substring(0, record.indexOf(SUFFIX) + SUFFIX.length());
    Path cache = configuration.resolveSibling(name);
    if (Files.exists(cache)) {
      Files.delete(configuration);
      return; // made by another Inferlab meanwhile
    }
    Path unfinished = configuration.resolveSibling(record + ".unfinished");
    List<String> command = new ArrayList<>(recorded);
    command.removeIf(word -> word.startsWith("-XX:AOT"));
    command.addAll(
        1,
        List.of("-XX:AOTMode=create", "-XX:AOTCache=" + unfinished, CONFIGURATION + configuration));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(configuration.resolveSibling(name + ".log").toFile())
            .start();
    boolean made = ended(process, wanted) && process.exitValue() == 0;
    process.destroyForcibly().waitFor();
    Files.delete(configuration);
    if (made) {
      forgetOlder(cache);
      Files.move(unfinished, cache, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.deleteIfExists(unfinished);
    }
  }

  private static boolean ended(Process process, BooleanSupplier wanted)
      throws InterruptedException {
    long last = System.nanoTime() + TimeUnit.MINUTES.toNanos(LONGEST_MINUTES);
    while (wanted.getAsBoolean() && System.nanoTime() - last < 0) {
      if (process.waitFor(LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        return true;
      }
    }
    return false;
  }

  /** Caches of earlier builds of the same program. */
  private static void forgetOlder(Path cache) throws IOException {
    String name = cache.getFileName().toString();
    String program = name.substring(0, name.lastIndexOf('-') + 1);
    try (Stream<Path> files = Files.list(cache.getParent())) {
      for (Path file : files.toList()) {
        String other = file.getFileName().toString();
        if (other.startsWith(program)
            && other.endsWith(SUFFIX)
            && other.lastIndexOf('-') + 1 == program.length()) {
          Files.delete(file);
        }
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
