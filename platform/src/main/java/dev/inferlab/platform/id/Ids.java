package dev.inferlab.platform.id;

import java.util.UUID;

/**
 * Where identifiers come from. Injected, so that a test decides them (testkit has a countable one).
 */
@FunctionalInterface
public interface Ids {
  /** A new id: a version 7 UUID, so that ids sort roughly by the time of their making. */
  UUID next();
}
