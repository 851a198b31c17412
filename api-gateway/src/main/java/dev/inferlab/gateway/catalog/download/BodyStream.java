package dev.inferlab.gateway.catalog.download;

import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A response's body for a blocking reader. One buffer is asked for at a time: a reader that is slow
 * slows the sender, and memory stays small.
 */
final class BodyStream extends InputStream {
  private static final Object END = new Object();

  private final HttpClientResponse response;
  private final Context context;
  private final Duration patience;
  private final BlockingQueue<Object> arrived = new LinkedBlockingQueue<>();
  private Buffer buffer = Buffer.buffer();
  private int position;
  private boolean ended;

  /** To be made on the event loop that has just brought the response. */
  BodyStream(HttpClientResponse response, Context context, Duration patience) {
    this.response = response;
    this.context = context;
    this.patience = patience;
    response.pause();
    response.handler(arrived::add);
    response.endHandler(nothing -> arrived.add(END));
    response.exceptionHandler(arrived::add);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position == buffer.length()) {
      if (ended || !next()) {
        return -1;
      }
    }
    int count = Math.min(length, buffer.length() - position);
    buffer.getBytes(position, position + count, target, offset);
    position += count;
    return count;
  }

  private boolean next() throws IOException {
    context.runOnContext(nothing -> response.fetch(1));
    Object item;
    try {
      item = arrived.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TransientTrouble("The download was stopped.", e);
    }
    switch (item) {
      case null -> throw new TransientTrouble("The server stopped sending.");
      case Buffer more -> {
        buffer = more;
        position = 0;
        return true;
      }
      case Throwable failure -> throw new TransientTrouble("The connection broke.", failure);
      default -> {
        ended = true;
        return false;
      }
    }
  }

  @Override
  public void close() {
    if (!ended) {
      context.runOnContext(nothing -> response.request().connection().close());
    }
  }
}
