package dev.inferlab.agent.config;

/**
 * A setting that the agent cannot start with; the message names the setting and says what it takes.
 */
public final class InvalidConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public InvalidConfigException(String message) {
    super(message);
  }
}
