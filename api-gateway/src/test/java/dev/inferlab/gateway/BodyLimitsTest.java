package dev.inferlab.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many clients read the answer only once they have sent everything. */
@QuarkusTest
@WithTestResource(InfraResource.class)
class BodyLimitsTest {
  private static final int FAR_TOO_MUCH = 5_000_000;

  @TestHTTPResource("/api/v1/experiments")
  URI experiments;

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive", "close"})
  void whoSendsFarTooMuchCanReadWhyItWasRefused(String connection) throws IOException {
    assertIsTold(
        sendAll("Content-Length: " + FAR_TOO_MUCH, connection, out -> fill(out, FAR_TOO_MUCH)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep-alive", "close"})
  void alsoWhoDoesNotAnnounceTheLength(String connection) throws IOException {
    assertIsTold(
        sendAll(
            "Transfer-Encoding: chunked",
            connection,
            out -> {
              for (int i = 0; i < FAR_TOO_MUCH / 10_000; i++) {
                out.write("%x\r\n".formatted(10_000).getBytes(US_ASCII));
                fill(out, 10_000);
                out.write("\r\n".getBytes(US_ASCII));
              }
              out.write("0\r\n\r\n".getBytes(US_ASCII));
            }));
  }

  @Test
  void theAnswerDoesNotWaitForTheBody() throws IOException {
    assertIsTold(sendAll("Content-Length: " + FAR_TOO_MUCH, "keep-alive", out -> {}));
  }

  private interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Gives everything that comes until the gateway closes the connection. */
  private String sendAll(String length, String connection, Body body) throws IOException {
    try (Socket socket = new Socket(experiments.getHost(), experiments.getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = new BufferedOutputStream(socket.getOutputStream());
      out.write(
          "POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n%s\r\nConnection: %s\r\n\r\n"
              .formatted(experiments.getPath(), length, connection)
              .getBytes(US_ASCII));
      body.writeTo(out);
      out.flush();
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  private static void fill(OutputStream out, int length) throws IOException {
    out.write(" ".repeat(length).getBytes(US_ASCII));
  }

  private static void assertIsTold(String answer) {
    assertThat(answer)
        .startsWith("HTTP/1.1 413")
        .containsIgnoringCase("content-type: application/problem+json")
        .containsIgnoringCase("connection: close")
        .contains("PAYLOAD_TOO_LARGE", "1,048,576")
        .endsWith("}");
  }
}
