package dev.inferlab.agent.process;

import dev.inferlab.proto.executor.v1.FromExecutor;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * What an executor said and the agent has not read yet, bounded by its bytes: an executor that says
 * more than that waits, but for its progress, of which the newest is enough.
 */
final class Inbox {
  private static final int OVERHEAD_BYTES = 256; // of a message that is otherwise empty

  private final BlockingQueue<FromExecutor> messages = new LinkedBlockingQueue<>();
  private final int limitBytes;
  private final Semaphore room;
  private volatile FromExecutor last;

  Inbox(int limitBytes) {
    this.limitBytes = limitBytes;
    this.room = new Semaphore(limitBytes);
  }

  /** Waits for room; a message larger than all of it waits until it is alone. */
  void put(FromExecutor message) throws InterruptedException {
    if (!message.hasProgress()) {
      room.acquire(bytes(message));
    } else if (!room.tryAcquire(bytes(message))) {
      return;
    }
    messages.add(message);
  }

  /** Nothing will come after this message; it needs no room. */
  void end(FromExecutor last) {
    this.last = last;
    messages.add(last);
  }

  /** The next message; null if none came in time. */
  FromExecutor poll(long nanos) throws InterruptedException {
    FromExecutor message = messages.poll(nanos, TimeUnit.NANOSECONDS);
    if (message != null && message != last) {
      room.release(bytes(message));
    }
    return message;
  }

  private int bytes(FromExecutor message) {
    return Math.min(limitBytes, OVERHEAD_BYTES + message.getSerializedSize());
  }
}
