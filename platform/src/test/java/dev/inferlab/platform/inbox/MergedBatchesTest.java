package dev.inferlab.platform.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MergedBatchesTest {
  private static final TopicPartition PARTITION = new TopicPartition("numbers", 0);

  /** A transaction that the test lets end. */
  private record Transaction(List<Long> offsets, CompletableFuture<Void> end) {}

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Transaction> transactions = new LinkedBlockingQueue<>();
  private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
  private final MergedBatches batches = new MergedBatches("Test", vertx, this::apply);

  private Uni<Void> apply(List<ConsumerRecord<String, byte[]>> records) {
    Transaction transaction =
        new Transaction(
            records.stream().map(ConsumerRecord::offset).toList(), new CompletableFuture<>());
    transactions.add(transaction);
    return Uni.createFrom().completionStage(transaction.end());
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void whatArrivesDuringATransactionIsAppliedTogetherByTheNext() throws Exception {
    CompletableFuture<Void> first = add(0, 1);
    Transaction alone = next();
    CompletableFuture<Void> second = add(1, 2);
    CompletableFuture<Void> third = add(3, 1);

    assertThat(alone.offsets()).containsExactly(0L);
    assertThat(List.of(first, second, third)).allMatch(CompletableFuture::isDone);
    assertThat(answers).isEmpty();

    alone.end().complete(null);
    Transaction together = next();
    assertThat(together.offsets()).containsExactly(1L, 2L, 3L);
    assertThat(answer()).isEqualTo("ack 0");
    assertThat(answers).isEmpty();

    together.end().complete(null);
    assertThat(List.of(answer(), answer())).containsExactly("ack 1", "ack 3");
    assertThat(transactions).isEmpty();
  }

  @Test
  void theChannelRestsWhileEnoughIsWaiting() throws Exception {
    add(0, 1);
    Transaction running = next();
    CompletableFuture<Void> some = add(1, 999);
    CompletableFuture<Void> enough = add(1_000, 1);

    assertThat(some).isDone();
    assertThat(enough).isNotDone();

    running.end().complete(null);
    assertThat(next().offsets()).hasSize(1_000);
    enough.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aFailureIsThatOfItsBatchesAlone() throws Exception {
    add(0, 1);
    Transaction failing = next();
    add(1, 1);
    failing.end().completeExceptionally(new IllegalStateException("broken"));

    assertThat(answer()).isEqualTo("nack 0: broken");
    next().end().complete(null);
    assertThat(answer()).isEqualTo("ack 1");
  }

  private CompletableFuture<Void> add(long offset, int count) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    IntStream.range(0, count)
        .forEach(i -> records.add(new ConsumerRecord<>("numbers", 0, offset + i, "", new byte[0])));
    Map<TopicPartition, List<ConsumerRecord<String, byte[]>>> byPartition = new LinkedHashMap<>();
    byPartition.put(PARTITION, records);
    ConsumerRecords<String, byte[]> batch = new ConsumerRecords<>(byPartition, Map.of());
    return batches
        .add(
            Message.of(
                batch,
                () -> answered("ack " + offset),
                failure -> answered("nack " + offset + ": " + failure.getMessage())))
        .subscribeAsCompletionStage();
  }

  private CompletableFuture<Void> answered(String answer) {
    answers.add(answer);
    return CompletableFuture.completedFuture(null);
  }

  private Transaction next() throws InterruptedException {
    Transaction transaction = transactions.poll(10, TimeUnit.SECONDS);
    assertThat(transaction).isNotNull();
    return transaction;
  }

  private String answer() throws InterruptedException {
    return answers.poll(10, TimeUnit.SECONDS);
  }
}
