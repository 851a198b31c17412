package dev.inferlab.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCodeTest {
  private static final Path ROOT = Path.of(System.getProperty("inferlab.root", ".."));
  private static final Path PAGE = ROOT.resolve("docs/errors.md");

  @ParameterizedTest
  @EnumSource
  void saysWhatAndWhatNext(ProblemCode code) {
    assertThat(code.status()).isBetween(400, 599);
    assertThat(code.title()).isNotBlank().doesNotEndWith(".");
    assertThat(code.advice()).isNotBlank().endsWith(".");
    assertThat(code.type()).matches("urn:inferlab:problem:[a-z0-9-]+");
  }

  /** {@code mvn -pl platform test -Dtest=ProblemCodeTest -Dinferlab.write=true} writes the page. */
  @Test
  void docsListEveryCode() throws IOException {
    String page = page();
    if (Boolean.getBoolean("inferlab.write")) {
      Files.createDirectories(PAGE.getParent());
      Files.writeString(PAGE, page);
    }
    assertThat(PAGE).hasContent(page);
  }

  /**
   * A code cannot be taken back once it is released: none is registered before something needs it.
   */
  @Test
  void eachCodeIsUsed() throws IOException {
    Set<String> words = new HashSet<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : files.filter(ProblemCodeTest::isMainCode).toList()) {
        words.addAll(List.of(Files.readString(file).split("\\W+")));
      }
    }
    assertThat(ProblemCode.values()).extracting(ProblemCode::name).isSubsetOf(words);
  }

  private static boolean isMainCode(Path file) {
    return file.toString().contains("/src/main/java/")
        && file.toString().endsWith(".java")
        && !file.endsWith("ProblemCode.java");
  }

  private static String page() {
    StringBuilder page =
        new StringBuilder(
            """
            # Error codes

            Every error that REST answers is `application/problem+json` with one of these in `code` (what cannot be read as HTTP at all
            is answered without a body: 400, 414 for an address and 431 for headers that are too long); jobs and agents carry the
            same codes in their history. Codes are added, never renamed. This page is made from
            `platform/src/main/java/dev/inferlab/platform/problem/ProblemCode.java`; a test keeps the two equal.

            | code | status | what it means | what to do |
            |---|---|---|---|
            """);
    for (ProblemCode code : ProblemCode.values()) {
      page.append(
          "| `%s` | %d | %s | %s |%n".formatted(code, code.status(), code.title(), code.advice()));
    }
    return page.toString();
  }
}
