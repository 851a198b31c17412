package dev.inferlab.scheduler.loop;

import dev.inferlab.platform.db.Patience;
import dev.inferlab.platform.loop.PassLoop;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/**
 * Commits together what arrived while the last commit ran. What the database cannot take now is
 * tried until it can; an item that is itself to blame for a failure is rejected alone and harms no
 * other.
 */
public final class GroupCommit<T> {

  private static final Logger LOG = Logger.getLogger(GroupCommit.class);

  /** Of one sender, and of all, in one commit. */
  private static final int EACH = 512;

  private static final int MOST = 2_048;

  private final String name;
  private final Function<List<T>, Uni<Void>> commit;
  private final BiConsumer<T, Throwable> reject;
  private final FairQueue<T> waiting;
  private final ToIntFunction<T> weight;
  private final PassLoop loop;

  /**
   * @param sender whose items keep their order and share a commit fairly with those of others
   * @param weight how much work an item is
   * @param commit may run again with the same items
   */
  public GroupCommit(
      String name,
      Vertx vertx,
      Function<T, Object> sender,
      ToIntFunction<T> weight,
      Function<List<T>, Uni<Void>> commit,
      BiConsumer<T, Throwable> reject) {
    this.name = name;
    this.waiting = new FairQueue<>(sender, weight);
    this.weight = weight;
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

  private Uni<Integer> pass() {
    List<T> batch = waiting.take(EACH, MOST);
    if (batch.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    return Patience.untilPossible(name, () -> commit.apply(batch))
        .onFailure()
        .recoverWithUni(failure -> eachAlone(batch, failure))
        .invoke(this::wakeIfLeft)
        .replaceWith(batch.stream().mapToInt(weight).sum());
  }

  private void wakeIfLeft() {
    if (!waiting.isEmpty()) {
      loop.wake();
    }
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
                Patience.untilPossible(name, () -> commit.apply(List.of(item)))
                    .onFailure()
                    .recoverWithUni(alone -> eachAlone(List.of(item), alone)))
        .collect()
        .asList()
        .replaceWithVoid();
  }
}
