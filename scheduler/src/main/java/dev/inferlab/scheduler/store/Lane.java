package dev.inferlab.scheduler.store;

import dev.inferlab.scheduler.job.Demand;
import dev.inferlab.scheduler.job.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.TreeMap;

/**
 * Jobs of one lane are equal for placement but for their age, so the heads of all lanes are all
 * that a pass must see, however long the queue is.
 */
final class Lane {

  private Lane() {}

  static long of(Request request) {
    Demand demand = request.demand();
    String all =
        String.join(
            "\n",
            request.owner(),
            Integer.toString(request.priority()),
            request.kind(),
            String.valueOf(demand.targetId()),
            demand.device(),
            Boolean.toString(demand.exclusive()),
            new TreeMap<>(demand.labels()).toString());
    try {
      byte[] hash =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return ByteBuffer.wrap(hash).getLong();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
