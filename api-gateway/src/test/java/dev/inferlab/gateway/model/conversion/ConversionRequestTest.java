package dev.inferlab.gateway.model.conversion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.gateway.model.Port;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import dev.inferlab.platform.problem.Violation;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversionRequestTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Scan SCAN =
      new Scan(
          List.of(
              new Port("image", "f32", List.of(1L, 3L, 224L, 224L), ""),
              new Port("ids", "i64", List.of(1L, -1L), ""),
              new Port("anything", "dynamic", null, "")),
          List.of(new Port("scores", "f32", List.of(1L, 1000L), "")));

  @Test
  void nothingAskedIsEverythingAsItIs() {
    assertThat(canonical("{}")).isEqualTo("{}");
    assertThat(canonical("{\"precision\": \"FP32\"}")).isEqualTo("{\"precision\":\"FP32\"}");
    assertThat(canonical("{\"precision\": null, \"inputs\": null}")).isEqualTo(canonical("{}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inputs': [{'name': 'image'}]}",
        "{'inputs': [{'name': 'image', 'shape': [1, 3, 224, 224]}]}",
        "{'inputs': [{'name': 'image', 'mean': [0, 0, 0], 'scale': [1]}]}",
        "{'inputs': [{'name': 'image', 'reverseChannels': false}]}",
        "{'cutInputs': ['image', 'ids', 'anything'], 'cutOutputs': ['scores']}"
      })
  void whatChangesNothingIsNotThere(String json) {
    assertThat(canonical(json)).isEqualTo(canonical("{}"));
  }

  @Test
  void differentWaysToAskForTheSameAreTheSame() {
    String one =
        canonical(
            """
            {"inputs": [{"name": "ids", "shape": [1, 64]},
                        {"name": "image", "mean": [127, 127, 127], "scale": [128.0]}]}
            """);
    assertThat(one)
        .isEqualTo(
            canonical(
                """
                {"inputs": [{"name": "image", "scale": [128, 128, 128], "mean": [127.0], "layout": "NCHW"},
                            {"shape": [1, 64], "name": "ids"}]}
                """))
        .isEqualTo(
            "{\"inputs\":[{\"name\":\"ids\",\"shape\":[1,64]},"
                + "{\"name\":\"image\",\"layout\":\"NCHW\",\"mean\":[127.0],\"scale\":[128.0]}]}");
  }

  @Test
  void anInputMayBeNamedAsTheModelNamesItAfterTheConversion() {
    assertThat(canonical("{'inputs': [{'name': 'ids:0', 'shape': [1, 64]}]}"))
        .isEqualTo(canonical("{'inputs': [{'name': 'ids', 'shape': [1, 64]}]}"));
  }

  @Test
  void oneInputUnderTwoNamesIsNamedTwice() {
    assertThat(faults("{'inputs': [{'name': 'ids'}, {'name': 'ids:0'}]}"))
        .containsOnly(Map.entry("inputs[1].name", "invalid"));
  }

  @Test
  void meanAndScaleNeedNumbersThatTheyCanChange() {
    Scan bytes =
        new Scan(List.of(new Port("image", "u8", List.of(1L, 224L, 224L, 3L), "")), List.of());
    ProblemException refused =
        catchThrowableOfType(
            ProblemException.class,
            () ->
                request(
                        """
                        {"inputs": [{"name": "image", "mean": [127], "scale": [128], "reverseChannels": true}]}
                        """)
                    .check(bytes));
    assertThat(refused.violations())
        .extracting(violation -> violation.path())
        .containsExactly("inputs[0].mean", "inputs[0].scale");
    assertThat(refused.violations().getFirst().reason()).startsWith("unsuitable").contains("u8");
    assertThat(
            request("{\"inputs\": [{\"name\": \"image\", \"reverseChannels\": true}]}")
                .check(bytes)
                .inputs())
        .hasSize(1);
  }

  /** Of pose networks of 128x96, cut at their last feature map. */
  @Test
  void aLayoutThatIsGivenIsBelieved() {
    assertThat(
            canonical(
                "{'cutInputs': ['layer4'], 'inputs': [{'name': 'layer4', 'layout': 'NCHW', 'shape': [1, 2048, 4, 3], 'scale': [2]}]}"))
        .contains("NCHW");
    assertThat(
            canonical(
                "{'inputs': [{'name': 'image', 'layout': 'NHWC', 'shape': [1, 3, 40, 512]}]}"))
        .contains("NHWC");
  }

  @Test
  void aShapeDoesNotOverruleTheLayoutThatTheFileTells() {
    Scan scan =
        new Scan(List.of(new Port("image", "f32", List.of(1L, 8L, 4L, 3L), "NCHW")), List.of());
    assertThatThrownBy(
            () -> request("{\"inputs\": [{\"name\": \"image\", \"mean\": [1, 2, 3]}]}").check(scan))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem ->
                assertThat(problem.violations())
                    .extracting(Violation::path)
                    .containsExactly("inputs[0].mean"));
  }

  @Test
  void whatIsFoundLaterIsToldAtTheInputThatIsMeant() {
    ConversionRequest request =
        request(
            """
            {"inputs": [{"name": "image", "mean": [1]}, {"name": "ids:0", "shape": [1, 64]}]}
            """);
    InputChange ids = request.check(SCAN).inputs().getFirst();

    ProblemException refusal = request.unsuitable(SCAN, ids, "scale", "not %s", "so");

    assertThat(refusal.code()).isEqualTo(ProblemCode.MODEL_CONVERSION_OPTIONS_INVALID);
    assertThat(refusal.violations())
        .containsExactly(new Violation("inputs[1].scale", "unsuitable: not so"));
  }

  @Test
  void everythingThatIsWrongIsToldAtOnce() {
    assertThat(
            faults(
                """
                {"precision": "FP8", "quality": 5,
                 "inputs": [
                   {"name": "picture"},
                   {"shape": [1]},
                   {"name": "image", "shape": [1, 3, 0], "layout": "NCHWD", "mean": [1, 2], "scale": [0], "blur": 1},
                   {"name": "ids", "layout": "NC", "mean": [1]},
                   {"name": "anything", "reverseChannels": true},
                   {"name": "image", "layout": "NN??"}],
                 "cutInputs": ["a", "a"], "cutOutputs": ["a"]}
                """))
        .containsOnly(
            Map.entry("precision", "invalid"),
            Map.entry("quality", "unknown"),
            Map.entry("inputs[0].name", "unknown"),
            Map.entry("inputs[1].name", "missing"),
            Map.entry("inputs[2].shape", "invalid unsuitable"),
            Map.entry("inputs[2].layout", "unsuitable"),
            Map.entry("inputs[2].mean", "unsuitable"),
            Map.entry("inputs[2].scale", "invalid"),
            Map.entry("inputs[2].blur", "unknown"),
            Map.entry("inputs[3].name", "unsuitable"),
            Map.entry("inputs[4].layout", "missing"),
            Map.entry("inputs[5].name", "invalid"),
            Map.entry("inputs[5].layout", "invalid"),
            Map.entry("cutInputs", "invalid"),
            Map.entry("cutOutputs", "invalid"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'inputs': [{'name': 'image', 'shape': [1, 3, 1000000000000, 4]}]} | inputs[0].shape[2] | invalid",
        "{'inputs': [{'name': 'image', 'shape': [1, 3, 2147483647, 2147483647]}]} | inputs[0].shape | invalid",
        "{'inputs': [{'name': 'image', 'shape': [1, 3, -2, 4]}]} | inputs[0].shape[2] | invalid",
        "{'inputs': [{'name': 'image', 'shape': [1.5, 3, 2, 4]}]} | inputs[0].shape[0] | invalid",
        "{'inputs': [{'name': 'image', 'mean': [1e999]}]} | inputs[0].mean[0] | invalid",
        "{'inputs': [{'name': 'image', 'mean': ['NaN']}]} | inputs[0].mean[0] | invalid",
        "{'inputs': [{'name': 'image', 'scale': [1e-320, 1, 1]}]} | inputs[0].scale | invalid",
        "{'inputs': [{'name': 'image', 'scale': [1e-40]}]} | inputs[0].scale | invalid",
        "{'inputs': [{'name': 'image', 'scale': [-1e-39]}]} | inputs[0].scale | invalid",
        "{'inputs': [{'name': 'image', 'scale': [0]}]} | inputs[0].scale | invalid",
        "{'inputs': [{'name': 'im\\u0000age'}]} | inputs[0].name | invalid missing",
        "{'inputs': [{'name': 'a\\ud800'}]} | inputs[0].name | invalid missing",
        "{'inputs': [{'name': 'image', 'layout': 'nchw'}]} | inputs[0].layout | invalid",
        "{'inputs': [{'name': 'image', 'layout': 'NHWC', 'mean': [1, 2, 3]}]} | inputs[0].mean | unsuitable",
        "{'inputs': [{'name': 'image', 'layout': 'N?HW', 'mean': [1]}]} | inputs[0].layout | unsuitable",
        "{'inputs': 'image'} | inputs | invalid",
        "{'inputs': [7]} | inputs[0] | invalid missing",
        "{'cutOutputs': [null]} | cutOutputs[0] | invalid",
        "[] | '' | invalid"
      })
  void hostileInput(String json, String path, String fault) {
    assertThat(faults(json)).containsKey(path);
    assertThat(fault).contains(faults(json).get(path).split(" ")[0]);
  }

  @Test
  void aThousandInputsAreRefusedInOneSentence() {
    String inputs =
        java.util.stream.IntStream.range(0, 1000)
            .mapToObj("{'name': 'i%d'}"::formatted)
            .collect(Collectors.joining(",", "{'inputs': [", "]}"));
    assertThat(faults(inputs)).containsOnly(Map.entry("inputs", "invalid"));
    String unknown =
        java.util.stream.IntStream.range(0, 250)
            .mapToObj("{'name': 'i%d'}"::formatted)
            .collect(Collectors.joining(",", "{'inputs': [", "]}"));
    assertThat(problem(unknown).violations()).hasSize(50);
  }

  @Test
  void aCutMakesNewInputsThatMayBeNamed() {
    Conversion conversion =
        check(
            "{'cutInputs': ['block1/out'], 'inputs': [{'name': 'block1/out', 'shape': [1, 64, 56, 56]}]}");
    assertThat(conversion.cutInputs()).containsExactly("block1/out");
    assertThat(conversion.inputs().getFirst().shape()).containsExactly(1L, 64L, 56L, 56L);
  }

  @ParameterizedTest
  @CsvSource({
    "NCHW, NCHW",
    "?C??, ?C??",
    "N..., NCHW",
    "...CHW, ?CHW",
    "N???, NCHW",
    "NHW, NCHW",
    "NCHWD, NCHW",
    "CCCC, NCHW"
  })
  void aLayoutOfTheFileCountsOnlyIfItTellsWhichDimensionTheChannelsAre(String told, String taken) {
    Scan scan =
        new Scan(List.of(new Port("image", "f32", List.of(1L, 3L, 8L, 8L), told)), List.of());
    Conversion conversion =
        request(
                """
                {"inputs": [{"name": "image", "mean": [1, 2, 3], "scale": [2], "reverseChannels": true}]}
                """)
            .check(scan);
    assertThat(conversion.inputs().getFirst().layout()).isEqualTo(taken);
  }

  @Test
  void aGuessDoesNotOverruleWhatTheFileTells() {
    Scan scan =
        new Scan(List.of(new Port("image", "f32", List.of(1L, 3L, 8L, 8L), "N...C")), List.of());
    assertThatThrownBy(
            () -> request("{\"inputs\": [{\"name\": \"image\", \"mean\": [1, 2, 3]}]}").check(scan))
        .isInstanceOfSatisfying(
            ProblemException.class,
            problem ->
                assertThat(problem.violations())
                    .extracting(Violation::path)
                    .containsExactly("inputs[0].mean"));
  }

  @Test
  void aScanThatKnowsNothingRefusesNoNames() throws JsonProcessingException {
    Conversion conversion =
        ConversionRequest.read(
                JSON.readTree("{\"inputs\": [{\"name\": \"data\", \"shape\": [1, 3, 12, 12]}]}"),
                "")
            .check(new Scan(List.of(), List.of()));
    assertThat(conversion.inputs()).hasSize(1);
  }

  private static ConversionRequest request(String json) {
    try {
      return ConversionRequest.read(JSON.readTree(json), "");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static String canonical(String json) {
    try {
      return JSON.writeValueAsString(check(json));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Conversion check(String json) {
    try {
      return ConversionRequest.read(JSON.readTree(json.replace('\'', '"')), "").check(SCAN);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static ProblemException problem(String json) {
    ProblemException problem = catchThrowableOfType(ProblemException.class, () -> check(json));
    assertThat(problem.code()).isEqualTo(ProblemCode.MODEL_CONVERSION_OPTIONS_INVALID);
    return problem;
  }

  /** The first word of every reason, by path. */
  private static Map<String, String> faults(String json) {
    return problem(json).violations().stream()
        .collect(
            Collectors.toMap(
                violation -> violation.path(),
                violation -> violation.reason().split(":")[0],
                (first, second) -> first.equals(second) ? first : first + " " + second));
  }
}
