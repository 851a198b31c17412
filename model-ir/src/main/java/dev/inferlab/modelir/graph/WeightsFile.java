package dev.inferlab.modelir.graph;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Lays out the constants of a graph in one file. Data that was read keeps its bytes, and its place
 * as long as most of its file is still in use; data that several constants share is written once.
 */
final class WeightsFile {
  /** Elements are at most 8 bytes wide; aligned, OpenVINO maps them without a copy. */
  private static final int ALIGNMENT = 8;

  private static final long CHUNK = 64L << 20;

  /** Below this share of used bytes, for instance after quantization, the file is packed anew. */
  private static final double WORTH_KEEPING = 0.95;

  private WeightsFile() {}

  /** Writes the file, whole or not at all, and tells where each constant's data lies. */
  static Map<ConstantData, Long> write(Graph graph, Path bin) throws IOException {
    List<ConstantData> all = constants(graph).distinct().toList();
    Optional<MemorySegment> kept = fileToKeep(all);
    Map<ConstantData, Long> offsets = new IdentityHashMap<>();
    // Through another name: the old file may be the one whose mapping is being read here.
    Path partial = bin.resolveSibling(bin.getFileName() + ".part");
    try {
      try (FileChannel file =
          FileChannel.open(
              partial,
              StandardOpenOption.WRITE,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING)) {
        if (kept.isPresent()) {
          append(file, kept.get());
        }
        for (ConstantData data : all) {
          if (data.file().isPresent() && data.file().equals(kept)) {
            offsets.put(data, data.fileOffset());
          } else {
            long offset = Math.ceilDiv(file.position(), (long) ALIGNMENT) * ALIGNMENT;
            file.position(offset);
            offsets.put(data, offset);
            append(file, data.bytes());
          }
        }
      }
      Files.move(partial, bin, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(partial);
    }
    return offsets;
  }

  /** The only file that constants were read from, when nearly all of it is still used. */
  private static Optional<MemorySegment> fileToKeep(List<ConstantData> all) {
    List<ConstantData> read = new ArrayList<>();
    for (ConstantData data : all) {
      if (data.file().isPresent()) {
        read.add(data);
      }
    }
    if (read.isEmpty()) {
      return Optional.empty();
    }
    MemorySegment file = read.getFirst().file().orElseThrow();
    read.sort(Comparator.comparingLong(ConstantData::fileOffset));
    long used = 0;
    long end = 0;
    for (ConstantData data : read) {
      if (!data.file().orElseThrow().equals(file)) {
        return Optional.empty();
      }
      long start = Math.max(end, data.fileOffset());
      end = Math.max(end, data.fileOffset() + data.byteSize());
      used += Math.max(0, end - start);
    }
    return used >= WORTH_KEEPING * file.byteSize() ? Optional.of(file) : Optional.empty();
  }

  private static void append(FileChannel file, MemorySegment bytes) throws IOException {
    for (long at = 0; at < bytes.byteSize(); ) {
      long length = Math.min(CHUNK, bytes.byteSize() - at);
      at += file.write(bytes.asSlice(at, length).asByteBuffer());
    }
  }

  private static Stream<ConstantData> constants(Graph graph) {
    return graph.nodes().stream()
        .flatMap(
            node ->
                Stream.concat(
                    node.isConstant() ? Stream.of(node.data()) : Stream.empty(),
                    node.bodies().values().stream().flatMap(WeightsFile::constants)));
  }
}
