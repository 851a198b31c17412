package dev.inferlab.gateway.catalog;

import dev.inferlab.gateway.catalog.zoo.ZooModel;
import dev.inferlab.gateway.catalog.zoo.ZooReader;
import dev.inferlab.gateway.staging.ReceivedFile;
import dev.inferlab.gateway.staging.Unpacking;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** Finds the model files of a catalogue, wherever it lies. Blocking. */
@ApplicationScoped
class ReadCatalog {
  private static final int DEEPEST = 12;
  private static final int MOST_FILES = 5_000;
  private static final long MOST_BYTES = 32L << 20;
  private static final String OURS = "/catalog/";

  private final Unpacking unpacking;

  ReadCatalog(Unpacking unpacking) {
    this.unpacking = unpacking;
  }

  /** Collects files within limits. */
  private static final class Collected {
    private final Map<String, byte[]> files = new HashMap<>();
    private long bytes;

    void add(String name, InputStream content) throws IOException {
      byte[] text = content.readNBytes(ZooReader.LARGEST_FILE + 1);
      bytes += text.length;
      files.put(name, text);
      if (files.size() > MOST_FILES || bytes > MOST_BYTES) {
        throw invalid(
            "It has more than %,d models, or more than %,d bytes of descriptions."
                .formatted(MOST_FILES, MOST_BYTES));
      }
    }

    List<ZooModel> read() {
      if (files.isEmpty()) {
        throw invalid("No folder in it has a model.yml.");
      }
      return ZooReader.read(files);
    }
  }

  private static ProblemException invalid(String detail) {
    return new ProblemException(ProblemCode.CATALOG_SOURCE_INVALID, detail);
  }

  /** Archives of a checkout; everything but the descriptions is passed over. */
  List<ZooModel> archives(List<ReceivedFile> files) throws IOException {
    Collected found = new Collected();
    unpacking.unpack(
        files,
        Unpacking.Archives.BY_CONTENT,
        (name, content) -> {
          if (ZooReader.isPart(name)) {
            found.add(name, content);
          }
        });
    return found.read();
  }

  /** A folder of this machine that the operator named; links in it are not followed. */
  List<ZooModel> folder(Path root) throws IOException {
    if (!Files.isDirectory(root)) {
      throw invalid("The folder is not there, or cannot be read.");
    }
    Collected found = new Collected();
    try (Stream<Path> all = Files.walk(root, DEEPEST)) {
      for (Path file : (Iterable<Path>) all::iterator) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (ZooReader.isPart(name) && Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          try (InputStream content = Files.newInputStream(file)) {
            found.add(name, content);
          }
        }
      }
    }
    return found.read();
  }

  /** Ours. A jar's folders cannot be listed: a file beside them has their names. */
  List<ZooModel> ours() throws IOException {
    Collected found = new Collected();
    try (BufferedReader names =
        new BufferedReader(new InputStreamReader(resource("models.txt"), StandardCharsets.UTF_8))) {
      for (String name = names.readLine(); name != null; name = names.readLine()) {
        try (InputStream content = resource(name + "/" + ZooReader.MODEL)) {
          found.add(name + "/" + ZooReader.MODEL, content);
        }
      }
    }
    return found.read();
  }

  private static InputStream resource(String name) {
    return Objects.requireNonNull(ReadCatalog.class.getResourceAsStream(OURS + name), name);
  }
}
