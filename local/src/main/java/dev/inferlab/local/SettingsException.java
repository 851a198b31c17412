package dev.inferlab.local;

/**
 * Something that the person who runs {@code ./inferlab} can put right: what is wrong, and the
 * remedy.
 */
public final class SettingsException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  public SettingsException(String problem, String remedy) {
    super(problem);
    this.remedy = remedy;
  }

  public String remedy() {
    return remedy;
  }
}
