package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What comes to a fleet after its policy was rolled out is guarded with nobody typing anything; and the way back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EnforcementIT {
    @TempDir
    private Path folder;

    private Fleet fleet;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-enforcement", 1, 3);
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private Path policy(int hits) throws IOException {
        return Files.writeString(folder.resolve("guard.yaml"), """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: guard}
                spec:
                  selector: {hosts: "*"}
                  sshGuard: {placement: [ve], rule: fixed-ban, window: 60s, hits: %d, ban: 10m, allow: [192.0.2.0/24]}
                  rollout: {canary: 1, waves: [100%%], soak: 0s}
                  mode: enforce
                """.formatted(hits));
    }

    private void awaitSshd(String place) {
        await("sshd of " + place)
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.connect(place, "192.0.2.50", 1).get(0));
    }

    private String guard(String place) {
        return fleet.shell(place, "iptables -S INPUT; ip6tables -S INPUT");
    }

    /** As a container is moved to another host that is not one of ours: its private area and its configuration. */
    private void moveAway() {
        fleet.shell("hn1", "vzctl stop 103; mkdir -p /root/elsewhere");
        fleet.shell("hn1", "mv /vz/private/103 /root/elsewhere/area; mv /etc/vz/conf/103.conf /root/elsewhere/conf");
        await("it is gone")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(fleet.ves()).hasSize(2));
    }

    private void moveBack() {
        fleet.shell("hn1", "mv /root/elsewhere/area /vz/private/103; mv /root/elsewhere/conf /etc/vz/conf/103.conf");
        fleet.shell("hn1", "vzctl start 103");
    }

    private void awaitApplied() {
        await("the controller brought it there")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.ve("hn1/103").get("appliedRevision").getAsInt())
                        .isEqualTo(1));
    }

    @Test
    @Order(1)
    void aVeThatAppearsAfterTheRolloutIsGuarded() throws IOException {
        moveAway();
        fleet.apply(policy(3));
        fleet.rollOut("guard").accounted().ended("DONE");

        moveBack();

        awaitApplied();
        assertThat(guard("hn1/103").lines().filter(line -> line.contains("VZG")))
                .hasSize(2);
        awaitSshd("hn1/103");
        assertThat(fleet.connect("hn1/103", "198.51.100.21", 3)).containsExactly(true, true, false);
        await("the rollout is accounted for")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(
                        () -> assertThat(fleet.cli("rollout", "list").exits(0).out())
                                .containsPattern("guard r1, enfor.*completed"));
    }

    @Test
    @Order(2)
    void aVeThatComesBackWithItsGuardIsGuardedOnce() {
        moveAway();
        moveBack();
        awaitApplied();
        assertThat(guard("hn1/103").lines().filter(line -> line.contains("VZG")))
                .as("one in each family")
                .hasSize(2);
        awaitSshd("hn1/103");
        assertThat(fleet.connect("hn1/103", "198.51.100.22", 3)).containsExactly(true, true, false);
    }

    @Test
    @Order(3)
    void aRollbackBringsEveryVeToTheRevisionItHad() throws IOException {
        fleet.apply(policy(5));
        Rollout second = fleet.rollOut("guard").accounted().ended("DONE");
        assertThat(fleet.connect("hn1/101", "198.51.100.23", 5)).containsExactly(true, true, true, true, false);

        Ran back = fleet.cli("rollout", "rollback", second.id());

        assertThat(back.exits(0).out()).contains("as before " + second.id());
        fleet.lastRollout(0, back.out()).accounted().ended("DONE");
        for (String ve : List.of("hn1/101", "hn1/102", "hn1/103")) {
            awaitSshd(ve);
            assertThat(fleet.connect(ve, "198.51.100.24", 3)).as(ve).containsExactly(true, true, false);
        }
        assertThat(fleet.connect("hn1/101", "198.51.100.23", 1))
                .as("who was banned stays banned")
                .containsExactly(false);
        assertThat(fleet.cli("rollout", "rollback", second.id()).exits(4).err())
                .contains("another one changed hn1/101");
    }
}
