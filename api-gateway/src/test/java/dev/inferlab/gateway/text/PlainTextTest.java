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
        "র\u200D্যাম",
        "שָׁלוֹם",
        "แบบจำลอง",
        "👩\u200D💻 👩🏽\u200D🔬 ❤\uFE0F\u200D🔥 🏳\uFE0F\u200D🌈 1\uFE0F\u20E3",
        "\u0600١٢ \u06DD٣ \u08E2",
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

  @ParameterizedTest
  @ValueSource(
      ints = {
        0x34F, 0x17B4, 0x17B5, 0x180B, 0x180C, 0x180D, 0x180F, 0x2800, 0xFE00, 0xFE0E, 0xFE0F,
        0xE0100, 0xE01EF
      })
  void norWhatOnlySelectsOrFills(int hidden) {
    whatNobodySeesIsNamedWithItsPlace(hidden);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "мод\u200Cель",
        "模\u200D型",
        "모\u200D델",
        "שׁ\u200Cלום",
        "cafe\u0301\u200Ds",
        "می\u200C",
        "می\u200C خواهم",
        "می\u200C\u200Cخواهم",
        "क्\u200Da",
        "👩\u200D",
        "👩\u200Dx",
        "👩\u200C💻",
        "❤\uFE0F\uFE0F",
        "a\uFE0F\u20E3"
      })
  void joinersAndStylesAreWelcomeOnlyWhereTheyAreSeen(String name) {
    assertThat(PlainText.fault(name)).isPresent();
  }

  @Test
  void aLineOfOthersHasOnlyWhatIsSeen() {
    assertThat(PlainText.line(" a\u200B\n \u2028b\u0000\uD800 \u202Ec\u00A0", 10))
        .isEqualTo("a b c");
    String persian = "می\u200Cخواهم";
    assertThat(PlainText.line(persian, 10)).isEqualTo(persian);
    assertThat(PlainText.line(persian, 3)).isEqualTo("می…");
    assertThat(PlainText.line("می\u200C\u061Cخواهم", 10)).isEqualTo("میخواهم");
    assertThat(PlainText.line("👩👩👩", 2)).isEqualTo("👩👩…");
  }

  @Test
  void whatIsSearchedForMayBeAnythingThatIsStored() {
    assertThat(PlainText.searchFault("a\u202E\n")).isEmpty();
    assertThat(PlainText.searchFault("👩\u0000"))
        .contains("has a character that no text has: U+0000 at position 2");
    assertThat(PlainText.searchFault("\uD83D")).isPresent();
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
