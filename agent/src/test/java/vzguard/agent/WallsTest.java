package vzguard.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The core stays pure: what decides does not look, write, wait or know the time. */
class WallsTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("vzguard.agent");

    @Test
    void modelPlanGuardAndWireDoNoInputOrOutput() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..agent.boot..",
                        "..agent.dialect..",
                        "..agent.model..",
                        "..agent.plan..",
                        "..agent.guard..",
                        "..agent.wire..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "java.io..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.net..",
                        "java.util.concurrent..",
                        "..agent.exec..")
                .check(CLASSES);
    }

    @Test
    void modelPlanAndGuardDoNotKnowTheTime() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..agent.boot..", "..agent.dialect..", "..agent.model..", "..agent.plan..", "..agent.guard..")
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.time.Clock")
                .orShould()
                .callMethod(java.time.Instant.class, "now")
                .orShould()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .check(CLASSES);
    }

    @Test
    void theAgentsCoreKnowsNoWire() {
        noClasses()
                .that()
                .resideInAnyPackage(
                        "..agent.dialect..",
                        "..agent.model..",
                        "..agent.plan..",
                        "..agent.guard..",
                        "..agent.observe..",
                        "..agent.apply..",
                        "..agent.tools..",
                        "..agent.exec..",
                        "..agent.journal..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("vzguard.v1..", "io.grpc..", "com.google.protobuf..")
                .check(CLASSES);
    }
}
