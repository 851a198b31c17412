package dev.inferlab.agent.profile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.openvino.LayerProfile;
import dev.inferlab.openvino.RuntimeGraph;
import dev.inferlab.proto.job.v1.Layer;
import dev.inferlab.proto.job.v1.LayerTable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class CounterPassTest {
  private static final Offset<Double> EXACT = Offset.offset(1e-9);

  private static RuntimeGraph.Node node(int id, String name, long micros) {
    return new RuntimeGraph.Node(
        id,
        name,
        "Convolution",
        "jit",
        "FP32",
        id,
        micros == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(micros * 1000)),
        List.of(name),
        List.of(),
        List.of(),
        Map.of());
  }

  private static RuntimeGraph graph(long first, long second) {
    return new RuntimeGraph(
        "net",
        List.of(node(0, "first", first), node(1, "second", second), node(2, "never", 0)),
        List.of(new RuntimeGraph.Edge(0, 0, 1, 0)));
  }

  @Test
  void theColdRunIsNotInTheTimesOfTheLayers() {
    List<LayerProfile> none = List.of();
    // A slow model: one cold run, and two of 100 and 300 microseconds that followed.
    Map<String, Double> cold = CounterPass.micros(graph(700, 900), none);
    LayerTable table = CounterPass.layers(graph(300, 500), none, new CounterPass.Cold(cold, 1, 3));
    assertThat(table.getLayersList())
        .extracting(Layer::getName)
        .containsExactly("first", "second", "never");
    Layer first = table.getLayers(0);
    Layer second = table.getLayers(1);
    assertThat(first.getTimeUs()).isCloseTo(100, EXACT);
    assertThat(second.getTimeUs()).isCloseTo(300, EXACT);
    assertThat(first.getShare()).isCloseTo(0.25, EXACT);
    assertThat(second.getShare()).isCloseTo(0.75, EXACT);
    assertThat(second.getInputsList()).containsExactly("first");
    assertThat(table.getLayers(2).getTimeUs()).isZero();
    assertThat(table.getLayers(2).getStatus()).isEqualTo("NOT_RUN");
  }

  @Test
  void aDeviceThatTellsItsLastRunIsTakenAtItsWord() {
    LayerTable table = CounterPass.layers(graph(300, 500), List.of(), CounterPass.Cold.none());
    assertThat(table.getLayers(0).getTimeUs()).isCloseTo(300, EXACT);
    assertThat(table.getLayers(1).getTimeUs()).isCloseTo(500, EXACT);
  }
}
