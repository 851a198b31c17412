package dev.inferlab.benchmarks.process;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Signals that stop a program in its tracks and let it go on, all its threads at once.
 *
 * <p>The system call is made directly: a {@code kill} program would itself take a moment of the
 * processors at each turn. The numbers are those of Linux on the processors that OpenVINO knows.
 */
public enum Signal {
  CONTINUE(18),
  STOP(19);

  private static final MethodHandle KILL =
      Linker.nativeLinker()
          .downcallHandle(
              Linker.nativeLinker().defaultLookup().findOrThrow("kill"),
              FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

  private final int number;

  Signal(int number) {
    this.number = number;
  }

  /**
   * @throws IOException when there is no such process any more
   */
  public void send(long pid) throws IOException {
    int result;
    try {
      result = (int) KILL.invokeExact(Math.toIntExact(pid), number);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
    if (result != 0) {
      throw new IOException("Process %d cannot be signalled: has it ended?".formatted(pid));
    }
  }
}
