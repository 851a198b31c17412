package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** After each test class: what it opened is closed. Registered for all of them. */
public final class ResourceBalance implements BeforeAllCallback, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(ResourceBalance.class);
  private static final Map<String, Long> ON_PURPOSE = new ConcurrentHashMap<>();

  @Override
  public void beforeAll(ExtensionContext context) {
    context.getStore(NAMESPACE).put("open", open());
  }

  @Override
  public void afterAll(ExtensionContext context) {
    assertThat(open())
        .as("native objects that are open after " + context.getDisplayName())
        .isEqualTo(context.getStore(NAMESPACE).get("open"));
  }

  /** By a test that forgets an object on purpose; the others may not. */
  static void forgotten(String type) {
    ON_PURPOSE.merge(type, 1L, Long::sum);
  }

  /** Those that were never closed are in it, whether the garbage collector noticed them or not. */
  private static Map<String, Long> open() {
    Map<String, Long> open = new LinkedHashMap<>();
    OpenVino.resources()
        .forEach(
            count ->
                open.put(
                    count.type(),
                    count.opened() - count.closed() - ON_PURPOSE.getOrDefault(count.type(), 0L)));
    return open;
  }
}
