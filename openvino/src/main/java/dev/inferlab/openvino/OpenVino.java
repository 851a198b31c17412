package dev.inferlab.openvino;

import dev.inferlab.openvino.internal.c.Callbacks;
import dev.inferlab.openvino.internal.c.OvUtil;
import dev.inferlab.openvino.internal.loader.NativeLibrary;
import dev.inferlab.openvino.internal.memory.ResourceKind;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;

/** Facts about the OpenVINO runtime of this process. Any of them loads it. */
public final class OpenVino {

  /**
   * What became of the native objects of one type: {@code leaked} ones were forgotten and are lost.
   */
  public record ResourceCount(String type, long opened, long closed, long leaked) {}

  private static volatile Consumer<String> logListener;

  /** Whether the runtime calls us: from then on for as long as the process lives. */
  private static boolean logsToUs;

  private OpenVino() {}

  /**
   * Loads and checks the runtime, as the first use of any class here would.
   *
   * @throws NativeLibraryException with what to do, when it is missing or does not fit
   */
  public static void load() {
    NativeLibrary.load();
  }

  /** Such as {@code 2026.4.1-22982-e213a147257-releases/2026/4}. */
  public static String version() {
    return NativeLibrary.load().version();
  }

  /** The folder that the libraries were loaded from. */
  public static Path libraryFolder() {
    return NativeLibrary.load().folder();
  }

  /** Counts of native objects since the start of the process. */
  public static List<ResourceCount> resources() {
    return Arrays.stream(ResourceKind.values())
        .map(
            k ->
                new ResourceCount(
                    k.name().toLowerCase(Locale.ROOT), k.opened(), k.closed(), k.leaked()))
        .toList();
  }

  /**
   * Sends the runtime's own log lines to a listener instead of to standard output; how many there
   * are depends on {@link Property#LOG_LEVEL}. For the whole process. The listener is called on
   * threads of the runtime; what it throws is dropped.
   */
  public static synchronized void logTo(Consumer<String> listener) {
    NativeLibrary.load();
    logListener = Objects.requireNonNull(listener);
    // The runtime does not guard its callback: it is set once, and only the listener is exchanged.
    if (!logsToUs) {
      OvUtil.ov_util_set_log_callback(LogStub.STUB);
      logsToUs = true;
    }
  }

  /** Undoes {@link #logTo}: lines go to {@link System#out}. */
  public static synchronized void logToStandardOutput() {
    logListener = null;
  }

  /** Made when first needed, and then kept: the runtime may call it from any thread at any time. */
  private static final class LogStub {
    private static final MemorySegment STUB = stub();

    private static MemorySegment stub() {
      try {
        MethodHandle log =
            MethodHandles.lookup()
                .findStatic(
                    LogStub.class, "log", MethodType.methodType(void.class, MemorySegment.class));
        return Linker.nativeLinker().upcallStub(log, Callbacks.LOG, Arena.global());
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private static void log(MemorySegment message) {
      try {
        Consumer<String> listener = logListener;
        String line = Native.text(message);
        if (listener != null) {
          listener.accept(line);
        } else {
          System.out.println(line);
        }
      } catch (Throwable e) {
        // An exception must not cross the runtime's frames, and a log line is not worth more.
        return;
      }
    }
  }
}
