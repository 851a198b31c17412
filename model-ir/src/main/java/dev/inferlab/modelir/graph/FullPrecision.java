package dev.inferlab.modelir.graph;

import dev.inferlab.modelir.tensor.ElementType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Undoes the compression of weights to 16 bits: a constant in F16 or BF16 that is only stored so,
 * and made F32 by a Convert wherever it is used, becomes a constant in F32. What the model computes
 * stays the same bit for bit. What computes in 16 bits by itself, and quantized weights, stay.
 */
public final class FullPrecision {
  private static final int CHUNK_ELEMENTS = 1 << 20;

  private FullPrecision() {}

  /**
   * @param scratch file to be made for the new values, which stay there until the graph is written
   * @return how many constants were changed
   * @throws IOException when there is no room for them
   */
  public static int apply(Graph graph, Path scratch) throws IOException {
    List<Node> compressed = compressed(graph).toList();
    if (compressed.isEmpty()) {
      return 0;
    }
    try (FileChannel file =
        FileChannel.open(
            scratch,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      Map<ElementType, Map<ConstantData, Long>> offsets = new EnumMap<>(ElementType.class);
      for (Node constant : compressed) {
        ElementType type = constant.output(0).type();
        Map<ConstantData, Long> ofType = offsets.computeIfAbsent(type, key -> new HashMap<>());
        if (!ofType.containsKey(constant.data())) {
          ofType.put(constant.data(), file.position());
          widen(constant.data(), type, file);
        }
      }
      MemorySegment all =
          file.map(FileChannel.MapMode.READ_ONLY, 0, file.position(), Arena.ofAuto());
      Map<MemorySegment, ConstantData> shared = new HashMap<>();
      for (Node constant : compressed) {
        long offset = offsets.get(constant.output(0).type()).get(constant.data());
        MemorySegment values = all.asSlice(offset, 2 * constant.data().byteSize());
        replace(constant, shared.computeIfAbsent(values, ConstantData::of));
      }
    }
    return compressed.size();
  }

  private static Stream<Node> compressed(Graph graph) {
    return graph.nodes().stream()
        .flatMap(
            node ->
                isCompressed(node)
                    ? Stream.of(node)
                    : node.bodies().values().stream().flatMap(FullPrecision::compressed));
  }

  private static boolean isCompressed(Node node) {
    if (!node.isConstant() || node.data().byteSize() == 0) {
      return false;
    }
    ElementType type = node.output(0).type();
    List<Node> consumers = node.consumers();
    return (type == ElementType.F16 || type == ElementType.BF16)
        && !consumers.isEmpty()
        && consumers.stream()
            .allMatch(
                consumer -> consumer.is("Convert") && consumer.output(0).type() == ElementType.F32);
  }

  private static void widen(ConstantData data, ElementType type, FileChannel file)
      throws IOException {
    long elements = data.byteSize() / 2;
    ByteBuffer chunk =
        ByteBuffer.allocate((int) Math.min(elements, CHUNK_ELEMENTS) * Float.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long i = 0; i < elements; ) {
      chunk.clear();
      while (i < elements && chunk.hasRemaining()) {
        chunk.putFloat((float) data.get(type, i++));
      }
      chunk.flip();
      while (chunk.hasRemaining()) {
        file.write(chunk);
      }
    }
  }

  private static void replace(Node constant, ConstantData values) {
    List<Node> converts = constant.consumers();
    constant.setData(
        values,
        ElementType.F32,
        constant.output(0).shape().dimensions().stream().mapToLong(d -> d.length()).toArray());
    Graph graph = constant.graph();
    converts.forEach(graph::bypass);
    // The compression had named the constant anew and left its name to the Convert.
    graph.rename(constant, converts.getFirst().name());
  }
}
