package dev.inferlab.local.demo;

import java.io.FileNotFoundException;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** A multipart/form-data body whose files are streamed from disk. */
public final class MultipartBody {
  private final String boundary = "inferlab-" + UUID.randomUUID();
  private final List<BodyPublisher> parts = new ArrayList<>();

  public MultipartBody json(String name, String value) {
    text(
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"\r\nContent-Type: application/json\r\n\r\n%s\r\n"
            .formatted(boundary, name, value));
    return this;
  }

  public MultipartBody file(String name, Path file) throws FileNotFoundException {
    header(name, file.getFileName().toString());
    parts.add(BodyPublishers.ofFile(file));
    text("\r\n");
    return this;
  }

  public MultipartBody file(String name, String fileName, byte[] content) {
    header(name, fileName);
    parts.add(BodyPublishers.ofByteArray(content));
    text("\r\n");
    return this;
  }

  private void header(String name, String fileName) {
    text(
        "--%s\r\nContent-Disposition: form-data; name=\"%s\"; filename=\"%s\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            .formatted(boundary, name, fileName));
  }

  private void text(String text) {
    parts.add(BodyPublishers.ofByteArray(text.getBytes(StandardCharsets.UTF_8)));
  }

  String contentType() {
    return "multipart/form-data; boundary=" + boundary;
  }

  BodyPublisher publisher() {
    List<BodyPublisher> all = new ArrayList<>(parts);
    all.add(BodyPublishers.ofString("--" + boundary + "--\r\n"));
    return BodyPublishers.concat(all.toArray(BodyPublisher[]::new));
  }
}
