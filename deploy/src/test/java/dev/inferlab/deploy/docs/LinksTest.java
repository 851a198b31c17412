package dev.inferlab.deploy.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.deploy.Repository;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the documents name must exist: files move, prose does not notice. */
class LinksTest {
  private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");
  private static final Pattern CODE = Pattern.compile("`([^`\\n]+)`");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+)+/?");
  private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");
  private static final Pattern FENCE = Pattern.compile("(?ms)^ *```.*?^ *```");

  @Test
  void relativeLinksLeadSomewhere() {
    List<String> broken = new ArrayList<>();
    for (Path file : Repository.files(".md")) {
      String prose = FENCE.matcher(Repository.text(file)).replaceAll("");
      LINK.matcher(prose)
          .results()
          .map(link -> link.group(1))
          .forEach(link -> check(file, link, broken));
    }
    assertThat(broken).isEmpty();
  }

  @Test
  void pathsInProseExist() {
    Set<String> top = topLevel();
    List<String> missing = new ArrayList<>();
    for (Path file : Repository.files(".md")) {
      String prose = FENCE.matcher(Repository.text(file)).replaceAll("");
      CODE.matcher(prose)
          .results()
          .map(code -> code.group(1))
          .filter(code -> PATH.matcher(code).matches())
          .filter(code -> top.contains(code.substring(0, code.indexOf('/'))))
          .filter(code -> !("/" + code).contains("/target/"))
          .filter(code -> !Files.exists(Repository.root().resolve(code)))
          .forEach(code -> missing.add(Repository.root().relativize(file) + ": " + code));
    }
    assertThat(missing).isEmpty();
  }

  private static void check(Path file, String link, List<String> broken) {
    if (link.contains("://") || link.startsWith("mailto:")) {
      return;
    }
    int hash = link.indexOf('#');
    String path = hash < 0 ? link : link.substring(0, hash);
    Path target = path.isEmpty() ? file : file.resolveSibling(path).normalize();
    boolean found = Files.exists(target);
    if (found && hash >= 0 && target.toString().endsWith(".md")) {
      found = anchors(target).contains(link.substring(hash + 1));
    }
    if (!found) {
      broken.add(Repository.root().relativize(file) + ": " + link);
    }
  }

  /** Headings as GitHub makes anchors of them. */
  private static Set<String> anchors(Path file) {
    Matcher headings = HEADING.matcher(FENCE.matcher(Repository.text(file)).replaceAll(""));
    return headings
        .results()
        .map((MatchResult heading) -> heading.group(1).strip().toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }

  private static Set<String> topLevel() {
    try (Stream<Path> entries = Files.list(Repository.root())) {
      return entries
          .filter(Files::isDirectory)
          .map(path -> path.getFileName().toString())
          .collect(Collectors.toSet());
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
