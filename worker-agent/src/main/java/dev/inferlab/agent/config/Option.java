package dev.inferlab.agent.config;

import java.util.Locale;

/** Every setting of the agent: one list that parsing and {@code --help} share. */
public enum Option {
  SCHEDULER("localhost:8082", "host:port of the scheduler's endpoint for agents"),
  NAME("", "name that people see; empty: this machine's host name"),
  STATE_FOLDER("", "cache, identity and logs; empty: $INFERLAB_HOME/agent, or ./.inferlab/agent"),
  LABELS("", "facts to place jobs by: key=value,key=value"),
  SLOTS("4", "jobs that share this machine: how many are taken at once"),
  EXECUTORS("0", "of those, how many run at the same time on one device; 0: as many as slots"),
  HTTP_HOST("127.0.0.1", "address of /health/live, /health/ready and /metrics"),
  HTTP_PORT(
      "8083",
      "port of /health/live, /health/ready and /metrics; 0: any free one, named in the log"),
  CACHE_LIMIT("20GiB", "disk space for cached models and datasets"),
  TLS("auto", "on, off, or auto: on if a CA or a certificate is given"),
  TLS_CA("", "PEM file with the authorities that may have signed the scheduler's certificate"),
  TLS_CERT("", "PEM file with this agent's certificate chain (mTLS)"),
  TLS_KEY("", "PEM file with its private key (PKCS#8)"),
  EXECUTOR_HEAP("512MiB", "Java heap of an executor; models live outside of it"),
  EXECUTOR_MEMORY_LIMIT(
      "0",
      "most resident memory of an executor; 0: 80 % of the machine's. All together may hold that, or this if it is more"),
  EXECUTOR_OUTPUT_LIMIT("64MiB", "what one attempt may print before it is stopped"),
  EXECUTOR_START_TIMEOUT("60s", "for an executor to come up"),
  EXECUTOR_HANG_TIMEOUT("30s", "an executor silent for so long is taken for hung"),
  EXECUTOR_LEAK_LIMIT("512MiB", "an idle executor that grew by more than this is replaced"),
  EXTRA_CLASSPATH("", "further job kinds: jars and folders for the executors' class path"),
  STOP_GRACE("10s", "for sharing jobs to finish after SIGTERM, before they are handed back"),
  LOG_LEVEL("INFO", "ERROR, WARN, INFO or DEBUG");

  private final String defaultText;
  private final String help;

  Option(String defaultText, String help) {
    this.defaultText = defaultText;
    this.help = help;
  }

  public String defaultText() {
    return defaultText;
  }

  public String help() {
    return help;
  }

  /** As on the command line: {@code --state-folder}. */
  public String flag() {
    return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** As in the environment: {@code INFERLAB_AGENT_STATE_FOLDER}. */
  public String variable() {
    return "INFERLAB_AGENT_" + name();
  }
}
