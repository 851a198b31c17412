package dev.inferlab.gateway;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import dev.inferlab.gateway.archive.TarForge;
import dev.inferlab.gateway.archive.ZipForge;
import dev.inferlab.gateway.testing.Lab;
import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.platform.artifact.ArtifactStore;
import dev.inferlab.platform.artifact.Digest;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class DatasetTest {
  private static final byte[] PNG = Lab.image("png", 64, 48);
  private static final byte[] JPEG = Lab.image("jpg", 33, 22);
  private static final byte[] BMP = Lab.image("bmp", 10, 20);

  @Inject ArtifactStore store;

  @Test
  void imagesAndArchivesBecomeOnePlainZip() throws Exception {
    byte[] zip =
        ZipForge.zip(
            ZipForge.entry("cats/one é.png", PNG).deflated(),
            ZipForge.entry("cats/labels.txt", "cat"),
            ZipForge.entry("__MACOSX/._one.png", "?"));
    byte[] tar = TarForge.gzip(new TarForge().file("dogs/two.jpg", JPEG).toByteArray());
    Response accepted =
        given()
            .multiPart("file", "a.zip", zip)
            .multiPart("file", "b.tgz", tar)
            .multiPart("file", "three.bmp", BMP)
            .multiPart("options", "{\"name\": \"pets\"}", "application/json")
            .post(API + "/datasets");
    String id =
        accepted
            .then()
            .statusCode(202)
            .body("state", equalTo("READY"))
            .body("imageCount", equalTo(3))
            .body("ignored", contains("cats/labels.txt"))
            .extract()
            .path("id");
    given()
        .get(API + "/datasets/" + id + "/images")
        .then()
        .statusCode(200)
        .body("items.name", contains("cats/one é.png", "dogs/two.jpg", "three.bmp"))
        .body("items.width", contains(64, 33, 10))
        .body("items.format", contains("PNG", "JPEG", "BMP"));
    String cursor =
        given().queryParam("limit", 2).get(API + "/datasets/" + id + "/images").path("nextCursor");
    given()
        .queryParam("cursor", cursor)
        .get(API + "/datasets/" + id + "/images")
        .then()
        .body("items.name", contains("three.bmp"));

    Response image = given().get(API + "/datasets/{id}/images/{name}", id, "cats/one é.png");
    assertThat(image.then().statusCode(200).contentType("image/png").extract().asByteArray())
        .isEqualTo(PNG);
    byte[] small =
        given()
            .queryParam("width", 16)
            .get(API + "/datasets/" + id + "/images/dogs/two.jpg")
            .then()
            .statusCode(200)
            .contentType("image/jpeg")
            .extract()
            .asByteArray();
    BufferedImage thumbnail = ImageIO.read(new ByteArrayInputStream(small));
    assertThat(thumbnail.getWidth()).isEqualTo(16);
    assertThat(thumbnail.getHeight()).isEqualTo(10);
    refused(
        given().queryParam("width", 100_000).get(API + "/datasets/" + id + "/images/three.bmp"),
        400,
        "REQUEST_INVALID",
        "width");
    refused(
        given().queryParam("width", "x").get(API + "/datasets/" + id + "/images/three.bmp"),
        400,
        "REQUEST_INVALID",
        "width");
    refused(
        given().get(API + "/datasets/" + id + "/images/nothing.png"),
        404,
        "DATASET_IMAGE_NOT_FOUND");

    String sha256 = Sql.one("select zip_sha256 from gateway.dataset where id = '%s'".formatted(id));
    long size =
        Long.parseLong(
            Sql.one("select zip_bytes from gateway.dataset where id = '%s'".formatted(id)));
    try (InputStream bytes = store.open(new Digest(sha256, size), 0);
        ZipInputStream in = new ZipInputStream(bytes)) {
      ZipEntry first = in.getNextEntry();
      assertThat(first.getName()).isEqualTo("cats/one é.png");
      assertThat(first.getMethod()).isEqualTo(ZipEntry.STORED);
      assertThat(in.readAllBytes()).isEqualTo(PNG);
      assertThat(in.getNextEntry().getName()).isEqualTo("dogs/two.jpg");
      assertThat(in.readAllBytes()).isEqualTo(JPEG);
      assertThat(in.getNextEntry().getName()).isEqualTo("three.bmp");
      assertThat(in.getNextEntry()).isNull();
    }
    given().delete(API + "/datasets/" + id).then().statusCode(204);
    refused(given().get(API + "/datasets/" + id), 404, "DATASET_NOT_FOUND");
  }

  @Test
  void badDatasetsAreRefusedAndNothingIsStored() {
    long before = Sql.count("dataset") + Sql.count("dataset_image") + Sql.count("artifact_use");
    refused(send("a.txt", "hello".getBytes(StandardCharsets.UTF_8)), 422, "DATASET_EMPTY");
    refused(send("a.jpg", "hello".getBytes(StandardCharsets.UTF_8)), 422, "DATASET_IMAGE_INVALID")
        .body("location.file", equalTo("a.jpg"));
    refused(send("a.png", Arrays.copyOf(PNG, 12)), 422, "DATASET_IMAGE_INVALID");
    byte[] jpeg = Lab.image("jpg", 64, 48);
    refused(
            send(
                "a.zip",
                ZipForge.zip(
                    ZipForge.entry("set/whole.jpg", jpeg),
                    ZipForge.entry("set/cut.jpg", Arrays.copyOf(jpeg, jpeg.length - 10)))),
            422,
            "DATASET_IMAGE_INVALID")
        .body("location.file", equalTo("set/cut.jpg"))
        .body("detail", equalTo("The image is cut short. Upload it again."));
    byte[] huge = PNG.clone();
    huge[18] = 0x75;
    huge[22] = 0x75;
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(huge, 12, 17);
    for (int i = 0; i < 4; i++) {
      huge[29 + i] = (byte) (crc.getValue() >>> 24 - 8 * i);
    }
    refused(
            send("a.zip", ZipForge.zip(ZipForge.entry("30k.png", huge))),
            422,
            "DATASET_IMAGE_INVALID")
        .body("location.file", equalTo("30k.png"));
    refused(
        send("a.zip", ZipForge.zip(ZipForge.entry("../a.png", PNG))),
        422,
        "ARCHIVE_ENTRY_NAME_FORBIDDEN");
    byte[] bomb =
        ZipForge.zip(
            ZipForge.entry("a.png", new byte[0])
                .packed(ZipForge.deflatedZeros(10 * 1024))
                .size(60 << 20));
    refused(send("a.zip", bomb), 422, "ARCHIVE_MALFORMED");
    refused(
        send("a.zip", ZipForge.zip(ZipForge.entry("a.png", PNG), ZipForge.entry("A.png", PNG))),
        422,
        "ARCHIVE_ENTRY_DUPLICATE");
    refused(
        given()
            .multiPart("file", "a.png", PNG)
            .multiPart("options", "{\"name\": \"\"}", "application/json")
            .post(API + "/datasets"),
        400,
        "REQUEST_INVALID",
        "options.name");
    assertThat(Sql.count("dataset") + Sql.count("dataset_image") + Sql.count("artifact_use"))
        .isEqualTo(before);
  }

  @Test
  void theSameUploadTwiceIsStoredOnceAndADatasetInUseStays() {
    String first = Lab.dataset();
    String second = Lab.dataset();
    String target = Lab.target();
    String project = Lab.project(Lab.model(), first, target);
    refused(given().delete(API + "/datasets/" + first), 409, "DATASET_IN_USE", "id")
        .body("violations[0].reason", equalTo("used by project " + project))
        .body("detail", equalTo("It is used by project %s.".formatted(project)));
    given().delete(API + "/datasets/" + second).then().statusCode(204);
    given().get(API + "/datasets/" + first + "/images/a.png").then().statusCode(200);
    given()
        .queryParam("name", "two")
        .get(API + "/datasets")
        .then()
        .body("items", org.hamcrest.Matchers.not(hasSize(0)));
  }

  @Test
  void withoutANameItHasThatOfTheFirstFile() {
    byte[] zip = ZipForge.zip(ZipForge.entry("one.png", PNG));
    given()
        .multiPart("file", "street scenes.zip", zip)
        .multiPart("file", "b.png", PNG)
        .post(API + "/datasets")
        .then()
        .statusCode(202)
        .body("name", equalTo("street scenes.zip"));
    given()
        .contentType(ContentType.JSON)
        .body(Map.of("uploadIds", List.of(ModelTest.upload("猫.png", PNG, 1))))
        .post(API + "/datasets")
        .then()
        .statusCode(202)
        .body("name", equalTo("猫.png"));
  }

  /** The file's name is part of what was asked for then. */
  @Test
  void theSameKeyWithAnotherFilesNameIsRefused() {
    byte[] zip = ZipForge.zip(ZipForge.entry("one.png", PNG));
    String key = UUID.randomUUID().toString();
    String first = named(key, "first.zip", zip).then().statusCode(202).extract().path("id");
    named(key, "first.zip", zip).then().statusCode(202).body("id", equalTo(first));
    refused(named(key, "second.zip", zip), 409, "IDEMPOTENCY_KEY_REUSED");
  }

  private static Response named(String key, String file, byte[] bytes) {
    return given()
        .header("Idempotency-Key", key)
        .multiPart("file", file, bytes)
        .post(API + "/datasets");
  }

  private static Response send(String name, byte[] bytes) {
    return given()
        .multiPart("file", name, bytes)
        .multiPart("options", "{\"name\": \"bad\"}", "application/json")
        .post(API + "/datasets");
  }
}
