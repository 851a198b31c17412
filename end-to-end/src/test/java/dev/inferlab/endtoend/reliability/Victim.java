package dev.inferlab.endtoend.reliability;

/** What is killed. */
enum Victim {
  SCHEDULER("scheduler", 3),
  GATEWAY("gateway", 3),
  AGENT("agent", 3),
  SECOND_AGENT("agent-2", 3),
  EXECUTOR("", 4),
  KAFKA("kafka", 2),
  POSTGRES("postgres", 2);

  private final String process;
  private final int weight;

  Victim(String process, int weight) {
    this.process = process;
    this.weight = weight;
  }

  /** The supervisor's name of it; empty for an executor, which an agent started. */
  String process() {
    return process;
  }

  int weight() {
    return weight;
  }
}
