package dev.inferlab.local;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Where each process of one machine's Inferlab listens on 127.0.0.1, all derived from one base
 * port.
 */
public record Ports(int base) {
  static final int DEFAULT_BASE = 8080;
  private static final int EXTRA_AGENTS_FROM = 7;
  private static final int HIGHEST_PORT = 65_535;

  public Ports {
    if (base < 1024 || base > HIGHEST_PORT - 32) {
      throw new SettingsException(
          "INFERLAB_PORT=" + base + " is not usable.", "Choose a port from 1024 to 65503.");
    }
  }

  /**
   * Ports that are free at this moment, for a lab beside others: by chance, so that labs that start
   * at once do not choose the same, and below those that systems give out themselves.
   */
  public static Ports free(int agents) {
    while (true) {
      Ports ports = new Ports(ThreadLocalRandom.current().nextInt(20_000, 32_000));
      if (ports.owners(agents).keySet().stream().allMatch(PortCheck::isFree)) {
        return ports;
      }
    }
  }

  public int gateway() {
    return base;
  }

  public int schedulerHttp() {
    return base + 1;
  }

  public int schedulerGrpc() {
    return base + 2;
  }

  /**
   * @param number of the agent, from 1
   */
  public int agentHttp(int number) {
    return number == 1 ? base + 3 : base + EXTRA_AGENTS_FROM + number - 2;
  }

  public int postgres() {
    return base + 4;
  }

  public int kafka() {
    return base + 5;
  }

  public int kafkaController() {
    return base + 6;
  }

  /** Every port with the name that a person knows its owner by. */
  Map<Integer, String> owners(int agents) {
    Map<Integer, String> owners = new LinkedHashMap<>();
    owners.put(gateway(), "API gateway");
    owners.put(schedulerHttp(), "scheduler");
    owners.put(schedulerGrpc(), "scheduler, for agents");
    for (int number = 1; number <= agents; number++) {
      owners.put(agentHttp(number), "agent");
    }
    owners.put(postgres(), "PostgreSQL");
    owners.put(kafka(), "Kafka");
    owners.put(kafkaController(), "Kafka's controller");
    return owners;
  }
}
