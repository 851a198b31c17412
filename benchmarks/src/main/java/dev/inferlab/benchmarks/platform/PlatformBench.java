package dev.inferlab.benchmarks.platform;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code ./inferlab bench platform}. Ours and the peer take turns on one PostgreSQL, each idle
 * while the other is measured; everything, this program too, shares the machine.
 */
public final class PlatformBench {
  private static final int SUBMITS_PER_SECOND = 100;
  // Until the compilers of five processes have done their work, which takes minutes on two cores:
  // with less, half of what is measured is the compiling.
  private static final int WARM_UP_JOBS = 10_000;
  private static final int WARM_UP_BACKLOGS = 6;
  private static final Duration WARM_UP = Duration.ofMinutes(4);

  private final Options options;
  private final Lab lab;
  private final InstantSource clock;
  private final Progress progress;
  private final List<Figure> figures = new ArrayList<>();

  private PlatformBench(Options options, Lab lab, InstantSource clock, Progress progress) {
    this.options = options;
    this.lab = lab;
    this.clock = clock;
    this.progress = progress;
  }

  public static void main(String[] arguments) {
    Options options;
    try {
      if (List.of(arguments).contains("--help")) {
        System.out.print(Options.HELP);
        System.exit(0);
      }
      options = Options.parse(List.of(arguments));
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n\n" + Options.HELP);
      System.exit(2);
      return;
    }
    Progress progress = Progress.begin();
    int exit = 1;
    try {
      exit = run(options, progress).met() ? 0 : 1;
    } catch (Throwable e) {
      progress.failed(e);
    }
    progress.end();
    System.exit(exit);
  }

  private static Report run(Options options, Progress progress) throws Exception {
    progress.say("starting an Inferlab of its own");
    try (Lab lab = Lab.start(System.getenv())) {
      Report report = new PlatformBench(options, lab, InstantSource.system(), progress).measure();
      report.print(System.out);
      if (options.json().isPresent()) {
        report.write(options.json().get());
      }
      return report;
    }
  }

  private Report measure() throws Exception {
    requireDurable();
    LabClient client = new LabClient(lab.gateway());
    progress.say("importing the model");
    BenchModel model = BenchModel.find(System.getenv());
    String modelId = client.importModel(List.of(model.file()));
    try (NoopLab ours = new NoopLab(lab, client, modelId, clock, progress);
        PeerQueue peer = new PeerQueue(lab.jdbcUrl(), lab.user(), lab.password(), clock)) {
      warmUp(ours, peer);
      backlogs(ours, peer);
      steady(ours, peer);
      ours.requireEachOnce();
    }
    idle();
    progress.say("inference on an agent and bare, in turns");
    new BareComparison(lab, client, modelId, progress).measure(options.rounds(), figures);
    return new Report("platform", "db-scheduler", figures, environment());
  }

  private void warmUp(NoopLab ours, PeerQueue peer) throws Exception {
    progress.say("warming up: %d x %,d jobs of each".formatted(WARM_UP_BACKLOGS, WARM_UP_JOBS));
    for (int i = 1; i <= WARM_UP_BACKLOGS; i++) {
      ours.backlog(WARM_UP_JOBS);
      peer.enqueue("warm-backlog-" + i + "-", WARM_UP_JOBS);
      peer.workOff(WARM_UP_JOBS);
    }
    progress.say(
        "warming up: %d submits/s for %d s".formatted(SUBMITS_PER_SECOND, WARM_UP.toSeconds()));
    SteadyLoad load = new SteadyLoad(SUBMITS_PER_SECOND, WARM_UP);
    ours.steady(load);
    peer.steady("warm-steady-", load, new Latencies(), new Latencies());
  }

  private void backlogs(NoopLab ours, PeerQueue peer) throws Exception {
    List<Double> submitted = new ArrayList<>();
    List<Double> workedOff = new ArrayList<>();
    List<Double> peerSubmitted = new ArrayList<>();
    List<Double> peerWorkedOff = new ArrayList<>();
    for (int round = 1; round <= options.rounds(); round++) {
      Work work = Work.begin(lab);
      NoopLab.Backlog backlog = ours.backlog(options.jobs());
      progress.say("a backlog's " + work.perJob(options.jobs()));
      submitted.add(backlog.submitted());
      workedOff.add(backlog.workedOff());
      peerSubmitted.add(peer.enqueue("backlog-" + round + "-", options.jobs()));
      peerWorkedOff.add(peer.workOff(options.jobs()));
      progress.say(
          "backlog, round %d: %,.0f jobs/s worked off; db-scheduler %,.0f"
              .formatted(round, backlog.workedOff(), peerWorkedOff.getLast()));
    }
    figures.add(
        Figure.goal(
            "work-off rate",
            "jobs/s",
            Median.of(workedOff),
            Median.of(peerWorkedOff),
            Goal.atLeast(1_500)));
    figures.add(
        Figure.info(
            "submit rate, 100 a request",
            "jobs/s",
            Median.of(submitted),
            Median.of(peerSubmitted)));
  }

