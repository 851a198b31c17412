package dev.inferlab.platform.problem;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ProblemCodeTest {
  private static final Path PAGE =
      Path.of(System.getProperty("inferlab.root", ".."), "docs", "errors.md");

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
