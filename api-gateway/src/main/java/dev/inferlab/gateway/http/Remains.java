package dev.inferlab.gateway.http;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;

/**
 * What still comes of a request that was answered already. It is read and dropped for a while
 * before the connection is closed: closing while bytes lie unread resets the connection, and a
 * client that sends everything before it reads would lose the answer.
 */
final class Remains {
  /** Well above what is sent by mistake; who sends more, or for longer, has to read meanwhile. */
  private static final long MOST_BYTES = 64L << 20;

  private static final long LONGEST_SILENCE_MS = 2_000;
  private static final int MOST_LOOKS = 15; // half a minute

  private final HttpServerRequest request;
  private long bytes;
  private long bytesBefore;
  private int looks;

  private Remains(HttpServerRequest request) {
    this.request = request;
  }

  static void dropAndClose(HttpServerRequest request, Vertx vertx) {
    if (request.isEnded()) {
      request.connection().close();
      return;
    }
    Remains remains = new Remains(request);
    long timer = vertx.setPeriodic(LONGEST_SILENCE_MS, remains::look);
    request
        .handler(remains::drop)
        .exceptionHandler(gone -> vertx.cancelTimer(timer))
        .endHandler(
            nothing -> {
              vertx.cancelTimer(timer);
              remains.close();
            })
        .resume();
  }

  private void drop(Buffer part) {
    bytes += part.length();
    if (bytes > MOST_BYTES) {
      close(); // which ends the request by its exception handler
    }
  }

  private void look(long timer) {
    looks++;
    if (bytes == bytesBefore || looks == MOST_LOOKS) {
      close();
    }
    bytesBefore = bytes;
  }

  private void close() {
    request.connection().close();
  }
}
