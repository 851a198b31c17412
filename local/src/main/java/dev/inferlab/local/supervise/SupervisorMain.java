package dev.inferlab.local.supervise;

import dev.inferlab.local.LocalPlatform;
import dev.inferlab.local.PortCheck;
import dev.inferlab.local.Settings;
import dev.inferlab.local.SettingsException;
import dev.inferlab.local.postgres.PostgresServer;
import dev.inferlab.local.process.ChildSpec;
import dev.inferlab.local.process.PidFile;
import dev.inferlab.local.process.ProcessIdentity;
import dev.inferlab.local.service.PlatformChildren;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;

/** The background process behind {@code ./inferlab up}: there is one for each state folder. */
public final class SupervisorMain {
  public static final String NAME = "supervisor";

  /** Another supervisor serves this state folder. */
  public static final int ALREADY_RUNNING = 3;

  private SupervisorMain() {}

  /**
   * @param arguments nothing, or {@code --parent PID}: then everything stops when that process ends
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Settings settings = Settings.from(System.getenv());
    for (Path folder : List.of(settings.home(), settings.run(), settings.logs())) {
      Files.createDirectories(
          folder,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }
    FileChannel channel =
        FileChannel.open(
            settings.run().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock =
        channel.tryLock(); // the system frees it when this process ends, however it ends
    if (lock == null) {
      System.exit(ALREADY_RUNNING);
    }
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    PidFile pidFile = PidFile.of(settings.run(), NAME);
    pidFile.write(self);
    try {
      supervise(settings, pidFile, arguments);
    } catch (SettingsException e) {
      fail(settings, pidFile, e.getMessage(), e.remedy());
    } catch (IOException e) {
      fail(settings, pidFile, e.getMessage(), "See " + settings.logs() + ".");
    }
  }

  private static void supervise(Settings settings, PidFile pidFile, String[] arguments)
      throws IOException, InterruptedException {
    Leftovers.end(settings.run());
    Files.deleteIfExists(LocalPlatform.recordedStart(settings));
    PortCheck.requireFree(settings);
    PostgresServer postgres =
        PostgresServer.in(settings.postgresData(), settings.cache(), settings.ports().postgres());
    postgres.initialise();
    List<ChildSpec> children = new PlatformChildren(settings, postgres).inOrder();
    Supervisor supervisor = new Supervisor(settings, children, InstantSource.system());
    if (PlatformChildren.isRecorded(children)) {
      Files.write(LocalPlatform.recordedStart(settings), List.of());
    }
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .unstarted(
                    () -> {
                      supervisor.stop().join();
                      PlatformChildren.prepareFasterStart(
                          children, () -> Files.exists(LocalPlatform.recordedStart(settings)));
                      leave(settings, pidFile);
                    }));
    endWithParent(arguments);
    supervisor.start();
    Thread.currentThread().join(); // until a signal, or System.exit, runs the hook
  }

  private static void leave(Settings settings, PidFile pidFile) {
    try {
      Files.deleteIfExists(LocalPlatform.recordedStart(settings));
      StatusFile.in(settings.run()).delete();
    } catch (IOException left) {
      // The next start overwrites it; the pid in it says that it is old.
    }
    pidFile.delete();
  }

  private static void endWithParent(String[] arguments) {
    if (arguments.length == 2 && arguments[0].equals("--parent")) {
      ProcessHandle.of(Long.parseLong(arguments[1]))
          .ifPresentOrElse(
              parent -> parent.onExit().thenRun(() -> System.exit(0)), () -> System.exit(0));
    }
  }

  private static void fail(Settings settings, PidFile pidFile, String problem, String remedy) {
    StatusFile.in(settings.run())
        .write(
            new PlatformStatus(
                ProcessHandle.current().pid(),
                settings.ports().base(),
                PlatformState.FAILED,
                problem,
                remedy,
                List.of()));
    pidFile.delete();
    System.exit(1);
  }
}
