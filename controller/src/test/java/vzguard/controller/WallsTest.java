package vzguard.controller;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import vzguard.controller.core.Alarm;
import vzguard.controller.core.EventLoop;
import vzguard.controller.core.Transaction;

/** Which package may know what. The pure rollout has walls of its own, in its package. */
class WallsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("vzguard.controller");

    /** What decides or words things, and is given all that it needs. */
    private static final String PURE = "vzguard\\.controller\\.(rollout|inventory)\\..*"
            + "|vzguard\\.controller\\.policy\\.(Assessment|LineDiff|Revision)(\\$.*)?"
            + "|vzguard\\.controller\\.dispatch\\.(JobOffers|JobResults)(\\$.*)?"
            + "|vzguard\\.controller\\.fleet\\.ReconnectPace(\\$.*)?"
            + "|vzguard\\.controller\\.operator\\.(BanAddresses|Near|Page|RolloutViews)(\\$.*)?";

    @Test
    void packagesKnowEachOtherInOneDirectionOnly() {
        SlicesRuleDefinition.slices()
                .matching("vzguard.controller.(*)..")
                .should()
                .beFreeOfCycles()
                .check(CLASSES);
    }

    @Test
    void whatIsPureTouchesNothingOutside() {
        noClasses()
                .that()
                .haveNameMatching(PURE)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.net..",
                        "java.sql..",
                        "java.util.concurrent..",
                        "io.grpc..",
                        "org.jdbi..",
                        "org.slf4j..",
                        "vzguard.controller.store..")
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(Alarm.class, EventLoop.class, Transaction.class)
                .check(CLASSES);
    }

    @Test
    void whatIsPureIsGivenTimeAndChance() {
        noClasses()
                .that()
                .haveNameMatching(PURE)
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Random.class, UUID.class, Thread.class)
                .check(CLASSES);
    }

    @Test
    void nobodyReadsTheTimeButFromAGivenClock() {
        for (Class<?> clock :
                List.of(Instant.class, LocalDate.class, LocalTime.class, LocalDateTime.class, ZonedDateTime.class)) {
            noClasses().should().callMethod(clock, "now").check(CLASSES);
        }
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void theStoreKnowsRowsAndNobody() {
        noClasses()
                .that()
                .resideInAPackage("vzguard.controller.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.grpc..", "com.google.protobuf..", "vzguard.v1..", "vzguard.policy..")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("vzguard.controller.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others("store"))
                .check(CLASSES);
    }

    @Test
    void onlyTheStoreKnowsWhichDatabaseItIs() {
        noClasses()
                .that()
                .resideOutsideOfPackage("vzguard.controller.store..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.sql..", "javax.sql..", "org.sqlite..", "org.flywaydb..")
                .check(CLASSES);
    }

    @Test
    void callsEndAtTheServices() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "vzguard.controller.audit..",
                        "vzguard.controller.core..",
                        "vzguard.controller.dispatch..",
                        "vzguard.controller.inventory..",
                        "vzguard.controller.policy..",
                        "vzguard.controller.rollout..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.grpc..")
                .check(CLASSES);
    }

    @Test
    void nobodyBelowKnowsTheOperatorsApi() {
        classes()
                .that()
                .resideInAPackage("vzguard.controller.operator..")
                .should()
                .onlyHaveDependentClassesThat()
                .resideInAnyPackage("vzguard.controller", "vzguard.controller.operator..")
                .check(CLASSES);
    }

    @Test
    void onlyTheLoopAndTheWiringHaveThreads() {
        noClasses()
                .that()
                .resideOutsideOfPackages("vzguard.controller", "vzguard.controller.core..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Executors.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class)
                .orShould()
                .callConstructor(Thread.class, Runnable.class, String.class)
                .check(CLASSES);
    }

    private static String[] others(String own) {
        return List.of(
                        "audit",
                        "core",
                        "dispatch",
                        "enrolment",
                        "fleet",
                        "identity",
                        "inventory",
                        "operator",
                        "policy",
                        "rollout",
                        "store")
                .stream()
                .filter(name -> !name.equals(own))
                .map(name -> "vzguard.controller." + name + "..")
                .toArray(String[]::new);
    }
}
