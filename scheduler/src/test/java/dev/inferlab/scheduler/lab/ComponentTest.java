package dev.inferlab.scheduler.lab;

import dev.inferlab.proto.agent.v1.Hello;
import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.WithTestResource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A scheduler with real PostgreSQL and Kafka, and agents that come and go with the test. */
@WithTestResource(InfraResource.class)
@WithTestResource(AgentPort.class)
public abstract class ComponentTest {

  protected Lab lab;
  private final List<FakeAgent> agents = new ArrayList<>();

  @BeforeEach
  void openLab() {
    lab = new Lab(config("kafka.bootstrap.servers", String.class));
  }

  @AfterEach
  void closeLab() throws InterruptedException {
    agents.forEach(FakeAgent::goodbye);
    agents.forEach(FakeAgent::close);
    lab.close();
  }

  protected static <T> T config(String key, Class<T> type) {
    return ConfigProvider.getConfig().getValue(key, type);
  }

  public static int port() {
    return config(AgentPort.KEY, Integer.class);
  }

  /** Every test has a kind of its own, so that no agent takes another test's jobs. */
  protected static String kind() {
    return "k-" + UUID.randomUUID();
  }

  protected FakeAgent eager(Hello.Builder hello) {
    return keep(FakeAgent.eager(port(), hello)).welcomed();
  }

  protected FakeAgent patient(Hello.Builder hello) {
    return keep(FakeAgent.patient(port(), hello)).welcomed();
  }

  protected FakeAgent keep(FakeAgent agent) {
    agents.add(agent);
    return agent;
  }
}
