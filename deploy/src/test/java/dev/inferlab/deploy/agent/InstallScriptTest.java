package dev.inferlab.deploy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.inferlab.deploy.Repository;
import dev.inferlab.deploy.Tool;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(OS.LINUX)
class InstallScriptTest {
  @TempDir Path temp;
  private Path root;
  private Path agent;
  private Path runtime;

  @BeforeEach
  void aBuiltAgentAndARuntime() throws Exception {
    root = temp.resolve("root");
    agent = temp.resolve("agent");
    runtime = temp.resolve("cache");
    Files.createDirectories(agent.resolve("lib"));
    Files.createDirectories(agent.resolve("bin"));
    Files.writeString(agent.resolve("bin/inferlab-agent"), "#!/bin/sh\n");
    Files.createDirectories(runtime.resolve("openvino/1.0/openvino/libs"));
    Files.writeString(runtime.resolve("openvino/1.0/openvino/libs/libopenvino_c.so"), "");
  }

  @Test
  void installsProgramRuntimeSettingsAndUnit() throws Exception {
    Path tls = certificates("gpu-1");

    Tool.Result result =
        install(
            "--scheduler",
            "lab.example.org:9000",
            "--name",
            "gpu-1",
            "--labels",
            "room=3",
            "--tls",
            tls.toString());

    assertThat(result.status()).as(result.output()).isZero();
    assertThat(root.resolve("opt/inferlab-agent/bin/inferlab-agent")).exists();
    assertThat(root.resolve("opt/inferlab-agent/cache/openvino/1.0/openvino/libs/libopenvino_c.so"))
        .exists();
    assertThat(root.resolve("etc/inferlab/agent.env"))
        .content()
        .contains("INFERLAB_AGENT_SCHEDULER=lab.example.org:9000\n", "INFERLAB_AGENT_NAME=gpu-1\n")
        .contains(
            "INFERLAB_AGENT_LABELS=room=3\n",
            "INFERLAB_AGENT_TLS_KEY=/etc/inferlab/agent-key.pem\n");
    assertThat(Files.getPosixFilePermissions(root.resolve("etc/inferlab/agent-key.pem")).toString())
        .doesNotContain("OTHERS");
    assertThat(root.resolve("etc/systemd/system/inferlab-agent.service"))
        .content()
        .contains("User=inferlab");
  }

  @Test
  void anImageGetsTheUserAtItsFirstStartAndThenItsKeyIsReadable() throws Exception {
    assumeTrue(Tool.answers("systemd-sysusers", "--version"));
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give files away");
    Tool.Result installed =
        install("--scheduler", "h:1", "--name", "a", "--tls", certificates("a").toString());
    assertThat(installed.status()).as(installed.output()).isZero();

    assertThat(atFirstStart("systemd-sysusers").status()).isZero();
    Tool.Result tmpfiles = atFirstStart("systemd-tmpfiles", "--create", "--prefix=/etc/inferlab");

    assertThat(tmpfiles.status()).as(tmpfiles.output()).isZero();
    String group =
        Files.readAllLines(root.resolve("etc/group")).stream()
            .filter(line -> line.startsWith("inferlab:"))
            .map(line -> line.split(":")[2])
            .findFirst()
            .orElseThrow();
    Path key = root.resolve("etc/inferlab/agent-key.pem");
    assertThat(Files.getAttribute(key, "unix:gid")).hasToString(group);
    assertThat(Files.getPosixFilePermissions(key))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  private Tool.Result atFirstStart(String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    all.add("--root=" + root);
    return Tool.run(Repository.deploy(), Map.of(), all.toArray(String[]::new));
  }

  @Test
  void whoCallsSudoHasFilledTheCacheAtHome() throws Exception {
    String user = System.getProperty("user.name");
    Tool.Result result =
        Tool.run(
            Repository.deploy(),
            Map.of("SUDO_USER", user, "HOME", "/nowhere", "INFERLAB_CACHE", ""),
            "agent/install.sh",
            "--scheduler",
            "h:1",
            "--root",
            root.toString(),
            "--agent",
            agent.toString(),
            "--java",
            "/nowhere");

    // Whatever is in that cache: root's own is not looked at.
    assertThat(result.output()).doesNotContain("/nowhere/.cache");
    assertThat(result.status()).isNotZero();
  }

  @Test
  void refusesAJavaThatTheServiceCannotSee() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root may write to /root");
    Path home = Files.createTempDirectory(Path.of("/root"), "inferlab");
    try {
      Path link =
          Files.createSymbolicLink(
              temp.resolve("java"), Files.createDirectories(home.resolve("jdk/bin")).getParent());
      Path java =
          Files.writeString(home.resolve("jdk/bin/java"), "#!/bin/sh\necho 'version \"25\"'\n");
      Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwxr-xr-x"));

      Tool.Result result = install("--scheduler", "h:1", "--java", link.toString());

      assertThat(result.output()).contains("the service cannot see the Java in " + home);
      assertThat(root).doesNotExist();
    } finally {
      Tool.run(Repository.deploy(), Map.of(), "rm", "-r", home.toString());
    }
  }

