package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import dev.inferlab.gateway.archive.ZipForge;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.gateway.testing.TinyIr;
import dev.inferlab.gateway.testing.TinyOnnx;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Uploads made to harm: refused over REST as they are and in an archive, with nothing stored. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class HostileModelTest {
  private static final String SYMBOLIC_LINK = "120777";

  static Stream<Arguments> hostile() {
    String xml = new String(TinyIr.xml(1, 3, 8, 8), UTF_8);
    String constant = "shape=\"1\" offset=\"0\" size=\"4\"";
    assertThat(xml).contains(constant);
    byte[] onnx = TinyOnnx.withExternalData("net.data");
    return Stream.of(
        ir(
            "external entity",
            xml.replace("<net", "<!DOCTYPE net [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><net"),
            "MODEL_XML_FORBIDDEN"),
        ir(
            "constant beyond the weights",
            xml.replace(constant, "shape=\"1\" offset=\"8\" size=\"4\""),
            "MODEL_CONSTANT_OUT_OF_BOUNDS"),
        ir(
            "offset that overflows",
            xml.replace(constant, "shape=\"1\" offset=\"9223372036854775807\" size=\"4\""),
            "MODEL_CONSTANT_OUT_OF_BOUNDS"),
        ir(
            "negative shape",
            xml.replace(constant, constant.replace("\"1\"", "\"-2\"")),
            "MODEL_SHAPE_INVALID"),
        ir(
            "1e12 elements",
            xml.replace(constant, constant.replace("\"1\"", "\"1000000,1000000\"")),
            "MODEL_SHAPE_INVALID"),
        ir("XML that ends early", xml.substring(0, xml.length() / 2), "MODEL_TRUNCATED"),
        Arguments.of(
            "ONNX that ends early",
            Map.of("net.onnx", Arrays.copyOf(onnx, onnx.length - 20)),
            "MODEL_TRUNCATED",
            "net.onnx"),
        Arguments.of(
            "weights that end early",
            Map.of("net.xml", xml.getBytes(UTF_8), "net.bin", Arrays.copyOf(TinyIr.BIN, 3)),
            "MODEL_CONSTANT_OUT_OF_BOUNDS",
            "net.xml"),
        onnx("data outside by ..", "../secret"),
        onnx("data at an absolute path", "/etc/passwd"),
        onnx("data outside by a folder", "a/../../b"),
        one("pickle", "net.pkl", "\u0080\u0004\u0095\u000b\0\0\0\0\0\0\0\u008c\u0007os.nope."),
        one("Keras' HDF5", "net.h5", "\u0089HDF\r\n\u001a\nrest"),
        Arguments.of(
            "Keras' archive",
            Map.of("net.keras", ZipForge.zip(ZipForge.entry("config.json", "{}"))),
            "MODEL_CODE_FORBIDDEN",
            "net.keras"),
        one("a library of operations", "ops.so", "\u007fELF\u0002\u0001\u0001"));
  }

  @Test
  void whoeverSendsManyAtOnceIsAnsweredAndTakesNoTurnForEver() throws Exception {
    byte[] names = manyNames();
    Callable<Integer> hostile =
        () ->
            given()
                .multiPart("file", "net.xml", names)
                .multiPart("file", "net.bin", TinyIr.BIN)
                .post(API + "/models")
                .statusCode();
    Callable<Integer> honest =
        () ->
            given()
                .multiPart("file", "net.xml", TinyIr.xml(1, 3, 8, 8))
                .multiPart("file", "net.bin", TinyIr.BIN)
                .post(API + "/models")
                .statusCode();
    List<Callable<Integer>> uploads = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      uploads.add(hostile);
      uploads.add(honest);
    }
    List<Integer> answers = new ArrayList<>();
    try (ExecutorService users = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> answer : users.invokeAll(uploads)) {
        answers.add(answer.get());
      }
    }
    assertThat(answers)
        .containsExactlyElementsOf(
            Collections.nCopies(6, List.of(422, 202)).stream().flatMap(List::stream).toList());
  }

  /** 10 MB of XML that holds little but names, all of which a parser keeps. */
  private static byte[] manyNames() {
    StringBuilder xml = new StringBuilder("<net version=\"11\">");
    for (int i = 0; i < 1_000_000; i++) {
      xml.append("<a").append(i).append("/>");
    }
    return xml.append("</net>").toString().getBytes(UTF_8);
  }

  private static Arguments ir(String what, String xml, String code) {
    Map<String, byte[]> files = new LinkedHashMap<>();
    files.put("net.xml", xml.getBytes(UTF_8));
    files.put("net.bin", TinyIr.BIN);
    return Arguments.of(what, files, code, "net.xml");
  }

  private static Arguments onnx(String what, String location) {
    return Arguments.of(
        what,
        Map.of("net.onnx", TinyOnnx.withExternalData(location)),
        "MODEL_EXTERNAL_DATA_FORBIDDEN",
        "net.onnx");
  }

  private static Arguments one(String what, String name, String content) {
    return Arguments.of(
        what, Map.of(name, content.getBytes(ISO_8859_1)), "MODEL_CODE_FORBIDDEN", name);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void isRefusedWithTheSameCodeAndPlaceInAnArchive(
      String what, Map<String, byte[]> files, String code, String place) throws IOException {
    long stored = stored();
    RequestSpecification raw = form();
    files.forEach((name, bytes) -> raw.multiPart("file", name, bytes));
    String detail = check(refused(raw.post(API + "/models"), 422, code), place);

    byte[] zip =
        ZipForge.zip(
            files.entrySet().stream()
                .map(file -> ZipForge.entry(file.getKey(), file.getValue()))
                .toArray(ZipForge.Entry[]::new));
    String zipped =
        check(
            refused(form().multiPart("file", "net.zip", zip).post(API + "/models"), 422, code),
            place);
    assertThat(zipped).isEqualTo(detail);
    assertThat(stored()).isEqualTo(stored);
  }

  private static String check(ValidatableResponse refusal, String place) {
    String detail =
        refusal
            .body("location.file", equalTo(place))
            .body("detail", not(equalTo("")))
            .extract()
            .path("detail");
    assertThat(detail).isNotBlank().doesNotContain("/tmp").doesNotContain("staging");
    return detail;
  }

  @Test
  void aLinkInAnArchiveIsRefusedAtTheLink() throws IOException {
    long stored = stored();
    byte[] zip =
        ZipForge.zip(
            ZipForge.entry("net.onnx", TinyOnnx.withExternalData("net.data")),
            ZipForge.entry("net.data", "/etc/passwd").mode(Integer.parseInt(SYMBOLIC_LINK, 8)));
    refused(
            form().multiPart("file", "net.zip", zip).post(API + "/models"),
            422,
            "ARCHIVE_ENTRY_TYPE_FORBIDDEN")
        .body("location.file", equalTo("net.data"));
    assertThat(stored()).isEqualTo(stored);
  }

  private static RequestSpecification form() {
    return given().multiPart("options", "{\"name\": \"hostile\"}", "application/json");
  }

  /** Rows and files that an upload could leave. */
  private static long stored() throws IOException {
    long rows =
        Stream.of("model", "job", "artifact_use", "artifact_garbage").mapToLong(Sql::count).sum();
    return rows + files("artifacts") + files("staging");
  }

  private static long files(String folder) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("target/test", folder))) {
      return files.filter(Files::isRegularFile).count();
    }
  }
}
