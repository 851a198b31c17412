package dev.inferlab.platform.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.inferlab.platform.inbox.Inbox;
import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.Infra;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.Test;

@QuarkusTest
@WithTestResource(InfraResource.class)
class TopicCreationTest {
  private static final ConfigResource TOPIC =
      new ConfigResource(ConfigResource.Type.TOPIC, "inferlab.effects.v1");

  @Test
  void theInboxRemembersAMessageForLongerThanKafkaKeepsIt() throws Exception {
    Map<String, Object> kafka =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, Infra.shared().bootstrapServers());
    try (Admin admin = Admin.create(kafka)) {
      Config config =
          admin.describeConfigs(List.of(TOPIC)).all().get(30, TimeUnit.SECONDS).get(TOPIC);

      assertThat(millis(config, "retention.ms").plus(millis(config, "segment.ms")))
          .isLessThan(Inbox.MEMORY);
    }
  }

  private static Duration millis(Config config, String name) {
    return Duration.ofMillis(Long.parseLong(config.get(name).value()));
  }
}
