package dev.inferlab.agent.testkinds;

import com.google.protobuf.ByteString;
import dev.inferlab.agent.executor.JobContext;
import dev.inferlab.agent.executor.JobRunner;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Everything that native code and bad jobs do to an executor; the option {@code "how"} is the
 * kind's name.
 */
public abstract class Fault implements JobRunner {
  private final String kind;

  Fault(String kind) {
    this.kind = kind;
  }

  @Override
  public String kind() {
    return kind;
  }

  @Override
  public ByteString run(JobContext job) throws Exception {
    strike(job);
    return ByteString.EMPTY;
  }

  abstract void strike(JobContext job) throws Exception;

  private static void call(String function, int argument) throws Exception {
    Linker linker = Linker.nativeLinker();
    try {
      linker
          .downcallHandle(
              linker.defaultLookup().find(function).orElseThrow(),
              FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT))
          .invoke(argument);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  static void segfault() {
    Linker linker = Linker.nativeLinker();
    try {
      linker
          .downcallHandle(
              linker.defaultLookup().find("strlen").orElseThrow(),
              FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.ADDRESS))
          .invoke(MemorySegment.NULL);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads address 0 in native code's way: SIGSEGV. */
  public static final class Segfault extends Fault {
    public Segfault() {
      super("segfault");
    }

    @Override
    void strike(JobContext job) {
      segfault();
    }
  }

  /** What an uncaught C++ exception does. */
  public static final class Abort extends Fault {
    public Abort() {
      super("abort");
    }

    @Override
    void strike(JobContext job) throws Exception {
      call("abort", 0);
    }
  }

  /** Leaves without a word. */
  public static final class Halt extends Fault {
    public Halt() {
      super("halt");
    }

    @Override
    void strike(JobContext job) {
      Runtime.getRuntime().halt(7);
    }
  }

  /** Throws what no job should: the Java runtime itself is broken. */
  public static final class Internal extends Fault {
    public Internal() {
      super("internal");
    }

    @Override
    void strike(JobContext job) {
      throw new InternalError("a fault in /some/file");
    }
  }

  /** Never ends. */
  public static final class Endless extends Fault {
    public Endless() {
      super("endless");
    }

    @Override
    void strike(JobContext job) throws InterruptedException {
      job.progress(0.5, "Going round");
      while (!Thread.interrupted()) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
    }
  }

  /** The whole process stands still, as in a deadlock below Java. */
  public static final class Freeze extends Fault {
    public Freeze() {
      super("freeze");
    }

    @Override
    void strike(JobContext job) throws Exception {
      new ProcessBuilder("kill", "-STOP", Long.toString(ProcessHandle.current().pid()))
          .start()
          .waitFor();
    }
  }

  /** Exhausts the Java heap. */
  public static final class Heap extends Fault {
    public Heap() {
      super("heap");
    }

    @Override
    void strike(JobContext job) {
      List<byte[]> kept = new ArrayList<>();
      while (kept.size() < 1_000_000) {
        kept.add(new byte[1 << 20]);
      }
    }
  }

  /** Takes native memory, {@code {"mebibytes": n}} of it, and keeps it for a while. */
  public static final class Memory extends Fault {
    public Memory() {
      super("memory");
    }

    @Override
    void strike(JobContext job) throws InterruptedException {
      long bytes = JsonOptions.number(job, "mebibytes", 512) << 20;
      Arena.global().allocate(bytes).fill((byte) 1);
      TimeUnit.MILLISECONDS.sleep(JsonOptions.number(job, "millis", 20_000));
    }
  }

  /** Prints {@code {"mebibytes": n}}. */
  public static final class Spam extends Fault {
    public Spam() {
      super("spam");
    }

    @Override
    void strike(JobContext job) {
      byte[] line = "x".repeat((1 << 20) - 1).concat("\n").getBytes(StandardCharsets.US_ASCII);
      for (long i = JsonOptions.number(job, "mebibytes", 1024); i > 0; i--) {
        System.out.write(line, 0, line.length);
      }
    }
  }

  /** Leaves a child process and temporary files behind; then waits, {@code {"millis": n}}. */
  public static final class Litter extends Fault {
    public Litter() {
      super("litter");
    }

    @Override
    void strike(JobContext job) throws Exception {
      new ProcessBuilder("sh", "-c", "sleep 600 & sleep 600").start();
      Files.createTempFile("litter", ".bin");
      Files.writeString(job.outputs().resolve("litter"), "x");
      job.progress(0.1, "Littered");
      TimeUnit.MILLISECONDS.sleep(JsonOptions.number(job, "millis", 0));
    }
  }
}
