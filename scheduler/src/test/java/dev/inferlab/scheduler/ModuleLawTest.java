package dev.inferlab.scheduler;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** What decides stays free of everything that runs. */
class ModuleLawTest {

  private static final JavaClasses SCHEDULER =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.inferlab.scheduler");

  @Test
  void jobRulesKnowNothingButJobs() {
    classes()
        .that()
        .resideInAPackage("dev.inferlab.scheduler.job")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "com.google.protobuf", "dev.inferlab.proto..", "dev.inferlab.scheduler.job")
        .check(SCHEDULER);
  }

  @Test
  void placementKnowsNothingButJobsAndTargets() {
    classes()
        .that()
        .resideInAPackage("dev.inferlab.scheduler.placement")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "java..", "dev.inferlab.scheduler.job", "dev.inferlab.scheduler.placement")
        .check(SCHEDULER);
  }
}