  @Test
  void everySettingThatItWritesIsOneThatTheAgentKnows() throws Exception {
    String options =
        Repository.text(
            Repository.root()
                .resolve("worker-agent/src/main/java/dev/inferlab/agent/config/Option.java"));
    install("--scheduler", "h:1", "--name", "a", "--tls", certificates("a").toString());

    Files.readAllLines(root.resolve("etc/inferlab/agent.env")).stream()
        .filter(line -> line.startsWith("INFERLAB_AGENT_"))
        .map(line -> line.substring("INFERLAB_AGENT_".length(), line.indexOf('=')))
        .forEach(name -> assertThat(options).containsPattern("\\b" + name + "\\("));
  }

  @Test
  void anUpdateReplacesTheProgramAndKeepsTheIdentity() throws Exception {
    install("--scheduler", "h:1");
    Path identity =
        Files.createDirectories(root.resolve("var/lib/inferlab-agent")).resolve("target-id");
    Files.writeString(identity, "me");
    Files.writeString(root.resolve("opt/inferlab-agent/lib/old.jar"), "");

    install("--scheduler", "h:2");

    assertThat(identity).hasContent("me");
    assertThat(root.resolve("opt/inferlab-agent/lib/old.jar")).doesNotExist();
    assertThat(root.resolve("etc/inferlab/agent.env")).content().contains("SCHEDULER=h:2");
  }

  @Test
  void uninstallKeepsTheIdentityUnlessPurged() throws Exception {
    install("--scheduler", "h:1");
    Files.createDirectories(root.resolve("var/lib/inferlab-agent"));

    run("--uninstall", "--root", root.toString());
    assertThat(root.resolve("opt/inferlab-agent")).doesNotExist();
    assertThat(root.resolve("var/lib/inferlab-agent")).exists();

    run("--uninstall", "--purge", "--root", root.toString());
    assertThat(root.resolve("var/lib/inferlab-agent")).doesNotExist();
    assertThat(root.resolve("etc/inferlab")).doesNotExist();
  }

  @Test
  void refusesWhatCannotWorkBeforeAnythingChanges() throws Exception {
    assertThat(install("--scheduler", "nowhere").output()).contains("is not HOST:PORT");
    assertThat(install("--scheduler", "h:1", "--name", "a b").output()).contains("no good name");
    assertThat(install("--scheduler", "h:1", "--labels", "a=$(id)").output())
        .contains("no good labels");
    assertThat(install("--scheduler", "h:1", "--tls", temp.toString()).output())
        .contains("is missing");
    assertThat(root).doesNotExist();
  }

  @Test
  void anExecutorWithoutMemoryDoesNotStopTheAgent() {
    assertThat(Repository.text(Repository.deploy().resolve("agent/inferlab-agent.service")))
        .contains("\nOOMPolicy=continue\n");
  }

  @Test
  void theUnitIsOneThatSystemdReads() throws Exception {
    assumeTrue(Tool.answers("systemd-analyze", "--version"));
    Tool.Result result =
        Tool.run(
            Repository.deploy(),
            Map.of(),
            "systemd-analyze",
            "verify",
            "--man=no",
            "agent/inferlab-agent.service");
    assertThat(result.output()).doesNotContain("inferlab-agent.service:");
  }

  @Test
  void theCertificatesComeWithATrustStoreThatJavaReadsOrNotAtAll() throws Exception {
    Path tls = certificates("a");
    KeyStore trust = KeyStore.getInstance("PKCS12");
    try (InputStream file = Files.newInputStream(tls.resolve("trust.p12"))) {
      trust.load(file, "changeit".toCharArray());
    }
    assertThat(trust.isCertificateEntry("lab")).isTrue();
    for (String shared : List.of("ca.pem", "scheduler.pem", "a.pem", "trust.p12")) {
      assertThat(Files.getPosixFilePermissions(tls.resolve(shared)))
          .as(shared)
          .contains(PosixFilePermission.OTHERS_READ);
    }
    for (String secret : List.of("ca-key.pem", "scheduler-key.pem", "a-key.pem")) {
      assertThat(Files.getPosixFilePermissions(tls.resolve(secret)))
          .as(secret)
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    // A machine with everything but Java.
    Path programs = Files.createDirectory(temp.resolve("bin"));
    for (String program : List.of("bash", "openssl", "mkdir")) {
      Path here = programs.resolve(program);
      Files.writeString(here, "#!/bin/sh\nexec /usr/bin/%s \"$@\"\n".formatted(program));
      Files.setPosixFilePermissions(here, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Path without = temp.resolve("without");
    Tool.Result refused =
        Tool.run(
            Repository.deploy(),
            Map.of("PATH", programs.toString()),
            "tls/make-certificates",
            without.toString(),
            "lab.example.org");
    assertThat(refused.status()).isNotZero();
    assertThat(refused.output()).contains("keytool is missing");
    assertThat(without).doesNotExist();
  }

  private Path certificates(String agentName) throws Exception {
    Path tls = temp.resolve("tls");
    Tool.Result made =
        Tool.run(
            Repository.deploy(),
            Map.of(),
            "tls/make-certificates",
            tls.toString(),
            "lab.example.org",
            agentName);
    assertThat(made.status()).as(made.output()).isZero();
    return tls;
  }

  private Tool.Result install(String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of(options));
    all.addAll(
        0,
        List.of(
            "--root", root.toString(),
            "--agent", agent.toString(),
            "--runtime", runtime.toString(),
            "--java", System.getProperty("java.home")));
    return run(all.toArray(String[]::new));
  }

  private static Tool.Result run(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("agent/install.sh"));
    command.addAll(List.of(options));
    return Tool.run(Repository.deploy(), Map.of(), command.toArray(String[]::new));
  }
}
