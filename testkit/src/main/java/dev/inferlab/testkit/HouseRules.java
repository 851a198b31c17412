package dev.inferlab.testkit;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The module law of {@code docs/architecture.md} and the house rules of {@code CONTRIBUTING.md},
 * checked on the compiled classes of one module. {@code end-to-end} checks all of them; a module
 * that wants to know at once has a test of its own:
 *
 * <pre>{@code
 * class HouseRulesTest {
 *   @Test
 *   void hold() {
 *     HouseRules.module("scheduler").pure("dev.inferlab.scheduler.job").check();
 *   }
 * }
 * }</pre>
 */
public final class HouseRules {
  /** All modules that have main code, by their folders' names. */
  public static Set<String> modules() {
    return PACKAGES.keySet();
  }

  /** Module -> package. */
  private static final Map<String, String> PACKAGES =
      Map.ofEntries(
          Map.entry("proto", "dev.inferlab.proto"),
          Map.entry("openvino", "dev.inferlab.openvino"),
          Map.entry("model-ir", "dev.inferlab.modelir"),
          Map.entry("vision", "dev.inferlab.vision"),
          Map.entry("platform", "dev.inferlab.platform"),
          Map.entry("api-gateway", "dev.inferlab.gateway"),
          Map.entry("scheduler", "dev.inferlab.scheduler"),
          Map.entry("worker-agent", "dev.inferlab.agent"),
          Map.entry("calibration-service", "dev.inferlab.calibration"),
          Map.entry("accuracy-service", "dev.inferlab.accuracy"),
          Map.entry("local", "dev.inferlab.local"),
          Map.entry("testkit", "dev.inferlab.testkit"),
          Map.entry("benchmarks", "dev.inferlab.benchmarks"));

  /**
   * Module -> modules that its main code may use. THINK HARD about the layering before adding one.
   */
  private static final Map<String, Set<String>> LAW =
      Map.ofEntries(
          Map.entry("proto", Set.of()),
          Map.entry("openvino", Set.of()),
          Map.entry("model-ir", Set.of()),
          Map.entry("vision", Set.of("openvino")),
          Map.entry("platform", Set.of("proto")),
          Map.entry("api-gateway", Set.of("platform", "proto", "model-ir", "vision")),
          Map.entry("scheduler", Set.of("platform", "proto")),
          Map.entry("worker-agent", Set.of("proto", "openvino", "model-ir", "vision")),
          Map.entry("calibration-service", Set.of("platform", "proto", "model-ir")),
          Map.entry("accuracy-service", Set.of("platform", "proto", "vision")),
          Map.entry("local", Set.of("platform")),
          Map.entry("testkit", Set.of("local", "proto")),
          Map.entry("benchmarks", PACKAGES.keySet()));

  private static final DescribedPredicate<JavaClass> EMPTY_NAME =
      DescribedPredicate.describe(
          "have a name that says nothing (Util, Manager, Helper, Impl)",
          each -> each.getSimpleName().matches(".*(Utils?|Manager|Helper|Impl)"));

  private static final Set<Class<?>> TIME_TYPES =
      Set.of(
          Instant.class,
          LocalDate.class,
          LocalDateTime.class,
          OffsetDateTime.class,
          ZonedDateTime.class);

  private final String module;
  private final String root;
  private final Set<String> exceptions = new HashSet<>();
  private final List<String> purePackages = new ArrayList<>();
  private boolean cyclesAllowed;

  private HouseRules(String module) {
    this.module = module;
    root = PACKAGES.get(module);
    if (root == null) {
      throw new IllegalArgumentException("The module law does not know a module " + module);
    }
  }

  /**
   * @param module its folder's name, e.g. "api-gateway"
   */
  public static HouseRules module(String module) {
    return new HouseRules(module);
  }

