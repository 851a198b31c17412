package dev.inferlab.platform.outbox;

import jakarta.enterprise.context.ApplicationScoped;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Shows trouble with Kafka, and stays UP in it: what is accepted now is durable in the outbox and
 * is published later, so taking the service out of rotation would only make things worse.
 */
@Readiness
@ApplicationScoped
class OutboxReadiness implements HealthCheck {
  private final OutboxLag lag;

  OutboxReadiness(OutboxLag lag) {
    this.lag = lag;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer =
        HealthCheckResponse.named("outbox").up().withData("lagMs", lag.age().toMillis());
    lag.trouble()
        .ifPresent(
            trouble ->
                answer
                    .withData("since", trouble.since().toString())
                    .withData("trouble", trouble.reason()));
    return answer.build();
  }
}
