package dev.inferlab.gateway.testing;

import dev.inferlab.testkit.InfraResource;
import dev.inferlab.testkit.infra.InfraProcess;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/** {@link InfraResource} with a Kafka that a test may kill. */
public final class OwnKafka implements QuarkusTestResourceLifecycleManager {
  private InfraProcess kafka;

  @Override
  public Map<String, String> start() {
    Map<String, String> configuration = new HashMap<>(new InfraResource().start());
    kafka = InfraProcess.startKafka();
    configuration.put("kafka.bootstrap.servers", kafka.bootstrapServers());
    return configuration;
  }

  @Override
  public void inject(TestInjector testInjector) {
    testInjector.injectIntoFields(
        kafka, field -> field.getType().getName().equals(InfraProcess.class.getName()));
  }

  @Override
  public void stop() {
    kafka.close();
  }
}
