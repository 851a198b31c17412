package dev.inferlab.gateway.experiment.profile;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.gateway.json.Violations;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.gateway.target.Device;
import dev.inferlab.platform.problem.Violation;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void aGridIsEveryBatchWithEveryNumberOfStreams() throws IOException {
    ProfileRequest request = accepted("{'grid': {'batches': [1, 4], 'streams': [1, 2]}}");
    assertThat(request.sweep())
        .containsExactly(
            new Point(0, 1, null, 1, 0, false),
            new Point(1, 1, null, 2, 0, false),
            new Point(2, 4, null, 1, 0, false),
            new Point(3, 4, null, 2, 0, false));
    assertThat(request.durationSeconds()).isEqualTo(20);
    assertThat(request.warmupSeconds()).isEqualTo(2);
  }

  @Test
  void whatIsStoredReadsAsItselfAgain() throws IOException {
    for (String options :
        List.of(
            "{'grid': {'batches': [1], 'streams': [2]}, 'threads': 3}",
            "{'points': [{'batch': 1, 'streams': 1, 'requests': 2}], 'properties': {'A_B': 'x'}}",
            "{'grid': {'batches': [1]}, 'mode': 'latency'}",
            "{'auto': true, 'inferencePrecision': 'bf16'}",
            "{'grid': {'shapes': [[1, 3, 8, 8], {'a': [1], 'b': [2, 3]}], 'streams': [1]}}",
            "{'points': [{'shape': [2, 3], 'streams': 1}, {'batch': 1, 'streams': 1}]}")) {
      ProfileRequest request = accepted(options);
      assertThat(accepted(JSON.writeValueAsString(request))).isEqualTo(request);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{} | options.grid",
        "{'auto': true, 'grid': {'batches': [1], 'streams': [1]}} | options.grid",
        "{'grid': {'batches': [0], 'streams': [1]}} | options.grid.batches[0]",
        "{'grid': {'batches': [1, -3], 'streams': [1]}} | options.grid.batches[1]",
        "{'grid': {'batches': [1.5], 'streams': [1]}} | options.grid.batches[0]",
        "{'grid': {'batches': ['1'], 'streams': [1]}} | options.grid.batches[0]",
        "{'grid': {'batches': [1, 1], 'streams': [1]}} | options.grid.batches",
        "{'grid': {'batches': [], 'streams': [1]}} | options.grid.batches",
        "{'grid': {'batches': 1, 'streams': [1]}} | options.grid.batches",
        "{'grid': {'streams': [1]}} | options.grid.batches",
        "{'grid': {'batches': [1]}} | options.grid.streams",
        "{'grid': {'batches': [1], 'streams': [1], 'x': 1}} | options.grid.x",
        "{'grid': {'batches': [1], 'streams': [99999999999]}} | options.grid.streams[0]",
        "{'grid': 7} | options.grid",
        "{'grid': {'batches': [1], 'shapes': [[1]], 'streams': [1]}} | options.grid.batches",
        "{'grid': {'shapes': [[1], [1]], 'streams': [1]}} | options.grid.shapes",
        "{'grid': {'shapes': [[1, -1]], 'streams': [1]}} | options.grid.shapes[0]",
        "{'grid': {'shapes': [[1.5]], 'streams': [1]}} | options.grid.shapes[0]",
        "{'grid': {'shapes': [[65536, 65536]], 'streams': [1]}} | options.grid.shapes[0]",
        "{'grid': {'shapes': [[1], {}], 'streams': [1]}} | options.grid.shapes[1]",
        "{'grid': {'shapes': [{'a': 1}], 'streams': [1]}} | options.grid.shapes[0].a",
        "{'grid': {'shapes': [{'': [1]}], 'streams': [1]}} | options.grid.shapes[0]",
        "{'grid': {'shapes': [1, 3], 'streams': [1]}} | options.grid.shapes[0]",
        "{'points': [{'shape': [], 'streams': 1}]} | options.points[0].shape",
        "{'points': [{'shape': [1], 'batch': 1, 'streams': 1}]} | options.points[0].batch",
        "{'points': [{'streams': 1}]} | options.points[0].batch",
        "{'points': [{'batch': 1, 'streams': 1, 'requests': -1}]} | options.points[0].requests",
        "{'points': [7]} | options.points[0]",
        "{'auto': 'yes'} | options.auto",
        "{'auto': true, 'mode': 'fast'} | options.mode",
        "{'grid': {'batches': [1], 'streams': [2]}, 'mode': 'latency'} | options.grid.streams",
        "{'points': [{'batch': 1, 'requests': 2}], 'mode': 'latency'} | options.points[0]",
        "{'auto': true, 'durationSeconds': 0} | options.durationSeconds",
        "{'auto': true, 'durationSeconds': 1e99} | options.durationSeconds",
        "{'auto': true, 'warmupSeconds': -1} | options.warmupSeconds",
        "{'auto': true, 'repeats': 0} | options.repeats",
        "{'auto': true, 'threads': 0} | options.threads",
        "{'auto': true, 'inferencePrecision': 'int8'} | options.inferencePrecision",
        "{'auto': true, 'properties': {'NUM_STREAMS': '4'}} | options.properties.NUM_STREAMS",
        "{'auto': true, 'properties': {'CACHE_DIR': '/etc'}} | options.properties.CACHE_DIR",
        "{'auto': true, 'properties': {'lower': 'x'}} | options.properties.lower",
        "{'auto': true, 'properties': {'A_B': 5}} | options.properties.A_B",
        "{'auto': true, 'duration': 5} | options.duration",
        "[] | options",
        "7 | options"
      })
  void saysWhichOptionIsWrong(String options, String path) throws IOException {
    assertThat(violations(options)).extracting(Violation::path).contains(path);
  }

  @Test
  void tooManyPoints() throws IOException {
    String axis =
        "["
            + String.join(
                ",",
                java.util.stream.IntStream.rangeClosed(1, 20).mapToObj(Integer::toString).toList())
            + "]";
    assertThat(violations("{'grid': {'batches': %s, 'streams': %s}}".formatted(axis, axis)))
        .extracting(Violation::path)
        .containsExactly("options.grid");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {'auto': true}                                                                       | options.grid.shapes
          {'grid': {'batches': [1], 'streams': [1]}}                                           | options.grid.shapes
          {'points': [{'shape': [1, 3, 8, 9], 'streams': 1}, {'batch': 1, 'streams': 1}]}      | options.points[1].shape
          """)
  void aModelThatIsOpenBeyondItsBatchNeedsShapes(String body, String path) throws IOException {
    Violations violations = new Violations();
    accepted(body).withInputs(List.of(port("image", -1, 3, -1, -1)), "options", violations);
    assertThat(violations.list()).extracting(Violation::path).containsExactly(path);
    Violations none = new Violations();
    accepted(body).withInputs(List.of(port("image", -1, 3, 8, 9)), "options", none);
    assertThat(none.list()).isEmpty();
  }

  @Test
  void shapesAreNamedAfterTheModelsInputsAndHaveTheirBatchFirst() throws IOException {
    Violations violations = new Violations();
    ProfileRequest one =
        accepted("{'grid': {'shapes': [[2, 3, 8, 9]], 'streams': [1, 2]}}")
            .withInputs(List.of(port("image", -1, 3, -1, -1)), "options", violations);
    Map<String, List<Integer>> image = Map.of("image", List.of(2, 3, 8, 9));
    assertThat(one.sweep())
        .containsExactly(
            new Point(0, 2, new InputShapes(image), 1, 0, false),
            new Point(1, 2, new InputShapes(image), 2, 0, false));
    ProfileRequest two =
        accepted("{'points': [{'shape': {'mask': [7, 5], 'ids': [4, 5]}, 'streams': 1}]}")
            .withInputs(List.of(port("ids", -1, -1), port("mask", -1, -1)), "options", violations);
    assertThat(two.sweep().getFirst().batch()).as("of the model's first input").isEqualTo(4);
    assertThat(violations.list()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[1, 5] | options.grid.shapes[0] | ids, mask",
        "{'ids': [1, 5], 'mask': [1, 5], 'x': [1]} | options.grid.shapes[0].x | ids, mask",
        "{'ids': [1, 5]} | options.grid.shapes[0].mask | [-1, -1]",
        "{'ids': [1, 5], 'mask': [1, 5, 1]} | options.grid.shapes[0].mask | 2 dimensions"
      })
  void shapesThatDoNotFitTheModelAreNamed(String shape, String path, String reason)
      throws IOException {
    Violations violations = new Violations();
    accepted("{'grid': {'shapes': [%s], 'streams': [1]}}".formatted(shape))
        .withInputs(List.of(port("ids", -1, -1), port("mask", -1, -1)), "options", violations);
    assertThat(violations.list()).extracting(Violation::path).containsExactly(path);
    assertThat(violations.list().getFirst().reason()).contains(reason);
  }

  private static Port port(String name, long... shape) {
    return new Port(name, "f32", Arrays.stream(shape).boxed().toList(), "");
  }

  @Test
  void streamsAboveTheDevicesRange() throws IOException {
    Device cpu =
        new Device(
            "CPU",
            "A CPU",
            List.of("FP32"),
            new Device.Range(1, 4, 1),
            new Device.Range(1, 1, 1),
            true,
            null,
            Map.of());
    Violations violations = new Violations();
    DeviceRange.check(
        accepted("{'grid': {'batches': [1], 'streams': [4, 5]}, 'inferencePrecision': 'bf16'}"),
        cpu,
        "options",
        violations);
    assertThat(violations.list())
        .extracting(Violation::path)
        .containsExactly("options.grid.streams[1]", "options.inferencePrecision");
    assertThat(violations.list().getFirst().reason()).contains("1 to 4").contains("CPU");
  }

  private static ProfileRequest accepted(String options) throws IOException {
    Violations violations = new Violations();
    ProfileRequest request =
        ProfileRequest.read(JSON.readTree(options.replace('\'', '"')), "options", violations);
    assertThat(violations.list()).isEmpty();
    return request;
  }

  private static List<Violation> violations(String options) throws IOException {
    Violations violations = new Violations();
    ProfileRequest.read(JSON.readTree(options.replace('\'', '"')), "options", violations);
    return violations.list();
  }
}
