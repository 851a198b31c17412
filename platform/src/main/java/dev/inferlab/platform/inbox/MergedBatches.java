package dev.inferlab.platform.inbox;

import dev.inferlab.platform.loop.PassLoop;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Applies a channel's batches one after the other, and together those that arrived while the last
 * ones were applied: the more arrives, the larger the transactions, and nobody waits for more than
 * the one that runs and the next.
 *
 * <p>A channel that gives its batches one by one would hold back two behind the one that is
 * applied, and under load every second of them has one record only.
 */
public final class MergedBatches {
  /** So many waiting records keep the channel from giving more. */
  private static final int ENOUGH = 1_000;

  private final Function<List<ConsumerRecord<String, byte[]>>, Uni<Void>> apply;
  private final PassLoop loop;
  private List<Message<ConsumerRecords<String, byte[]>>> waiting = new ArrayList<>();
  private int records;
  private CompletableFuture<Void> room = CompletableFuture.completedFuture(null);

  /**
   * @param apply gets records in the order in which they came; what it was given is acknowledged
   *     when its {@code Uni} completes, and refused when that fails
   */
  public MergedBatches(
      String name, Vertx vertx, Function<List<ConsumerRecord<String, byte[]>>, Uni<Void>> apply) {
    this.apply = apply;
    this.loop = new PassLoop(name, vertx, this::pass);
  }

  /** Completes when the channel may give its next batch, which is not when this one is applied. */
  public Uni<Void> add(Message<ConsumerRecords<String, byte[]>> batch) {
    CompletionStage<Void> next = put(batch);
    loop.wake();
    return Uni.createFrom().completionStage(next);
  }

  private synchronized CompletionStage<Void> put(Message<ConsumerRecords<String, byte[]>> batch) {
    waiting.add(batch);
    records += batch.getPayload().count();
    if (records >= ENOUGH && room.isDone()) {
      room = new CompletableFuture<>();
    }
    return room;
  }

  private Uni<Integer> pass() {
    List<Message<ConsumerRecords<String, byte[]>>> batches = take();
    if (batches.isEmpty()) {
      return Uni.createFrom().item(0);
    }
    List<ConsumerRecord<String, byte[]>> all = new ArrayList<>();
    batches.forEach(batch -> batch.getPayload().forEach(all::add));
    return apply
        .apply(all)
        .onItemOrFailure()
        .transformToUni((nothing, failure) -> settle(batches, failure))
        .replaceWith(all.size());
  }

  private List<Message<ConsumerRecords<String, byte[]>>> take() {
    List<Message<ConsumerRecords<String, byte[]>>> taken;
    CompletableFuture<Void> emptied;
    synchronized (this) {
      taken = waiting;
      waiting = new ArrayList<>();
      records = 0;
      emptied = room;
    }
    emptied.complete(null);
    return taken;
  }

  private static Uni<Void> settle(
      List<Message<ConsumerRecords<String, byte[]>>> batches, Throwable failure) {
    return Multi.createFrom()
        .iterable(batches)
        .onItem()
        .transformToUniAndConcatenate(
            batch ->
                Uni.createFrom()
                    .completionStage(() -> failure == null ? batch.ack() : batch.nack(failure)))
        .collect()
        .asList()
        .replaceWithVoid();
  }
}
