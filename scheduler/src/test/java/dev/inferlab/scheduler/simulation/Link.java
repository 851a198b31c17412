package dev.inferlab.scheduler.simulation;

import java.util.function.Consumer;

/**
 * One stream between an agent and a scheduler: in order while it holds; when it breaks, what is on
 * the way is lost, and each side learns of it at its own time, or not at all.
 */
final class Link {

  private final World world;
  private Consumer<Object> toScheduler = _ -> {};
  private Consumer<Object> toAgent = _ -> {};
  private Runnable schedulerClosed = () -> {};
  private Runnable agentClosed = () -> {};
  private long lastToScheduler;
  private long lastToAgent;
  private boolean broken;

  Link(World world) {
    this.world = world;
  }

  void agentSide(Consumer<Object> receive, Runnable closed) {
    toAgent = receive;
    agentClosed = closed;
  }

  void schedulerSide(Consumer<Object> receive, Runnable closed) {
    toScheduler = receive;
    schedulerClosed = closed;
  }

  void sendToScheduler(Object message) {
    lastToScheduler = deliver(lastToScheduler, () -> toScheduler.accept(message));
  }

  void sendToAgent(Object message) {
    lastToAgent = deliver(lastToAgent, () -> toAgent.accept(message));
  }

  private long deliver(long notBefore, Runnable receive) {
    long delay = world.strikes(0.01) ? world.between(100, 6_000) : world.between(0, 20);
    long at = Math.max(notBefore, world.millis() + delay);
    world.after(
        at - world.millis(),
        () -> {
          if (!broken) {
            receive.run();
          }
        });
    return at;
  }

  void cut() {
    if (!broken) {
      broken = true;
      world.after(world.between(0, 3_000), agentClosed);
      world.after(world.between(0, 12_000), schedulerClosed);
    }
  }
}
