package dev.inferlab.gateway.catalog;

import static dev.inferlab.gateway.testing.Lab.API;
import static dev.inferlab.gateway.testing.Problems.refused;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.startsWith;

import dev.inferlab.gateway.testing.Sql;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that need no look-up to be refused are refused before anything is stored. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class ForbiddenAddressTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1/m.onnx",
        "http://127.0.0.1:5432/m.onnx",
        "https://127.255.255.254/m.onnx",
        "http://0.0.0.0/m.onnx",
        "http://10.1.2.3/m.onnx",
        "http://172.16.0.1/m.onnx",
        "http://192.168.0.1/m.onnx",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/m.onnx",
        "http://[::]/m.onnx",
        "http://[::ffff:127.0.0.1]/m.onnx",
        "http://[::ffff:7f00:1]:8080/m.onnx",
        "http://[fd00:ec2::254]/m.onnx",
        "http://[fe80::1%lo]/m.onnx",
        "http://localhost/m.onnx",
        "http://LocalHost./m.onnx",
        "http://db.localhost:5432/m.onnx"
      })
  void insideTheLab(String url) {
    assertRefused(url, 422, "DOWNLOAD_ADDRESS_FORBIDDEN");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://2130706433/m.onnx",
        "http://0x7f000001/m.onnx",
        "http://0x7f.0.0.1/m.onnx",
        "http://0177.0.0.1/m.onnx",
        "http://127.0.0.01/m.onnx",
        "http://127.1/m.onnx",
        "http://127.0.0.1./m.onnx",
        "http://\u2460\u2461\u2466.0.0.1/m.onnx",
        "http://8.8.8.8:80@127.0.0.1/m.onnx",
        "http://127.0.0.1%2f@8.8.8.8/m.onnx",
        "http://8.8.8.8\\@127.0.0.1/m.onnx",
        "http://[::1/m.onnx",
        "http:///m.onnx",
        "//127.0.0.1/m.onnx",
        "file:///etc/passwd",
        "gopher://127.0.0.1:6379/_x",
        "jar:http://127.0.0.1/m.jar!/m.onnx",
        "ftp://8.8.8.8/m.onnx"
      })
  void notInTheFormOfAnAddress(String url) {
    assertRefused(url, 400, "REQUEST_INVALID");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:5432/net.onnx",
        "http://169.254.169.254/latest/meta-data",
        "http://[::ffff:10.0.0.1]/net.onnx",
        "http://db.localhost/net.onnx"
      })
  void anEntryWithAFileInsideTheLab(String url) {
    String name = CatalogTest.name();
    given()
        .multiPart(
            "file",
            "z.zip",
            CatalogTest.zip(Map.of("zoo/net/model.yml", CatalogTest.MODEL.formatted(url))))
        .multiPart("options", "{\"name\": \"%s\"}".formatted(name), "application/json")
        .post(API + "/catalog/sources")
        .then()
        .statusCode(201);
    Stored before = Stored.now();
    refused(
            given()
                .contentType(ContentType.JSON)
                .body(Map.of("catalogEntry", name + "/net"))
                .post(API + "/models"),
            422,
            "DOWNLOAD_ADDRESS_FORBIDDEN",
            "catalogEntry")
        .body("detail", startsWith("'%s/net'".formatted(name)))
        .body("violations[0].reason", containsString("'net.onnx' would come from " + url));
    before.assertNothingMore();
  }

  @Test
  void aFolderWhereTheOperatorHasNamedNone() {
    refused(
            CatalogTest.register(Map.of("folder", "zoo", "name", CatalogTest.name())),
            400,
            "REQUEST_INVALID",
            "folder")
        .body("violations[0].reason", containsString("inferlab.catalog.folders"));
  }

  private static void assertRefused(String url, int status, String code) {
    Stored before = Stored.now();
    refused(post("/models", url), status, code, "url");
    refused(post("/catalog/sources", url), status, code, "url");
    before.assertNothingMore();
  }

  private record Stored(long models, long sources, long downloads) {
    static Stored now() {
      return new Stored(Sql.count("model"), Sql.count("catalog_source"), Sql.count("acquisition"));
    }

    void assertNothingMore() {
      Stored now = now();
      assertThat(now.models).isEqualTo(models);
      assertThat(now.sources).isEqualTo(sources);
      // Those of other tests may end meanwhile.
      assertThat(now.downloads).isLessThanOrEqualTo(downloads);
    }
  }

  private static Response post(String path, String url) {
    return given().contentType(ContentType.JSON).body(Map.of("url", url)).post(API + path);
  }
}
