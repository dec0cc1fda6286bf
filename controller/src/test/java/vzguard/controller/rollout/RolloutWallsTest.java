package vzguard.controller.rollout;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The rollout and the choice of targets are pure: what they need is given to them. */
class RolloutWallsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("vzguard.controller.rollout", "vzguard.controller.inventory");

    @Test
    void theRolloutKnowsOnlyPoliciesAndValues() {
        classes()
                .that()
                .resideInAPackage("vzguard.controller.rollout..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "vzguard.controller.rollout..",
                        "vzguard.policy..",
                        "vzguard.values..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.time..",
                        "java.util",
                        "java.util.function..",
                        "java.util.regex..",
                        "java.util.stream..")
                .check(CLASSES);
    }

    @Test
    void targetListsAreMadeOfRecordsAndPoliciesAlone() {
        classes()
                .that()
                .haveNameMatching(".*\\.inventory\\.(TargetList|HostEntry)(\\$.*)?")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "vzguard.controller.inventory..",
                        "vzguard.controller.rollout..",
                        "vzguard.policy..",
                        "vzguard.values..",
                        "org.jspecify..",
                        "java.lang..",
                        "java.util..")
                .check(CLASSES);
    }

    @Test
    void timeAndChanceAreArguments() {
        for (Class<?> clock :
                List.of(Instant.class, LocalDate.class, LocalTime.class, LocalDateTime.class, ZonedDateTime.class)) {
            noClasses()
                    .that()
                    .resideInAPackage("vzguard.controller.rollout..")
                    .should()
                    .callMethod(clock, "now")
                    .check(CLASSES);
        }
        noClasses()
                .that()
                .resideInAPackage("vzguard.controller.rollout..")
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(Clock.class, Random.class, UUID.class, Thread.class, ThreadLocal.class)
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }
}