  private void steady(NoopLab ours, PeerQueue peer) throws Exception {
    SteadyLoad load = new SteadyLoad(SUBMITS_PER_SECOND, options.steady());
    Latencies submit = new Latencies();
    Latencies dispatch = new Latencies();
    Latencies end = new Latencies();
    Latencies peerSubmit = new Latencies();
    Latencies peerDispatch = new Latencies();
    for (int round = 1; round <= options.rounds(); round++) {
      Work work = Work.begin(lab);
      NoopLab.Steady run = ours.steady(load);
      progress.say(
          "at %d submits/s, %s"
              .formatted(
                  SUBMITS_PER_SECOND,
                  work.perJob(SUBMITS_PER_SECOND * (int) options.steady().toSeconds())));
      submit.add(run.submit());
      dispatch.add(run.dispatch());
      end.add(run.end());
      peer.steady("steady-" + round + "-", load, peerSubmit, peerDispatch);
      progress.say(
          "100 submits/s, round %d: submit p50 %.1f ms, p99 %.1f ms; dispatch p50 %.1f ms, p99 %.1f ms"
              .formatted(
                  round,
                  run.submit().millis(50),
                  run.submit().millis(99),
                  run.dispatch().millis(50),
                  run.dispatch().millis(99)));
    }
    figures.add(Figure.info("submit p50 at 100/s", "ms", submit.millis(50), peerSubmit.millis(50)));
    figures.add(
        Figure.goal(
            "submit p99 at 100/s",
            "ms",
            submit.millis(99),
            peerSubmit.millis(99),
            Goal.atMost(25)));
    figures.add(
        Figure.goal(
            "dispatch p50 at 100/s",
            "ms",
            dispatch.millis(50),
            peerDispatch.millis(50),
            Goal.atMost(8)));
    figures.add(
        Figure.goal(
            "dispatch p99 at 100/s",
            "ms",
            dispatch.millis(99),
            peerDispatch.millis(99),
            Goal.atMost(40)));
    figures.add(
        Figure.info("dispatch max at 100/s", "ms", dispatch.maxMillis(), peerDispatch.maxMillis()));
    figures.add(Figure.info("submit to SUCCEEDED event p50", "ms", end.millis(50)));
    figures.add(Figure.info("submit to SUCCEEDED event p99", "ms", end.millis(99)));
  }

  private void idle() throws InterruptedException {
    progress.say("idle for " + options.idle().toSeconds() + " s");
    Map<String, ProcessMeter> meters = new LinkedHashMap<>();
    meters.put("gateway and scheduler", lab.meter("gateway", "scheduler"));
    meters.put("PostgreSQL", lab.meter("postgres"));
    meters.put("Kafka", lab.meter("kafka"));
    meters.put("agent with its executor", lab.meter("agent"));
    Map<String, Double> before = new LinkedHashMap<>();
    meters.forEach((name, meter) -> before.put(name, meter.cpuSeconds()));
    Thread.sleep(options.idle());
    meters.forEach(
        (name, meter) -> {
          double share = (meter.cpuSeconds() - before.get(name)) / options.idle().toSeconds() * 100;
          figures.add(Figure.info("idle: " + name, "% of a core", share));
        });
    meters.forEach(
        (name, meter) ->
            figures.add(Figure.info("memory: " + name, "MiB PSS", meter.residentMebibytes())));
  }

  /** What makes the figures comparable; a run without it says nothing. */
  private void requireDurable() throws Exception {
    for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
      String value = lab.databaseSetting(setting);
      if (!value.equals("on")) {
        throw new IllegalStateException(setting + " is " + value + ": commits are not durable");
      }
    }
  }

  private Map<String, String> environment() throws Exception {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("processor", cpu());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("java", System.getProperty("java.vm.version"));
    facts.put("postgresql", lab.databaseSetting("server_version"));
    facts.put("durability", "fsync, synchronous_commit and full_page_writes are on");
    facts.put(
        "at once",
        "gateway, scheduler, Kafka, PostgreSQL, an agent and this program on one machine");
    facts.put("agents", NoopLab.AGENTS + " over gRPC, " + NoopLab.SLOTS + " slots each");
    facts.put("peer", "in this process, 20 threads, lock-and-fetch, immediate execution");
    facts.put(
        "dispatch",
        "from the commit as PostgreSQL recorded it; peer: from the return of schedule()");
    facts.put(
        "size",
        "%,d jobs a backlog, %d rounds, %d s at 100 submits/s"
            .formatted(options.jobs(), options.rounds(), options.steady().toSeconds()));
    return facts;
  }

  private static String cpu() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip())
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }
}
