package dev.inferlab.local.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The API refused a request; the message says its code, its reason and every place in the input.
 */
public final class RestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String code;

  RestException(int status, JsonNode problem) {
    super(text(status, problem));
    this.status = status;
    this.code = problem.path("code").asText();
  }

  private static String text(int status, JsonNode problem) {
    StringBuilder text = new StringBuilder();
    text.append(problem.path("code").asText("status " + status)).append(": ");
    text.append(problem.path("detail").asText(problem.path("title").asText()));
    for (JsonNode violation : problem.path("violations")) {
      text.append("\n  ").append(violation.path("path").asText());
      text.append(' ').append(violation.path("reason").asText());
    }
    return text.toString();
  }

  public int status() {
    return status;
  }

  public String code() {
    return code;
  }
}
