package dev.inferlab.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.inferlab.endtoend.lab.Lab;
import dev.inferlab.endtoend.lab.SharedLab;
import dev.inferlab.endtoend.lab.TinyModel;
import dev.inferlab.endtoend.lab.Workbench;
import dev.inferlab.local.Settings;
import dev.inferlab.local.demo.MultipartBody;
import dev.inferlab.local.demo.RestClient;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What cannot be used is refused with code, reason and place, and nothing of it is stored. */
@ExtendWith(SharedLab.class)
class BadInputTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long BOMB_BYTES = 10L << 30;

  /** The gateway of a lab has 320 MiB. */
  private static final long LARGER_THAN_ITS_HEAP = 640L << 20;

  @Test
  void whatIsNoModel(Lab lab) throws Exception {
    byte[] text = "This is a shopping list, not a network.".getBytes(StandardCharsets.UTF_8);
    refused(lab, 422, () -> model(lab, new MultipartBody().file("file", "list.onnx", text)));
  }

  @Test
  void aFileLargerThanTheGatewaysMemory(Lab lab, @TempDir Path folder) throws Exception {
    Path zeros = folder.resolve("zeros.onnx");
    try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
      file.setLength(LARGER_THAN_ITS_HEAP);
    }
    refused(lab, 422, () -> model(lab, new MultipartBody().file("file", zeros)));
  }

  @Test
  void aTruncatedModel(Lab lab) throws Exception {
    TinyModel model = TinyModel.forImages();
    byte[] half = Arrays.copyOf(model.xml(), model.xml().length / 2);
    JsonNode problem =
        refused(
            lab,
            422,
            () ->
                model(
                    lab,
                    new MultipartBody()
                        .file("file", "tiny.xml", half)
                        .file("file", "tiny.bin", model.bin())));
    assertThat(problem.path("location").path("file").asText()).isEqualTo("tiny.xml");
  }

  @Test
  void aModelWhoseInputTheImagesCannotFill(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String model = bench.importModel(new TinyModel("1,16"), "no image");
    String dataset = bench.uploadImages("for no image");
    String target = lab.targets().getFirst();
    JsonNode problem =
        refused(
            lab,
            422,
            () ->
                lab.client()
                    .post(
                        "/projects",
                        Map.of(
                            "modelId", model,
                            "datasetId", dataset,
                            "targetId", target,
                            "device", "CPU"),
                        Map.of()));
    assertThat(problem.path("code").asText()).isEqualTo("MODEL_INPUT_NOT_IMAGE");
    assertThat(problem.path("violations").get(0).path("path").asText()).isEqualTo("datasetId");
  }

  @Test
  void anArchiveThatClimbsOut(Lab lab) throws Exception {
    byte[] zip = zip("../../outside.png", Workbench.png(8, 8));
    JsonNode problem =
        refused(lab, 422, () -> dataset(lab, new MultipartBody().file("file", "images.zip", zip)));
    assertThat(problem.path("code").asText()).isEqualTo("ARCHIVE_ENTRY_NAME_FORBIDDEN");
    assertThat(problem.path("location").path("file").asText()).contains("outside.png");
  }

  @Test
  void anArchiveThatUnpacksToTenGigabytes(Lab lab) throws Exception {
    byte[] bomb = bomb();
    JsonNode problem =
        refused(lab, 422, () -> dataset(lab, new MultipartBody().file("file", "bomb.zip", bomb)));
    assertThat(problem.path("code").asText()).isEqualTo("ARCHIVE_TOO_LARGE");
    assertThat(problem.path("location").path("file").asText()).isNotEmpty();
  }

  @Test
  void anUnknownDevice(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String model = bench.importModel(TinyModel.forImages(), "device");
    String dataset = bench.uploadImages("device");
    String target = lab.targets().getFirst();
    JsonNode problem =
        refused(
            lab,
            422,
            () ->
                lab.client()
                    .post(
                        "/projects",
                        Map.of(
                            "modelId", model,
                            "datasetId", dataset,
                            "targetId", target,
                            "device", "GPU.7"),
                        Map.of()));
    assertThat(problem.path("code").asText()).isEqualTo("DEVICE_UNKNOWN");
  }

  @Test
  void batchZeroAndStreamsAboveTheDevicesRange(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project =
        bench.openProject(
            bench.importModel(TinyModel.forImages(), "range"),
            bench.uploadImages("range"),
            lab.targets().getFirst(),
            "CPU");
    JsonNode batch = refused(lab, 422, () -> profile(lab, project, 0, 1));
    assertThat(batch.path("violations").get(0).path("path").asText()).contains("batches");
    JsonNode streams = refused(lab, 422, () -> profile(lab, project, 1, 1000));
    assertThat(streams.path("violations").get(0).path("path").asText()).contains("streams");
  }

  @Test
  void theSameSubmitTwice(Lab lab) throws Exception {
    Workbench bench = new Workbench(lab.client());
    String project =
        bench.openProject(
            bench.importModel(TinyModel.forImages(), "twice"),
            bench.uploadImages("twice"),
            lab.targets().getFirst(),
            "CPU");
    Map<String, String> key = Map.of("Idempotency-Key", "twice");
    Map<String, Object> body = Map.of("projectId", project, "kind", "noop", "options", Map.of());
    JsonNode first = RestClient.answer(lab.client().post("/experiments", body, key));
    long before = rows(lab);
    JsonNode again = RestClient.answer(lab.client().post("/experiments", body, key));
    assertThat(again.path("id")).isEqualTo(first.path("id"));
    assertThat(rows(lab)).isEqualTo(before);
    Map<String, Object> other = Map.of("projectId", project, "kind", "sleep", "options", Map.of());
    refused(lab, 409, () -> lab.client().post("/experiments", other, key));
  }

  @Test
  void jsonOfTheWrongShape(Lab lab) throws Exception {
    JsonNode unknown =
        refused(
            lab, 400, () -> lab.client().post("/experiments", Map.of("projectID", "x"), Map.of()));
    assertThat(unknown.path("violations").toString()).contains("projectID");
    refused(lab, 400, () -> lab.client().post("/experiments", List.of(1, 2), Map.of()));
  }

  private interface Call {
    HttpResponse<byte[]> make() throws Exception;
  }

  private static JsonNode refused(Lab lab, int status, Call call) throws Exception {
    long before = rows(lab);
    Set<Path> files = files(lab);
    HttpResponse<byte[]> answer = call.make();
    JsonNode problem = requireProblem(answer, status);
    assertThat(rows(lab)).as("rows that are there after a refusal").isEqualTo(before);
    assertThat(files(lab)).as("files that are there after a refusal").isSubsetOf(files);
    return problem;
  }

  private static JsonNode requireProblem(HttpResponse<byte[]> answer, int status) throws Exception {
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(answer.statusCode()).as(body).isEqualTo(status);
    assertThat(answer.headers().firstValue("Content-Type").orElse(""))
        .startsWith("application/problem+json");
    JsonNode problem = tree(answer);
    assertThat(problem.path("code").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
    // The path of a violation is a JSON Pointer: "" is the whole body.
    boolean saysWhere =
        problem.path("location").hasNonNull("file")
            || problem.path("violations").path(0).hasNonNull("path");
    assertThat(saysWhere).as("says where: " + body).isTrue();
    assertThat(body).doesNotContain("dev.inferlab").doesNotContain("/tmp/").doesNotContain("java.");
    return problem;
  }

  private static HttpResponse<byte[]> model(Lab lab, MultipartBody body) throws Exception {
    return lab.client()
        .send(lab.client().upload("/models", body.json("options", "{\"name\":\"bad\"}")));
  }

  private static HttpResponse<byte[]> dataset(Lab lab, MultipartBody body) throws Exception {
    return lab.client()
        .send(lab.client().upload("/datasets", body.json("options", "{\"name\":\"bad\"}")));
  }

  private static HttpResponse<byte[]> profile(Lab lab, String project, int batch, int streams)
      throws Exception {
    return lab.client()
        .post(
            "/experiments",
            Map.of(
                "projectId",
                project,
                "kind",
                "profile",
                "options",
                Map.of("grid", Map.of("batches", List.of(batch), "streams", List.of(streams)))),
            Map.of());
  }

  private static JsonNode tree(HttpResponse<byte[]> answer) throws Exception {
    return JSON.readTree(answer.body());
  }

  /** What the lab stores beside its database: artifacts, and uploads under way. */
  private static Set<Path> files(Lab lab) throws Exception {
    Set<Path> found = new HashSet<>();
    Settings settings = lab.platform().settings();
    for (Path folder : List.of(settings.artifacts(), settings.home().resolve("staging"))) {
      if (Files.exists(folder)) {
        try (Stream<Path> files = Files.walk(folder)) {
          files.filter(Files::isRegularFile).forEach(found::add);
        }
      }
    }
    return found;
  }

  private static long rows(Lab lab) throws Exception {
    try (Connection database = lab.database();
        var statement = database.createStatement();
        ResultSet result =
            statement.executeQuery(
                """
                select (select count(*) from gateway.model) + (select count(*) from gateway.dataset)
                  + (select count(*) from gateway.project) + (select count(*) from gateway.experiment)
                  + (select count(*) from gateway.job) + (select count(*) from gateway.artifact_use)
                """)) {
      result.next();
      return result.getLong(1);
    }
  }

  private static byte[] zip(String name, byte[] content) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(content);
    }
    return bytes.toByteArray();
  }

  /** Ten entries of 1 GiB of zeros, which were deflated once: 10 MB on the wire. */
  private static byte[] bomb() throws Exception {
    byte[] zeros = new byte[1 << 20];
    CRC32 checksum = new CRC32();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    Deflater deflater = new Deflater(1, true);
    try (DeflaterOutputStream out = new DeflaterOutputStream(packed, deflater)) {
      for (long written = 0; written < BOMB_BYTES / 10; written += zeros.length) {
        out.write(zeros);
        checksum.update(zeros);
      }
    } finally {
      deflater.end();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes)) {
      for (int number = 0; number < 10; number++) {
        ZipArchiveEntry entry = new ZipArchiveEntry("image-" + number + ".png");
        entry.setMethod(ZipEntry.DEFLATED);
        entry.setSize(BOMB_BYTES / 10);
        entry.setCompressedSize(packed.size());
        entry.setCrc(checksum.getValue());
        zip.addRawArchiveEntry(entry, new ByteArrayInputStream(packed.toByteArray()));
      }
    }
    return bytes.toByteArray();
  }
}
