package dev.inferlab.gateway.paging;

import dev.inferlab.gateway.json.Uuids;
import dev.inferlab.platform.problem.ProblemCode;
import dev.inferlab.platform.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/**
 * Where a page ended: the list that it belongs to, and the last row's sort value and id. Rows that
 * come or go between two pages neither repeat nor hide others. Of a list that never changes: a
 * position, and the id of what the list is of.
 *
 * @param list a short name for a list with its filters and sort
 */
record Cursor(String list, String value, UUID id) {
  private static final int LONGEST = 4096;

  /** The same in every replica of a release, other for another list, filter or sort. */
  static String list(String... parts) {
    return Integer.toHexString(String.join("\n", parts).hashCode());
  }

  String encode() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((list + "\n" + id + "\n" + value).getBytes(StandardCharsets.UTF_8));
  }

  static Cursor decode(String text, String list) {
    if (text.length() > LONGEST) {
      throw invalid();
    }
    try {
      String decoded = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      String[] parts = decoded.split("\n", 3);
      if (parts.length != 3 || !parts[0].equals(list) || decoded.indexOf('\0') >= 0) {
        throw invalid();
      }
      return new Cursor(list, parts[2], Uuids.parse(parts[1]).orElseThrow(Cursor::invalid));
    } catch (IllegalArgumentException e) {
      throw invalid();
    }
  }

  static ProblemException invalid() {
    return new ProblemException(
        ProblemCode.CURSOR_INVALID,
        "The cursor was not given by this list with these filters and this sort.");
  }
}
