package dev.inferlab.platform.id;

import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.InstantSource;

/**
 * The real clock and the real ids. Both are default beans: a test (or a service) that has its own
 * puts them aside.
 */
@ApplicationScoped
class ClockAndIds {
  @Produces
  @Singleton
  @DefaultBean
  InstantSource clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  @DefaultBean
  Ids ids(InstantSource clock) {
    return new TimeOrderedIds(clock, new SecureRandom());
  }
}
