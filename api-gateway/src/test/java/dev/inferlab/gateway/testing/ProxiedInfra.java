package dev.inferlab.gateway.testing;

import dev.inferlab.testkit.InfraResource;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** {@link InfraResource} with a {@link TcpProxy} before PostgreSQL. */
public final class ProxiedInfra implements QuarkusTestResourceLifecycleManager {
  private static final String REACTIVE_URL = "quarkus.datasource.reactive.url";

  private TcpProxy proxy;

  @Override
  public Map<String, String> start() {
    Map<String, String> configuration = new HashMap<>(new InfraResource().start());
    URI url = URI.create(configuration.get(REACTIVE_URL));
    proxy = new TcpProxy(url.getHost(), url.getPort());
    configuration.put(
        REACTIVE_URL, "postgresql://127.0.0.1:%d%s".formatted(proxy.port(), url.getPath()));
    return configuration;
  }

  @Override
  public void inject(TestInjector testInjector) {
    testInjector.injectIntoFields(
        proxy, field -> field.getType().getName().equals(TcpProxy.class.getName()));
  }

  @Override
  public void stop() {
    proxy.close();
  }
}
