package dev.inferlab.openvino;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** After each test class: what it opened is closed. Registered for all of them. */
public final class ResourceBalance implements BeforeAllCallback, AfterAllCallback {

  private static final Namespace NAMESPACE = Namespace.create(ResourceBalance.class);

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

  private static Map<String, Long> open() {
    Map<String, Long> open = new LinkedHashMap<>();
    // Leaks that a test makes on purpose are counted as such, and only those.
    OpenVino.resources()
        .forEach(count -> open.put(count.type(), count.opened() - count.closed() - count.leaked()));
    return open;
  }
}
