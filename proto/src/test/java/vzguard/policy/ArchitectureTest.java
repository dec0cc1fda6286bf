package vzguard.policy;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The contract's types are pure: what they say depends on their arguments alone. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("vzguard.policy", "vzguard.values");

    @Test
    void noFilesNetworkDatabaseOrThreads() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                                "java.io..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.net..",
                                "java.sql..",
                                "java.util.concurrent..",
                                "java.util.logging..",
                                "io.grpc..")
                        .and(not(belongToAnyOf(InetAddress.class, Inet4Address.class, UnknownHostException.class))))
                .orShould()
                .dependOnClassesThat(belongToAnyOf(Thread.class, ProcessBuilder.class, Runtime.class, Clock.class))
                .check(CLASSES);
    }

    @Test
    void noNameIsLookedUp() {
        noClasses()
                .should()
                .callMethod(InetAddress.class, "getByName", String.class)
                .orShould()
                .callMethod(InetAddress.class, "getAllByName", String.class)
                .orShould()
                .callMethod(InetAddress.class, "getHostName")
                .orShould()
                .callMethod(InetAddress.class, "getCanonicalHostName")
                .check(CLASSES);
    }

    @Test
    void noClockAndNoChance() {
        noClasses()
                .should()
                .callMethod(System.class, "currentTimeMillis")
                .orShould()
                .callMethod(System.class, "nanoTime")
                .orShould()
                .callMethod(Instant.class, "now")
                .orShould()
                .dependOnClassesThat(belongToAnyOf(java.util.Random.class, java.security.SecureRandom.class))
                .check(CLASSES);
    }

    @Test
    void onlyTheWireSeesMessages() {
        noClasses()
                .that()
                .haveSimpleNameNotContaining("Wire")
                .should()
                .dependOnClassesThat(resideInAPackage("vzguard.v1"))
                .check(CLASSES);
    }

    @Test
    void valuesStandAlone() {
        noClasses()
                .that()
                .resideInAPackage("vzguard.values")
                .should()
                .dependOnClassesThat(resideInAnyPackage("vzguard.policy", "org.snakeyaml.."))
                .check(CLASSES);
    }
}
