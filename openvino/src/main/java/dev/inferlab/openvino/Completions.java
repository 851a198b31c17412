package dev.inferlab.openvino;

import java.util.concurrent.LinkedBlockingQueue;

/**
 * Completes the stages of {@link InferRequest#inferAsync}. The callback cannot: it must return
 * before the run's status can be asked for. One thread does it for all requests. It runs the user's
 * code only where the user's executor says so, such as {@code Runnable::run}: the ends of all other
 * runs then wait for that.
 */
final class Completions {

  private static final LinkedBlockingQueue<InferRequest> ENDED = new LinkedBlockingQueue<>();

  static {
    Thread.ofPlatform().daemon().name("openvino-completions").start(Completions::run);
  }

  private Completions() {}

  static void settle(InferRequest request) {
    ENDED.add(request);
  }

  private static void run() {
    while (true) {
      try {
        ENDED.take().settleIfOpen();
      } catch (InterruptedException e) {
        // Nobody has a reason to stop this thread, and stages would wait for ever without it.
        continue;
      } catch (Throwable e) {
        // Not even for want of memory or threads: this is the only one.
        System.getLogger("dev.inferlab.openvino")
            .log(System.Logger.Level.ERROR, "A run's end could not be told.", e);
      }
    }
  }
}
