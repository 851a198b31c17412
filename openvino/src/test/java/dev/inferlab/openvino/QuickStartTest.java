package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of the README, as a reader would copy it. */
class QuickStartTest {

  @TempDir private Path folder;

  @Test
  void theReadmesExampleCompilesAndRuns() throws Exception {
    Path source = folder.resolve("QuickStart.java");
    Files.writeString(source, example());
    ByteArrayOutputStream problems = new ByteArrayOutputStream();
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                problems,
                "-cp",
                System.getProperty("java.class.path"),
                "-d",
                folder.toString(),
                source.toString());
    assertThat(status).as(problems.toString(StandardCharsets.UTF_8)).isZero();

    ChildJvm.Result result =
        ChildJvm.run(folder.toString(), "QuickStart", Fixtures.mnist().toString());

    assertThat(result.status()).as(result.output()).isZero();
    assertThat(result.output()).contains("Input3").containsPattern("10 scores in \\d+ us");
  }

  private static String example() throws IOException {
    Matcher block =
        Pattern.compile("(?s)```java\\n(.*?)```").matcher(Files.readString(Path.of("README.md")));
    assertThat(block.find()).isTrue();
    assertThat(block.group(1).lines().count()).isLessThanOrEqualTo(23);
    return block.group(1);
  }
}
