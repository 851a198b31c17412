package dev.inferlab.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The words of {@code ./inferlab} that need nothing built. */
class ScriptTest {
  @TempDir private Path home;

  @ParameterizedTest
  @ValueSource(strings = {"demo", "up", "down", "status", "logs", "test", "bench"})
  void everyVerbHasHelp(String verb) throws Exception {
    Said said = inferlab(verb, "--help");
    assertThat(said.exitCode()).isZero();
    assertThat(said.text()).startsWith("Usage: ./inferlab " + verb);
    assertThat(inferlab("help").text()).contains("  " + verb + " ");
  }

  @Test
  void wrongUsageSaysWhatWouldBeRight() throws Exception {
    Said verb = inferlab("fly");
    assertThat(verb.exitCode()).isEqualTo(2);
    assertThat(verb.text()).contains("there is no verb 'fly'").contains("demo").contains("bench");
    Said option = inferlab("demo", "--kep");
    assertThat(option.exitCode()).isEqualTo(2);
    assertThat(option.text()).contains("'--kep'").contains("--keep");
    assertThat(inferlab("bench", "nothing").exitCode()).isEqualTo(2);
    assertThat(inferlab("bench", "src").exitCode()).as("a folder is no benchmark").isEqualTo(2);
    assertThat(inferlab("down", "now").exitCode()).isEqualTo(2);
  }

