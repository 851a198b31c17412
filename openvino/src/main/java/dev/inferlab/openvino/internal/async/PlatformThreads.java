package dev.inferlab.openvino.internal.async;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * A downcall pins the carrier of a virtual thread. Long ones that come from a virtual thread are
 * done by a platform thread while the virtual one waits unmounted.
 */
public final class PlatformThreads {

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(
          Thread.ofPlatform().daemon().name("openvino-call-", 0).factory());

  private PlatformThreads() {}

  public static <T> T call(Supplier<T> action) {
    if (!Thread.currentThread().isVirtual()) {
      return action.get();
    }
    try {
      return CompletableFuture.supplyAsync(action, THREADS).join();
    } catch (CompletionException e) {
      throw switch (e.getCause()) {
        case RuntimeException exception -> exception;
        case Error error -> throw error;
        case null, default -> e;
      };
    }
  }

  public static void run(Runnable action) {
    call(
        () -> {
          action.run();
          return null;
        });
  }
}
