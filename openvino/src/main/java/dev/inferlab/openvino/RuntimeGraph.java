package dev.inferlab.openvino;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The graph that a device executes, as plain values. It differs from the model: layers are fused,
 * conversions and reorders are added, constants are folded.
 *
 * @param nodes in the order of execution
 * @param edges from output ports to input ports
 */
public record RuntimeGraph(String name, List<Node> nodes, List<Edge> edges) {

  /**
   * An executed node.
   *
   * @param id its number, which edges refer to
   * @param type the operation, such as {@code Convolution}
   * @param primitiveType the kernel that does it, such as {@code brgconv_avx512_f32}
   * @param runtimePrecision what it computes in, as the device writes it, such as {@code bf16}
   * @param execOrder its place in the order of execution; -1 when the device does not tell
   * @param execTime its time in a run, in whole microseconds; empty when it has not run or was not
   *     measured
   * @param originalLayersNames the model's layers that became this node; empty for what the device
   *     added
   * @param attributes everything that the device tells about it, those above included
   */
  public record Node(
      int id,
      String name,
      String type,
      String primitiveType,
      String runtimePrecision,
      int execOrder,
      Optional<Duration> execTime,
      List<String> originalLayersNames,
      List<PortInfo> inputs,
      List<PortInfo> outputs,
      Map<String, String> attributes) {}

  /**
   * An end of an edge.
   *
   * @param id its number at its node
   * @param precision as the device writes it, such as {@code FP32}
   */
  public record PortInfo(int id, String precision, PartialShape shape) {}

  public record Edge(int fromNode, int fromPort, int toNode, int toPort) {}

  /**
   * Reads one that was saved as IR from {@link CompiledModel#runtimeModel}.
   *
   * @throws IOException also when the file is no executed graph
   */
  public static RuntimeGraph read(Path xml) throws IOException {
    try (InputStream in = Files.newInputStream(xml)) {
      return RuntimeGraphReader.read(in);
    }
  }

  static RuntimeGraph of(Model runtimeModel) {
    try {
      Path folder = Files.createTempDirectory("inferlab-runtime-graph-");
      try {
        Path xml = folder.resolve("graph.xml");
        runtimeModel.save(xml, WeightFormat.UNCHANGED);
        return read(xml);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The executed graph could not be read", e);
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
