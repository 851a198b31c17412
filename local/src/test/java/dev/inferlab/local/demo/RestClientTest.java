package dev.inferlab.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RestClientTest {
  @TempDir private Path folder;

  @Test
  void sendsFilesAndOptionsAndUnderstandsProblems() throws Exception {
    AtomicReference<String> received = new AtomicReference<>();
    AtomicReference<String> type = new AtomicReference<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          received.set(
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          type.set(exchange.getRequestHeaders().getFirst("Content-Type"));
          byte[] problem =
              """
              {"code": "MODEL_TRUNCATED", "detail": "The file ends early.",
               "violations": [{"path": "file", "reason": "stops at byte 4"}]}
              """
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(422, problem.length);
          exchange.getResponseBody().write(problem);
          exchange.close();
        });
    server.start();
    try {
      Path file = Files.writeString(folder.resolve("model.onnx"), "four");
      MultipartBody body =
          new MultipartBody().file("file", file).json("options", "{\"name\":\"m\"}");
      RestClient client = RestClient.of("http://127.0.0.1:" + server.getAddress().getPort());
      assertThatThrownBy(() -> client.post("/models", body))
          .isInstanceOf(RestException.class)
          .hasMessage("MODEL_TRUNCATED: The file ends early.\n  file stops at byte 4");
      String boundary = type.get().substring(type.get().indexOf('=') + 1);
      assertThat(received.get())
          .isEqualTo(
              """
              --B\r
              Content-Disposition: form-data; name="file"; filename="model.onnx"\r
              Content-Type: application/octet-stream\r
              \r
              four\r
              --B\r
              Content-Disposition: form-data; name="options"\r
              Content-Type: application/json\r
              \r
              {"name":"m"}\r
              --B--\r
              """
                  .replace("--B", "--" + boundary));
    } finally {
      server.stop(0);
    }
  }
}