  /**
   * A class that may break the rules on names and on time.
   *
   * @param className full name; its nested classes are meant too
   * @param reason for the reader; must not be empty
   */
  public HouseRules except(String className, String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("An exception needs a reason: " + className);
    }
    exceptions.add(className);
    return this;
  }

  /**
   * Of a module whose feature packages know each other both ways.
   *
   * @param reason for the reader; must not be empty
   */
  public HouseRules exceptCycles(String reason) {
    if (reason.isBlank()) {
      throw new IllegalArgumentException("An exception needs a reason");
    }
    cyclesAllowed = true;
    return this;
  }

  /**
   * Packages (with those below them) that only decide: no framework, no database, no network, no
   * files in them.
   */
  public HouseRules pure(String... packages) {
    purePackages.addAll(List.of(packages));
    return this;
  }

  /** Checks {@code target/classes} of the module in whose folder this runs, as Maven does. */
  public void check() {
    check(Path.of("target", "classes"));
  }

  /**
   * @param compiled the module's folder of compiled classes
   */
  public void check(Path compiled) {
    List<String> broken = violations(compiled);
    if (!broken.isEmpty()) {
      throw new AssertionError(
          "Module %s breaks %d house rules:%n%n%s"
              .formatted(module, broken.size(), String.join("\n\n", broken)));
    }
  }

  List<String> violations(Path compiled) {
    // Rules look at names only: there is no need to read the libraries' classes.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    JavaClasses classes = new ClassFileImporter().importPath(compiled);
    return rules()
        .map(rule -> rule.allowEmptyShould(true).evaluate(classes))
        .filter(EvaluationResult::hasViolation)
        .map(result -> result.getFailureReport().toString())
        .toList();
  }

  private Stream<ArchRule> rules() {
    return Stream.of(
            Stream.of(ownPackage(), law(), inside(), names(), time(), noSleep()),
            cyclesAllowed ? Stream.<ArchRule>of() : Stream.of(features()),
            purePackages.stream().map(HouseRules::purity))
        .flatMap(rules -> rules);
  }

  private ArchRule ownPackage() {
    return classes()
        .should()
        .resideInAPackage(root + "..")
        .as("Classes are in the module's package");
  }

  private ArchRule law() {
    String[] allowed =
        Stream.concat(LAW.get(module).stream().map(PACKAGES::get), Stream.of(root))
            .map(each -> each + "..")
            .toArray(String[]::new);
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.inferlab..").and(not(resideInAnyPackage(allowed))))
        .as("Module law: %s uses only %s".formatted(module, LAW.get(module)));
  }

  /** What a module keeps in a package "internal" is nobody else's. */
  private ArchRule inside() {
    return noClasses()
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.inferlab..internal..").and(not(resideInAPackage(root + ".."))))
        .as("The inside of a module is its own");
  }

  private ArchRule names() {
    return noClasses().that(not(excepted())).should(be(EMPTY_NAME));
  }

  private ArchRule time() {
    return noClasses()
        .that(not(excepted()))
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "asks the machine for the time (inject an InstantSource)",
                HouseRules::asksForTime));
  }

  // Calls and method references alike; now(clock) is fine.
  private static boolean asksForTime(JavaAccess<?> access) {
    String owner = access.getTargetOwner().getName();
    if (owner.equals(System.class.getName())) {
      return access.getName().equals("currentTimeMillis");
    }
    return access.getName().equals("now")
        && TIME_TYPES.stream().anyMatch(type -> type.getName().equals(owner))
        && access.getTarget() instanceof CodeUnitAccessTarget target
        && target.getRawParameterTypes().isEmpty();
  }

  private ArchRule noSleep() {
    return noClasses()
        .that(not(excepted()))
        .should()
        .accessTargetWhere(
            DescribedPredicate.describe(
                "sleeps (wait for the condition instead)",
                access ->
                    access.getName().equals("sleep")
                        && (access.getTargetOwner().isEquivalentTo(Thread.class)
                            || access.getTargetOwner().isEquivalentTo(TimeUnit.class))));
  }

  private ArchRule features() {
    return slices()
        .matching(root + ".(*)..")
        .should()
        .beFreeOfCycles()
        .as("Feature packages of %s have no cycles".formatted(module));
  }

  private static ArchRule purity(String name) {
    return noClasses()
        .that()
        .resideInAPackage(name + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "jakarta..",
            "io.quarkus..",
            "io.smallrye..",
            "io.vertx..",
            "io.grpc..",
            "io.micrometer..",
            "org.hibernate..",
            "org.apache.kafka..",
            "org.eclipse.microprofile..",
            "java.sql..",
            "java.io..",
            "java.net..",
            "java.nio..")
        .as(name + " only decides");
  }

  private DescribedPredicate<JavaClass> excepted() {
    return DescribedPredicate.describe(
        "are excepted by name",
        each ->
            exceptions.stream()
                .anyMatch(
                    name -> each.getName().equals(name) || each.getName().startsWith(name + "$")));
  }
}