  @Test
  void logsOfWhatIsNotThereNameWhatIs() throws Exception {
    Said none = inferlab("logs");
    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.text()).contains("./inferlab up");
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(home.resolve("logs/kafka.log"), "a line of Kafka\n");
    Said wrong = inferlab("logs", "../run/status.json");
    assertThat(wrong.exitCode()).isEqualTo(1);
    assertThat(wrong.text()).contains("There are: kafka");
    assertThat(inferlab("logs", "kafka").text()).isEqualTo("a line of Kafka\n");
  }

  @Test
  void aFileOrAPipeGetsNoColours() throws Exception {
    assertThat(inferlab("help").text()).doesNotContain("\u001b");
    assertThat(inferlab("fly").text()).doesNotContain("\u001b");
  }

  private static final String OF_THE_GATEWAY =
      """
      {"timestamp":"2026-11-28T01:00:46.786794828Z","sequence":7,"loggerName":"dev.inferlab.X","level":"INFO",\
      "message":"Über \\"Nr. 1\\"","threadId":3,"mdc":{"jobId":"0198c2","experimentId":"0198c1"},"ndc":""}
      """;
  private static final String WITH_EXCEPTION =
      """
      {"timestamp":"2026-11-28T01:00:47Z","level":"ERROR","message":"No answer.","mdc":{},\
      "exception":{"refId":1,"exceptionType":"java.io.IOException","message":"closed\\nby the peer","frames":[\
      {"class":"a.A","method":"one","line":1},{"class":"a.A","method":"two","line":2},\
      {"class":"a.A","method":"three"},{"class":"a.A","method":"four","line":4}],\
      "causedBy":{"exception":{"refId":2,"exceptionType":"java.net.SocketException","frames":[]}}}}
      """;
  private static final String OF_THE_AGENT =
      """
      {"time":"2026-11-28T00:39:54.005843069Z","level":"WARNING","service":"worker-agent","target":"vm",\
      "message":"\\u00fc \\ud83d\\ude00 \\u001b[31m","jobId":"0198c3","attempt":"2",\
      "stack":"java.lang.X: y\\n\\tat a.A.one(A.java:1)\\nCaused by: z\\n"}
      """;

  @Test
  void logsAreForPeople() throws Exception {
    log("gateway", OF_THE_GATEWAY + WITH_EXCEPTION);
    log("agent", OF_THE_AGENT);
    assertThat(inferlab("logs", "gateway").text())
        .isEqualTo(
            """
            2026-11-28 01:00:46.786 INFO  gateway   Über "Nr. 1"  [job 0198c2]
            2026-11-28 01:00:47.000 ERROR gateway   No answer.
              java.io.IOException: closed
              by the peer
                at a.A.one:1
                at a.A.two:2
                at a.A.three
                …
              Caused by: java.net.SocketException
            """);
    assertThat(inferlab("logs", "agent").text())
        .as("what a terminal would obey stays escaped")
        .isEqualTo(
            """
            2026-11-28 00:39:54.005 WARN  agent     ü 😀 \\u001b[31m  [job 0198c3 attempt 2]
              java.lang.X: y
                at a.A.one(A.java:1)
              Caused by: z
            """);
    assertThat(inferlab("logs").text())
        .contains("==> agent <==\n2026-11-28 00:39:54.005 WARN  agent ")
        .contains("\n\n==> gateway <==\n2026-11-28 01:00:46.786 INFO  gateway ");
  }

  @Test
  void whatATerminalWouldObeyIsEscapedAlsoWhereJsonAllowsIt() throws Exception {
    log(
        "agent",
        """
        {"time":"2026-11-28T00:39:54Z","level":"INFO","message":"\177 \u0080\u009b31m \u00a0 \u00c2 \033[31m"}
        """);
    assertThat(inferlab("logs", "agent").text())
        .endsWith(" \\u007f \\u0080\\u009b31m \u00a0 \u00c2 \\u001b[31m\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-28 00:47:26.655 UTC [10821] LOG:  starting PostgreSQL 18.6",
        "2026-11-28T00:39:59.346 WARNING org.apache.kafka.X {a=1}",
        "{\"level\":\"INFO\",\"message\":\"cut off by a cra",
        "{\"message\":\"without a level\"}",
        "{\"level\":\"INFO\",\"message\":\"two\"} {}",
        "{\"level\":INFO,\"message\":\"a\"}",
        "{}",
        "\ta\\nb %s \\",
        ""
      })
  void whatIsNotOursStaysAsItIs(String line) throws Exception {
    log("postgres", line + "\n");
    assertThat(inferlab("logs", "postgres").text()).isEqualTo(line + "\n");
  }

  @Test
  void jsonIsWhatTheFilesHave() throws Exception {
    log("gateway", OF_THE_GATEWAY + WITH_EXCEPTION);
    log("agent", OF_THE_AGENT);
    assertThat(inferlab("logs", "--json", "agent").text()).isEqualTo(OF_THE_AGENT);
    assertThat(inferlab("logs", "--json").text())
        .isEqualTo(OF_THE_AGENT + OF_THE_GATEWAY + WITH_EXCEPTION);
  }

  @ParameterizedTest
  @CsvSource({"--follow, 2026-11-28 01:00:47.000 ERROR gateway   No answer.", "--json, refId"})
  void followingPrintsWhatComes(String option, String expected) throws Exception {
    log("gateway", OF_THE_GATEWAY);
    Path printed = home.resolve("printed");
    Process process = start(printed, "logs", "gateway", "-f", option);
    try {
      Await.until("the last lines are printed", () -> Files.readString(printed).contains("0198c2"));
      log("gateway", WITH_EXCEPTION);
      Await.until("the new line follows", () -> Files.readString(printed).contains(expected));
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  /**
   * mawk tells its version in several writes. A reader that left after the first one killed it
   * where it was slow, and the lines that follow then waited for a full buffer. This one says so
   * much that no pipe takes it, which is the same at every speed.
   */
  @Test
  void followingPrintsWhatComesAlsoWithAMawkThatSaysMuch() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/mawk")), "there is no mawk here");
    Path talker = Files.createDirectories(home.resolve("bin")).resolve("awk");
    Files.writeString(
        talker,
        """
        #!/usr/bin/env bash
        if [[ $1 == -W && $2 == version ]]; then echo 'mawk 1.3.4'; printf '%1000000s' ''; exit; fi
        exec /usr/bin/mawk "$@"
        """);
    assertThat(talker.toFile().setExecutable(true)).isTrue();
    log("gateway", OF_THE_GATEWAY);
    Path printed = home.resolve("printed");
    Process process =
        start(
            printed,
            Map.of("PATH", talker.getParent() + ":" + System.getenv("PATH")),
            "logs",
            "gateway",
            "-f");
    try {
      Await.until("the last lines are printed", () -> Files.readString(printed).contains("0198c2"));
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nothingIsBuiltUnderALabThatRuns() throws Exception {
    Process lab = labOfThisCheckout();
    try {
      // Were it not refused, Maven would tell its version.
      Said test = inferlab("test", "--version");
      assertThat(test.exitCode()).isEqualTo(1);
      assertThat(test.text())
          .contains("an Inferlab runs from this checkout")
          .contains("./inferlab down")
          .doesNotContain("Maven");
    } finally {
      lab.destroy();
    }
  }

  /** A process whose command line is a supervisor's, which is what the script looks for. */
  private static Process labOfThisCheckout() throws IOException {
    Process lab =
        new ProcessBuilder(
                "bash",
                "-c",
                "exec -a \"$0\" sh -c 'echo up; read -r end'",
                "java -cp "
                    + System.getProperty("inferlab.root")
                    + "/local/target/inferlab-local.jar dev.inferlab.local.supervise.SupervisorMain")
            .start();
    assertThat(lab.inputReader().readLine()).isEqualTo("up");
    return lab;
  }

  private void log(String service, String lines) throws IOException {
    Files.createDirectories(home.resolve("logs"));
    Files.writeString(
        home.resolve("logs/" + service + ".log"),
        lines,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private record Said(int exitCode, String text) {}

  private Said inferlab(String... arguments) throws Exception {
    Path printed = Files.createTempFile(home, "said", ".txt");
    Process process = start(printed, arguments);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Said(process.exitValue(), Files.readString(printed));
  }

  private Process start(Path printed, String... arguments) throws IOException {
    return start(printed, Map.of(), arguments);
  }

  private Process start(Path printed, Map<String, String> environment, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("inferlab.root"), "inferlab").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(printed.toFile());
    builder.environment().put("INFERLAB_HOME", home.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
