package dev.inferlab.deploy.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What can be said of the compose files without a Docker engine. */
class ComposeFileTest {
  private static final Path FOLDER = Repository.deploy();
  private static final Pattern VARIABLE = Pattern.compile("(?<!\\$)\\$\\{([A-Z0-9_]+)(:[?-])?");

  @Test
  void everyServiceIsPinnedWatchedAndComesBack() {
    services()
        .forEach(
            (name, service) -> {
              assertThat((String) service.get("image")).as(name).matches(".+:[^:]*[0-9].*");
              if (name.equals("bucket")) {
                return;
              }
              assertThat(service).as(name).containsEntry("restart", "unless-stopped");
              boolean ours = service.containsKey("build");
              assertThat(service.containsKey("healthcheck") || ours)
                  .as("health of " + name)
                  .isTrue();
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "scheduler", "agent", "front"})
  void whatUsersAndAgentsReachHasNoPrivileges(String name) {
    assertThat(services().get(name))
        .containsEntry("read_only", true)
        .containsEntry("cap_drop", List.of("ALL"))
        .containsEntry("security_opt", List.of("no-new-privileges:true"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gateway", "scheduler"})
  void whatIsReceivedLiesOnADiskAndNotInMemory(String name) {
    Map<String, Object> service = services().get(name);
    List<?> disks = (List<?>) service.get("volumes");
    Map<String, Object> environment = asMap(service.get("environment"));
    for (String setting : List.of("INFERLAB_STAGING_PATH", "INFERLAB_ARTIFACTS_S3_STAGING")) {
      String path = String.valueOf(environment.get(setting));
      assertThat(disks).as(setting).anyMatch(disk -> path.startsWith(disk + "/"));
    }
  }

  @Test
  void whatWasAcceptedIsOnADiskBeforeItIsAcknowledged() {
    assertThat(asMap(services().get("kafka").get("environment")))
        .containsEntry("KAFKA_LOG_FLUSH_INTERVAL_MESSAGES", "1");
    assertThat((List<?>) services().get("postgres").get("command"))
        .map(Object::toString)
        .contains("fsync=on", "synchronous_commit=on");
  }

  @Test
  void everyBuildTargetHasAHealthCheckAndNoRoot() {
    String dockerfile = Repository.text(FOLDER.resolve("Dockerfile"));
    services()
        .forEach(
            (name, service) -> {
              if (service.get("build") instanceof Map<?, ?> build) {
                String stage =
                    dockerfile.split("FROM base AS " + build.get("target") + "\\n", 2)[1];
                assertThat(stage.split("\\nFROM ", 2)[0])
                    .as(name)
                    .contains("HEALTHCHECK")
                    .doesNotContain("USER root");
              }
            });
    assertThat(dockerfile).containsPattern("(?s) AS base.*USER 10001:10001");
  }

  @Test
  void everythingThatIsMountedExists() {
    List<String> missing = new ArrayList<>();
    services()
        .forEach(
            (name, service) -> {
              for (Object volume : (List<?>) service.getOrDefault("volumes", List.of())) {
                String source = volume.toString().split(":", 2)[0];
                if (source.startsWith("./") && !Files.exists(FOLDER.resolve(source))) {
                  missing.add(name + ": " + source);
                }
              }
            });
    assertThat(missing).isEmpty();
  }

  @Test
  void nothingIsOpenToOtherMachinesButTheAgentsPortAndThatWithCertificates() {
    services()
        .forEach(
            (name, service) ->
                assertThat((List<?>) service.getOrDefault("ports", List.of()))
                    .as(name)
                    .allSatisfy(
                        port ->
                            assertThat(port.toString())
                                .matches("\\$\\{[A-Z_]+:-127\\.0\\.0\\.1}:.+:[0-9]+")));

    Map<String, Map<String, Object>> withTls = services("compose.tls.yaml");
    assertThat(withTls.get("front").get("ports"))
        .isEqualTo(List.of("${INFERLAB_AGENT_PORT:-9000}:9000"));
    assertThat(asMap(withTls.get("scheduler").get("environment")))
        .containsEntry("QUARKUS_GRPC_SERVER_SSL_CLIENT_AUTH", "REQUIRED")
        .containsEntry("QUARKUS_GRPC_SERVER_PLAIN_TEXT", "false");
  }

  @Test
  void anAgentReachesTheSchedulerAndWhatScrapesItAndNothingElse() {
    Map<String, Map<String, Object>> services = services();
    List<String> networks = networks(services.get("agent"));

    assertThat(services)
        .allSatisfy(
            (name, service) -> {
              if (!List.of("agent", "scheduler", "prometheus").contains(name)) {
                assertThat(networks(service)).as(name).doesNotContainAnyElementsOf(networks);
              }
            });
    assertThat(asMap(services.get("agent").get("environment")))
        .containsEntry("INFERLAB_AGENT_SCHEDULER", "scheduler:9000");
    assertThat(networks).doesNotContain("default");
    for (String network : networks) {
      assertThat(asMap(section("networks").get(network)))
          .as("no way out of " + network)
          .containsEntry("internal", true);
    }
  }

  @Test
  void everyVariableIsInTheExampleAndNoPasswordHasADefault() {
    String example = Repository.text(FOLDER.resolve(".env.example"));
    Matcher variables =
        VARIABLE.matcher(
            Repository.text(FOLDER.resolve("compose.yaml"))
                + Repository.text(FOLDER.resolve("compose.tls.yaml")));
    while (variables.find()) {
      assertThat(example).contains("\n" + variables.group(1) + "=");
      if (variables.group(1).contains("PASSWORD") || variables.group(1).contains("SECRET")) {
        assertThat(variables.group(2)).as(variables.group(1)).isEqualTo(":?");
      }
    }
  }

  @Test
  void composeItselfAcceptsBothFiles() throws Exception {
    assumeTrue(Tool.answers("docker", "compose", "version"), "docker compose is not installed");
    Tool.Result result =
        Tool.run(
            FOLDER,
            Map.of(
                "POSTGRES_PASSWORD",
                "a",
                "S3_ACCESS_KEY",
                "b",
                "S3_SECRET_KEY",
                "c",
                "GRAFANA_PASSWORD",
                "d"),
            "docker",
            "compose",
            "-f",
            "compose.yaml",
            "-f",
            "compose.tls.yaml",
            "config",
            "--quiet");
    assertThat(result.output()).as("docker compose config").isEmpty();
    assertThat(result.status()).isZero();
  }

  private static Map<String, Map<String, Object>> services() {
    return services("compose.yaml");
  }

  private static Map<String, Map<String, Object>> services(String file) {
    Map<String, Map<String, Object>> services = new LinkedHashMap<>();
    section(file, "services").forEach((name, service) -> services.put(name, asMap(service)));
    return services;
  }

  private static Map<String, Object> section(String name) {
    return section("compose.yaml", name);
  }

  private static Map<String, Object> section(String file, String name) {
    Map<String, Map<String, Object>> all =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Repository.text(FOLDER.resolve(file)));
    return all.get(name);
  }

  private static List<String> networks(Map<String, Object> service) {
    return ((List<?>) service.getOrDefault("networks", List.of("default")))
        .stream().map(Object::toString).toList();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> asMap(Object value) {
    return (Map<String, Object>) value;
  }
}
