package dev.inferlab.openvino;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BOOLEAN;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.inferlab.openvino.internal.loader.NativeLibrary;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Writes a model as IR. The C API cannot; the core library exports {@code ov::save_model(const
 * std::shared_ptr<const ov::Model>&, const std::wstring&, bool)}, which can. An {@code ov_model_t}
 * begins with that {@code shared_ptr}, and a libstdc++ {@code std::wstring} is {pointer, length,
 * capacity or short text}: both are laid out here by hand, on Linux only.
 *
 * <p>That function must not throw: a C++ exception cannot pass a Java frame and would end the
 * process. So everything that can be wrong with the place is looked at first, and the files are
 * written beside it and then renamed.
 */
final class IrWriter {

  private static final String SAVE_MODEL =
      "_ZN2ov10save_modelERKSt10shared_ptrIKNS_5ModelEERKNSt7__cxx1112basic_stringIwSt11char_traitsIwESaIwEEEb";

  /** Free space asked for beyond the weights: the largest graph's XML is far smaller. */
  private static final long SPARE_BYTES = 64L << 20;

  private IrWriter() {}

  /**
   * @param weightBytes at most this much goes into the {@code .bin}, as far as is known
   */
  static void save(MemorySegment model, Path xml, WeightFormat format, long weightBytes)
      throws IOException {
    Path target = xml.toAbsolutePath().normalize();
    String name = target.getFileName().toString();
    if (!name.endsWith(".xml")) {
      throw new IllegalArgumentException(
          "A model is saved under a name that ends in .xml: " + name);
    }
    Path folder = target.getParent();
    requireWritable(folder, weightBytes + SPARE_BYTES);
    requireReplaceable(target);
    Path bin = target.resolveSibling(name.substring(0, name.length() - 4) + ".bin");
    requireReplaceable(bin);
    Path scratch = Files.createTempDirectory(folder, ".saving-");
    Path newXml = scratch.resolve("model.xml");
    Path newBin = scratch.resolve("model.bin");
    try {
      write(model, newXml, format);
      requireWritten(newBin);
      requireWritten(newXml);
      // Who sees an .xml finds its own weights: the old one goes first, the new one comes last.
      Files.deleteIfExists(target);
      Files.move(newBin, bin, StandardCopyOption.REPLACE_EXISTING);
      Files.move(newXml, target, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      for (Path left : List.of(newXml, newBin, scratch)) {
        Files.deleteIfExists(left);
      }
    }
  }

  private static void requireWritable(Path folder, long bytes) throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString(), null, "the folder does not exist");
    }
    if (!Files.isWritable(folder)) {
      throw new FileSystemException(folder.toString(), null, "the folder cannot be written to");
    }
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < bytes) {
      throw new FileSystemException(
          folder.toString(), null, "%d bytes are needed, %d are free".formatted(bytes, free));
    }
  }

  private static void requireReplaceable(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is a folder");
    }
  }

  private static void requireWritten(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new FileSystemException(file.toString(), null, "OpenVINO did not write it");
    }
  }

  /** Writes an XML and a BIN file. The folder exists, is writable and has room. */
  static void write(MemorySegment model, Path xml, WeightFormat format) {
    MethodHandle save = saveModel();
    try (Arena arena = Arena.ofConfined()) {
      save.invokeExact(model, wideString(xml.toString(), arena), format == WeightFormat.FP16);
    } catch (Throwable e) {
      throw new IllegalStateException("Saving the model failed", e);
    }
  }

  private static MethodHandle saveModel() {
    return NativeLibrary.load()
        .coreSymbol(SAVE_MODEL)
        .map(
            symbol ->
                Linker.nativeLinker()
                    .downcallHandle(
                        symbol, FunctionDescriptor.ofVoid(ADDRESS, ADDRESS, JAVA_BOOLEAN)))
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "This build of OpenVINO does not export what saving needs; it is there in the Linux builds of release "
                        + NativeLibrary.SUPPORTED_RELEASE
                        + "."));
  }

  /** A libstdc++ {@code std::wstring}: characters of four bytes. */
  private static MemorySegment wideString(String text, Arena arena) {
    Charset wide =
        ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN
            ? StandardCharsets.UTF_32LE
            : StandardCharsets.UTF_32BE;
    byte[] characters = (text + "\0").getBytes(wide);
    MemorySegment data = arena.allocate(characters.length, JAVA_INT.byteAlignment());
    MemorySegment.copy(characters, 0, data, JAVA_BYTE, 0, characters.length);
    long length = characters.length / JAVA_INT.byteSize() - 1;
    MemorySegment string = arena.allocate(4 * JAVA_LONG.byteSize(), JAVA_LONG.byteAlignment());
    string.setAtIndex(ADDRESS, 0, data);
    string.setAtIndex(JAVA_LONG, 1, length);
    string.setAtIndex(JAVA_LONG, 2, length);
    return string;
  }
}
