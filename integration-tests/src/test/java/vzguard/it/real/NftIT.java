package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import vzguard.lab.real.RealLab;

/** A fleet whose iptables is the one for nf_tables: what it refuses and how, and a guard on it from the policy to the packets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NftIT {
    private static final List<String> PLACES = List.of("hn1", "hn1/101", "hn1/102");
    private static final String REAL = "/usr/lib/vzguard-lab/xtables/nft/";

    private Fleet fleet;
    private HostState hosts;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-nft", 1, 2, "--iptables", "nft");
        hosts = new HostState(fleet);
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    @Order(1)
    void theProgramsSayWhatTheyAre() {
        for (String place : PLACES) {
            assertThat(fleet.shell(place, "iptables --version; ip6tables-nft --version; iptables-legacy --version"))
                    .isEqualTo("iptables v1.8.9 (nf_tables)\nip6tables v1.8.9 (nf_tables)\niptables v1.8.9 (legacy)\n");
        }
        assertThat(LabCommands.run(fleet.configuration(), "status", "--name", "it-nft", "-o", "json")
                        .exits(0)
                        .json()
                        .get("iptables")
                        .getAsString())
                .isEqualTo("nft");
    }

    /** This kernel lacks ipvs; hn1's has no {@code recent}, says the model, and the front must say so in the same words. */
    @Test
    @Order(2)
    void whatTheHostLacksIsRefusedInTheWordsOfTheRealProgram() {
        List<String> calls = new ArrayList<>();
        for (String program : List.of("iptables", "ip6tables")) {
            for (String chain : List.of("-A INPUT", "-I INPUT", "-I INPUT 1", "-A NOSUCH", "-C INPUT", "-D INPUT")) {
                calls.add(program + " " + chain + " -p tcp -m MATCH -j DROP");
            }
        }
        String table =
                "*filter\\n:OWN - [0:0]\\n-A OWN -m MATCH -j DROP\\n-A FORWARD -j ACCEPT\\n-I INPUT -m MATCH -j OWN\\n";
        calls.add("printf '*mangle\\nCOMMIT\\n" + table + "COMMIT\\n' | iptables-restore --noflush");
        calls.add("printf '" + table + "COMMIT\\n' | iptables-restore --noflush --test");
        for (String call : calls) {
            RealLab.Outcome front = run(call.replace("MATCH", "recent --set"), "");
            RealLab.Outcome real = run(call.replace("MATCH", "ipvs --ipvs"), "PATH=" + REAL + ":$PATH; ");
            assertThat(front.output())
                    .as(call)
                    .isEqualTo(real.output().replace("Extension ipvs", "Extension recent"))
                    .contains("Extension recent revision 0 not supported");
            assertThat(front.exit()).as(call).isEqualTo(real.exit());
        }
        assertThat(fleet.shell("hn1/101", "iptables-save"))
                .doesNotContain("OWN")
                .doesNotContain("-A ");
    }

    private RealLab.Outcome run(String call, String before) {
        return fleet.exec("hn1/101", "bash", "-c", before + call + " 2>&1");
    }

    @Test
    @Order(3)
    void theGuardIsAppliedAndItsPacketsProveIt() {
        fleet.shell("hn1/101", "iptables -A INPUT -s 203.0.113.5/32 -p tcp -m tcp --dport 25 -j DROP");
        fleet.apply(Policies.file("story.yaml"));
        Rollout rollout = fleet.rollOut("story").accounted();
        assertThat(rollout.states())
                .as(rollout.printed())
                .containsAllEntriesOf(Map.of("hn1", "DONE", "hn1/101", "DONE", "hn1/102", "DONE"));
        for (String place : PLACES) {
            hosts.assertOneGuard(place);
            Proofs.of(fleet, place).hold();
            assertThat(fleet.shell(place, "iptables-legacy -S; ip6tables-legacy -S"))
                    .as("not a word of it is in the tables of the other backend of %s", place)
                    .doesNotContain("VZG");
        }
        assertThat(fleet.connect("hn1/102", "198.51.100.7", 4)).containsExactly(true, true, false, false);
        assertThat(fleet.connect("hn1/102", "fd66:bad::7", 3)).containsExactly(true, true, false);
        assertThat(fleet.connect("hn1/102", "192.0.2.77", 4)).containsOnly(true);
    }

    @Test
    @Order(4)
    void aSecondRolloutChangesNothingAndTheGuardComesBackWithTheHost() {
        Map<String, String> before = Map.of("hn1/101", hosts.rules("hn1/101"), "hn1", hosts.rules("hn1"));
        Rollout again = fleet.rollOut("story").accounted();
        assertThat(again.states().values()).as(again.printed()).containsOnly("NO_OP");
        before.forEach((place, rules) -> assertThat(hosts.rules(place)).isEqualTo(rules));
        fleet.reboot("hn1");
        PLACES.forEach(hosts::assertOneGuard);
        assertThat(fleet.connect("hn1/101", "198.51.100.8", 3)).containsExactly(true, true, false);
    }

    /** As after a change of update-alternatives: what stands in the other tables acts, so that nothing is put beside it. */
    @Test
    @Order(5)
    void aGuardInTheTablesOfTheOtherBackendIsNotDoubled() {
        for (String place : List.of("hn1", "hn1/101")) {
            fleet.shell(place, "iptables-save | iptables-legacy-restore --noflush; iptables -F; iptables -X");
        }
        awaitInHistory(
                "host: the guard of the host stands in the tables of iptables-legacy", "VE 101: the guard of VE 101");
        for (String place : List.of("hn1", "hn1/101")) {
            assertThat(fleet.shell(place, "iptables-save")).doesNotContain("VZG");
            assertThat(fleet.connect(place, "198.51.100.9", 3)).as(place).containsExactly(true, true, false);
            assertThat(fleet.cli("diagnose", place).exits(1).out()).contains("BOTH_BACKENDS", "update-alternatives");
        }
        assertThat(fleet.cli("plan", "--policy", "story").out()).contains("2 blocked");
        RealLab.Outcome revert = fleet.exec(
                "hn1",
                "bash",
                "-c",
                "\"${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java\" -jar /opt/vzguard/agent.jar revert --ctid 101 2>&1");
        assertThat(revert.exit()).as(revert.output()).isEqualTo(4);
        assertThat(revert.output()).contains("BOTH_BACKENDS", "it cannot be taken away there");

        fleet.shell("hn1/101", "iptables-legacy -F; iptables-legacy -X");
        fleet.shell("hn1", "iptables-legacy -F; iptables-legacy -X");
        Rollout again = fleet.rollOut("story").accounted();
        assertThat(again.states())
                .as(again.printed())
                .containsAllEntriesOf(Map.of("hn1", "DONE", "hn1/101", "DONE", "hn1/102", "NO_OP"));
        hosts.assertOneGuard("hn1");
        hosts.assertOneGuard("hn1/101");
    }

    /** Rules that nobody of vzguard wrote, in the list of the guard: one connection would count twice. */
    @Test
    @Order(6)
    void whatCountsInTheOtherBackendIsTold() {
        String rule = "INPUT -p tcp --dport 22 -m recent --set --name SSH";
        fleet.shell("hn1/102", "iptables-legacy -A " + rule);
        awaitInHistory("VE 102: a rule that counts into the lists of VE 102");
        assertThat(fleet.cli("plan", "--policy", "story").out()).contains("BOTH_BACKENDS", "1 blocked");
        fleet.shell("hn1/102", "iptables-legacy -D " + rule);
        assertThat(fleet.cli("plan", "--policy", "story").exits(0).out()).contains("nothing to do");
    }

    private void awaitInHistory(String... words) {
        await("told")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(
                                fleet.cli("hosts", "show", "hn1").exits(0).out())
                        .contains(words));
    }
}
