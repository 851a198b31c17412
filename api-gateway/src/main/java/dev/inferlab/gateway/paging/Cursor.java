package dev.inferlab.gateway.paging;

import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended: the sort that it belongs to, and the last row's sort value and id. Rows that
 * come or go between two pages neither repeat nor hide others.
 */
record Cursor(String sort, String value, UUID id) {
  private static final int LONGEST = 4096;

  String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((sort + "\n" + id + "\n" + value).getBytes(StandardCharsets.UTF_8));
  }

  static Cursor decode(String text, String sort) {
    if (text.length() > LONGEST) {
      throw invalid();
    }
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      String[] parts = decoded.split("\n", 3);
      if (parts.length != 3 || !parts[0].equals(sort) || decoded.indexOf('\0') >= 0) {
        throw invalid();
      }
      return new Cursor(sort, parts[2], Uuids.parse(parts[1]).orElseThrow(Cursor::invalid));
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.CURSOR_INVALID, "The cursor was not given by this list with this sort.");
  }
}
