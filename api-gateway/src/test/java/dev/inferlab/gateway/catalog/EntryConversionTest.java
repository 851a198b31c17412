package dev.inferlab.gateway.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;

class EntryConversionTest {
  private static final String ENTRYS =
      """
      {"inputs": [{"name": "data", "layout": "NCHW", "mean": [104.0, 117.0, 123.0], "reverseChannels": true}]}
      """;

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static EntryConversion asked(String conversion) {
    return new EntryConversion((ObjectNode) json(ENTRYS), json(conversion));
  }

  @Test
  void whoAsksForAShapeKeepsWhatTheEntryBuildsIn() {
    EntryConversion conversion =
        asked("{\"inputs\": [{\"name\": \"data\", \"shape\": [8, 3, 224, 224]}]}");

    assertThat(conversion.merged().at("/inputs/0"))
        .isEqualTo(
            json(
                """
                {"name": "data", "layout": "NCHW", "mean": [104.0, 117.0, 123.0], "reverseChannels": true,
                 "shape": [8, 3, 224, 224]}
                """));
    assertThat(conversion.changesValuesAlike()).isTrue();
    assertThat(conversion.beginsAlike()).isTrue();
  }

  @Test
  void theEntrysOwnNumbersAreNoChange() {
    assertThat(
            asked(
                    "{\"inputs\": [{\"name\": \"data\", \"mean\": [104, 117, 123], \"reverseChannels\": true}]}")
                .changesValuesAlike())
        .isTrue();
  }

  @Test
  void otherNumbersOrAnotherOrderAreAChange() {
    for (String change :
        new String[] {"\"mean\": [1, 2, 3]", "\"scale\": [255]", "\"reverseChannels\": false"}) {
      assertThat(
              asked("{\"inputs\": [{\"name\": \"data\", %s}]}".formatted(change))
                  .changesValuesAlike())
          .as(change)
          .isFalse();
    }
    assertThat(asked("{\"inputs\": [{\"name\": \"other\", \"mean\": [1]}]}").changesValuesAlike())
        .isFalse();
  }

  @Test
  void otherCutsAreAnotherInput() {
    assertThat(asked("{\"cutInputs\": [\"conv1\"]}").beginsAlike()).isFalse();
    assertThat(asked("{\"cutOutputs\": [\"conv1\"]}").beginsAlike()).isTrue();
    assertThat(asked("{}").isOfAnotherInput()).isTrue();
  }

  @Test
  void whatCannotBeReadIsLeftToBeRefused() {
    JsonNode inputs = json("[7, {\"name\": 1}]");

    assertThat(asked("{\"inputs\": [7, {\"name\": 1}]}").merged().path("inputs"))
        .hasSize(3)
        .containsAll(inputs);
    assertThat(asked("{\"inputs\": \"all\"}").merged().path("inputs")).isEqualTo(json("\"all\""));
    assertThat(asked("\"no\"").merged()).isEqualTo(json(ENTRYS));
  }
}
