package dev.inferlab.gateway.text;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlainTextTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "ResNet-50 (v2) & more",
        "Łódź, naïve café",
        "cafe\u0301",
        "моя модель",
        "模型 五十",
        "ﾓﾃﾞﾙ モデル",
        "모델",
        "نموذج",
        "می\u200Cخواهم",
        "क्\u200Dष",
        "שָׁלוֹם",
        "แบบจำลอง",
        "👩\u200D💻 👩🏽\u200D🔬 ❤\uFE0F\u200D🔥",
        "a\u00A0b"
      })
  void everyScriptIsWelcome(String name) {
    assertThat(PlainText.fault(name)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x00, 0x07, 0x0A, 0x1B, 0x7F, 0x85, 0xAD, 0x61C, 0x115F, 0x180E, 0x200B, 0x200C, 0x200D,
        0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202E, 0x2060, 0x2066, 0x2069, 0x3164, 0xD800,
        0xFEFF, 0xFFA0, 0xFFF9, 0xE0041
      })
  void whatNobodySeesIsNamedWithItsPlace(int hidden) {
    assertThat(PlainText.fault("mod" + new String(Character.toChars(hidden)) + "el"))
        .contains("has a character that cannot be seen: U+%04X at position 4".formatted(hidden));
  }

  @Test
  void aTextOfSpacesAloneIsBlank() {
    assertThat(PlainText.isBlank("\u00A0\u3000 ")).isTrue();
    assertThat(PlainText.isBlank("\u00A0a")).isFalse();
  }

  @Test
  void whatIsShownHasMarksInsteadAndAnEnd() {
    assertThat(PlainText.shown("a\u202Eb", 10)).isEqualTo("a\uFFFDb");
    assertThat(PlainText.shown("abcdef", 3)).isEqualTo("abc…");
  }

  @ParameterizedTest
  @CsvSource({
    "net.onnx, net.onnx",
    "a/b/网络.onnx, 网络.onnx",
    "'C:\\models\\net.onnx', net.onnx",
    "'a/ ', model",
    "'photo\u202Egnp.exe', model",
    "'', model"
  })
  void aFileGivesItsLastPartAsAName(String file, String name) {
    assertThat(PlainText.nameOf(file, "model")).isEqualTo(name);
  }

  @Test
  void aNameThatIsTooLongIsNone() {
    assertThat(PlainText.nameOf("x".repeat(201), "model")).isEqualTo("model");
    assertThat(PlainText.nameOf("x".repeat(200), "model")).hasSize(200);
  }
}
