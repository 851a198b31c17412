package dev.inferlab.local.supervise;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.local.Await;
import dev.inferlab.local.Ports;
import dev.inferlab.local.Settings;
import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.PidFile;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.process.StopPlan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SupervisorTest {
  private static final StopPlan STOP = StopPlan.terminate(Duration.ofSeconds(5));

  @TempDir private Path home;
  private Settings settings;

  @BeforeEach
  void makeFolders() throws Exception {
    settings = new Settings(home, home, home, new Ports(20_000), 1, Map.of());
    Files.createDirectories(settings.run());
    Files.createDirectories(settings.logs());
  }

  @Test
  void startsInOrderOfNeedAndStopsInReverse() throws Exception {
    Supervisor supervisor = supervisor(child("one"), child("two", "one"), child("three", "two"));
    supervisor.start();
    awaitReady();
    assertThat(journal()).containsExactly("start one", "start two", "start three");
    supervisor.stop().get(20, TimeUnit.SECONDS);
    assertThat(journal().subList(3, 6)).containsExactly("stop three", "stop two", "stop one");
    assertThat(settings.run()).isDirectoryNotContaining("glob:**.pid");
  }

  @Test
  void startsAgainWhatWasKilled() throws Exception {
    Supervisor supervisor = supervisor(child("one"), child("two"));
    supervisor.start();
    awaitReady();
    ChildStatus before = status("one");
    ProcessHandle.of(before.pid()).orElseThrow().destroyForcibly();
    Await.until("it is ready again", () -> status("one").restarts() == 1 && isReady("one"));
    assertThat(status("one").pid()).isNotEqualTo(before.pid());
    assertThat(status("two").restarts()).isZero();
    supervisor.stop().get(20, TimeUnit.SECONDS);
  }

  @Test
  void goesOnWhileItsStatusCannotBeWritten() throws Exception {
    Supervisor supervisor = supervisor(child("one"));
    supervisor.start();
    awaitReady();
    ProcessHandle first = ProcessHandle.of(status("one").pid()).orElseThrow();
    Path inTheWay = Files.createDirectory(settings.run().resolve("status.json.new"));
    first.destroyForcibly();
    Await.until("it is started again", () -> journal().size() == 2);
    Files.delete(inTheWay);
    Await.until("that is told", () -> status("one").restarts() == 1 && isReady("one"));
    supervisor.stop().get(20, TimeUnit.SECONDS);
  }

  @Test
  void leavesNothingOfAProcessThatStartedOthersAndDoesNotListen() throws Exception {
    ChildSpec deaf =
        spec(
            "deaf",
            "trap '' TERM; sleep 601 & sleep 602 & touch deaf.ready; wait; wait",
            Set.of(),
            StopPlan.terminate(Duration.ofMillis(200)));
    Supervisor supervisor = supervisor(deaf);
    supervisor.start();
    awaitReady();
    ProcessHandle process = ProcessHandle.of(status("deaf").pid()).orElseThrow();
    List<ProcessHandle> family = process.descendants().toList();
    assertThat(family).hasSize(2);
    supervisor.stop().get(20, TimeUnit.SECONDS);
    assertThat(process.isAlive()).isFalse();
    assertThat(family).noneMatch(ProcessHandle::isAlive);
  }

  @Test
  void saysWhyAChildCannotBePrepared() throws Exception {
    ChildSpec broken =
        new ChildSpec(
            "broken",
            "the broken one",
            List.of("true"),
            Map.of(),
            home,
            Set.of(),
            () -> {
              throw new IOException("no room");
            },
            () -> true,
            STOP);
    Supervisor supervisor = supervisor(broken);
    supervisor.start();
    StatusFile file = StatusFile.in(settings.run());
    Await.until(
        "the trouble is told", () -> file.read().map(s -> !s.problem().isEmpty()).orElse(false));
    assertThat(file.read().orElseThrow().problem()).isEqualTo("the broken one: no room");
    supervisor.stop().get(20, TimeUnit.SECONDS);
  }

  @Test
  void endsWhatAKilledSupervisorLeft() throws Exception {
    Process left = new ProcessBuilder("sleep", "603").start();
    PidFile.of(settings.run(), "agent").write(ProcessIdentity.of(left.pid()).orElseThrow());
    assertThat(Leftovers.end(settings.run())).containsExactly("agent");
    assertThat(left.isAlive()).isFalse();
    assertThat(Leftovers.end(settings.run())).isEmpty();
  }

  private Supervisor supervisor(ChildSpec... specs) {
    return new Supervisor(settings, List.of(specs), InstantSource.system());
  }

  private ChildSpec child(String name, String... after) {
    String script =
        "echo start %1$s >>journal; trap 'echo stop %1$s >>journal; exit 0' TERM; touch %1$s.ready; while :; do sleep 0.05; done"
            .formatted(name);
    return spec(name, script, Set.of(after), STOP);
  }

  private ChildSpec spec(String name, String script, Set<String> after, StopPlan stop) {
    Path ready = home.resolve(name + ".ready");
    return new ChildSpec(
        name,
        name,
        List.of("bash", "-c", script),
        Map.of(),
        home,
        after,
        () -> Files.deleteIfExists(ready),
        () -> Files.exists(ready),
        stop);
  }

  private List<String> journal() throws Exception {
    return Files.readAllLines(home.resolve("journal"));
  }

  private void awaitReady() throws Exception {
    StatusFile file = StatusFile.in(settings.run());
    Await.until(
        "all are ready",
        () -> file.read().filter(s -> s.state() == PlatformState.READY).isPresent());
  }

  private boolean isReady(String name) {
    return status(name).state() == ChildState.READY;
  }

  private ChildStatus status(String name) {
    return StatusFile.in(settings.run()).read().orElseThrow().children().stream()
        .filter(child -> child.name().equals(name))
        .findFirst()
        .orElseThrow();
  }
}
