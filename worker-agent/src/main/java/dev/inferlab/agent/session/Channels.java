package dev.inferlab.agent.session;

import dev.inferlab.agent.config.InvalidConfigException;
import dev.inferlab.agent.config.TlsConfig;
import io.grpc.ChannelCredentials;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.TlsChannelCredentials;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Opens the one connection on which an agent does everything. */
public final class Channels {
  private static final int LARGEST_MESSAGE_BYTES =
      16 << 20; // an assignment may carry the parts of earlier attempts

  private Channels() {}

  /**
   * @throws InvalidConfigException if a certificate or key cannot be used
   */
  public static ManagedChannel open(String endpoint, TlsConfig tls) {
    return Grpc.newChannelBuilder(endpoint, credentials(tls))
        .maxInboundMessageSize(LARGEST_MESSAGE_BYTES)
        .idleTimeout(365, TimeUnit.DAYS)
        // A link that swallows everything ends no connection by itself; without pings every new
        // stream would go into the dead one. The scheduler permits one in 5 s.
        .keepAliveTime(10, TimeUnit.SECONDS)
        .keepAliveTimeout(5, TimeUnit.SECONDS)
        .disableRetry()
        .build();
  }

  private static ChannelCredentials credentials(TlsConfig tls) {
    if (!tls.enabled()) {
      return InsecureChannelCredentials.create();
    }
    TlsChannelCredentials.Builder builder = TlsChannelCredentials.newBuilder();
    try {
      if (tls.ca().isPresent()) {
        builder.trustManager(tls.ca().get().toFile());
      }
      if (tls.certificate().isPresent() && tls.key().isPresent()) {
        builder.keyManager(tls.certificate().get().toFile(), tls.key().get().toFile());
      }
    } catch (IOException | IllegalArgumentException e) {
      throw new InvalidConfigException(
          "The TLS files cannot be used ("
              + e.getMessage()
              + "). They must be PEM; the key PKCS#8, not encrypted.");
    }
    return builder.build();
  }
}
