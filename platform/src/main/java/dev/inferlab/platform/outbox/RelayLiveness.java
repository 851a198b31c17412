package dev.inferlab.platform.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Liveness;

/** Down only if the relay's thread has died, which nothing but a restart cures. */
@Liveness
@ApplicationScoped
class RelayLiveness implements HealthCheck {
  private final RelayOfThisProcess relay;

  RelayLiveness(RelayOfThisProcess relay) {
    this.relay = relay;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("outbox relay").status(relay.isSound()).build();
  }
}
