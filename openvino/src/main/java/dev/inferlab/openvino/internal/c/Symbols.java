package dev.inferlab.openvino.internal.c;

import dev.inferlab.openvino.NativeLibraryException;
import dev.inferlab.openvino.internal.loader.NativeLibrary;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Optional;

/** Turns exported symbols into method handles. */
final class Symbols {

  private Symbols() {}

  /**
   * A handle for the function. Where the runtime lacks it, a handle that throws and names it: one
   * missing function must not make the others unusable.
   */
  static MethodHandle function(String name, FunctionDescriptor descriptor) {
    NativeLibrary library = NativeLibrary.load();
    Optional<MemorySegment> symbol = library.symbol(name);
    if (symbol.isPresent()) {
      return Linker.nativeLinker().downcallHandle(symbol.get(), descriptor);
    }
    MethodType type = descriptor.toMethodType();
    NativeLibraryException missing =
        new NativeLibraryException(
            "The OpenVINO runtime %s in %s has no function %s. Install the release that this binding was made for (%s)."
                .formatted(
                    library.version(), library.folder(), name, NativeLibrary.SUPPORTED_RELEASE));
    MethodHandle thrower =
        MethodHandles.throwException(type.returnType(), NativeLibraryException.class)
            .bindTo(missing);
    return MethodHandles.dropArguments(thrower, 0, type.parameterList());
  }

  /** What a downcall threw: ours as it is; anything else cannot come from C. */
  static RuntimeException unexpected(Throwable thrown) {
    return switch (thrown) {
      case Error error -> throw error;
      case RuntimeException exception -> exception;
      default -> new IllegalStateException(thrown);
    };
  }
}
