package dev.inferlab.scheduler.loop;

import dev.inferlab.scheduler.store.Trouble;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Commits together what arrived while the last commit ran. What the database cannot take now is
 * tried until it can; an item that fails by itself is rejected alone and harms no other.
 */
public final class GroupCommit<T> {

  private static final Logger LOG = Logger.getLogger(GroupCommit.class);

  private final String name;
  private final int most;
  private final Function<List<T>, Uni<Void>> commit;
  private final BiConsumer<T, Throwable> reject;
  private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
  private final PassLoop loop;

  /**
   * @param most items in one commit
   * @param commit may run again with the same items
   */
  public GroupCommit(
      String name,
      Vertx vertx,
      int most,
      Function<List<T>, Uni<Void>> commit,
      BiConsumer<T, Throwable> reject) {
    this.name = name;
    this.most = most;
    this.commit = commit;
    this.reject = reject;
    this.loop = new PassLoop(name, vertx, this::pass);
  }

  public void add(T item) {
    waiting.add(item);
    loop.wake();
  }

  public void stop() {
    loop.stop();
  }

  private Uni<Boolean> pass() {
    List<T> batch = new ArrayList<>();
    T next;
    while (batch.size() < most && (next = waiting.poll()) != null) {
      batch.add(next);
    }
    if (batch.isEmpty()) {
      return Uni.createFrom().item(false);
    }
    return Trouble.untilPossible(name, () -> commit.apply(batch))
        .onFailure()
        .recoverWithUni(failure -> eachAlone(batch, failure))
        .map(_ -> !waiting.isEmpty());
  }

  private Uni<Void> eachAlone(List<T> batch, Throwable failure) {
    if (batch.size() == 1) {
      LOG.errorf(failure, "%s: an item is rejected", name);
      reject.accept(batch.getFirst(), failure);
      return Uni.createFrom().voidItem();
    }
    LOG.warnf("%s: %d items fail together, trying each alone: %s", name, batch.size(), failure);
    return Multi.createFrom()
        .iterable(batch)
        .onItem()
        .transformToUniAndConcatenate(
            item ->
                Trouble.untilPossible(name, () -> commit.apply(List.of(item)))
                    .onFailure()
                    .recoverWithUni(alone -> eachAlone(List.of(item), alone)))
        .collect()
        .asList()
        .replaceWithVoid();
  }
}
