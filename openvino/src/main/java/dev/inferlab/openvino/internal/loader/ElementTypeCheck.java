package dev.inferlab.openvino.internal.loader;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.ElementType;
import dev.inferlab.openvino.NativeLibraryException;
import dev.inferlab.openvino.internal.c.Structs;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * Makes one small tensor of each element type and compares its size in bytes with ours. The numbers
 * of the types moved once without notice (2025.1), and data read as another type is wrong without
 * any error.
 */
final class ElementTypeCheck {

  private static final long ELEMENTS = 8;

  private ElementTypeCheck() {}

  static void run(SymbolLookup c, Path file, String version) {
    MethodHandle create =
        NativeLibrary.handle(
            c,
            "ov_tensor_create",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, Structs.SHAPE, ADDRESS));
    MethodHandle size =
        NativeLibrary.handle(
            c, "ov_tensor_get_byte_size", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
    MethodHandle free =
        NativeLibrary.handle(c, "ov_tensor_free", FunctionDescriptor.ofVoid(ADDRESS));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment shape = arena.allocate(Structs.SHAPE);
      shape.set(JAVA_LONG, 0, 1);
      shape.set(ADDRESS, JAVA_LONG.byteSize(), arena.allocateFrom(JAVA_LONG, ELEMENTS));
      MemorySegment out = arena.allocate(ADDRESS);
      MemorySegment bytes = arena.allocate(JAVA_LONG);
      for (ElementType type : ElementType.values()) {
        if (type == ElementType.DYNAMIC) {
          continue;
        }
        int status = (int) create.invokeExact(type.code(), shape, out);
        if (status == 0) {
          MemorySegment tensor = out.get(ADDRESS, 0);
          status = (int) size.invokeExact(tensor, bytes);
          free.invokeExact(tensor);
        }
        if (status != 0 || bytes.get(JAVA_LONG, 0) != type.byteSize(ELEMENTS)) {
          throw new NativeLibraryException(
              "OpenVINO %s in %s numbers its element types in another way than this binding (%s differs). Remedy: use release %s."
                  .formatted(version, file.getParent(), type, NativeLibrary.SUPPORTED_RELEASE));
        }
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
