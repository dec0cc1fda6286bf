package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * VEs in every odd state, and a vzctl that dies or lies, in one rollout: each is reported by name with its cause, and all
 * others are guarded. hn1: 102 stopped, 103 suspended, 104 disabled, 105 gone. hn2, whose VEs all need a restart: 102 locked
 * for a while; for 103 {@code vzctl restart} is killed, for 104 {@code vzctl set} and for 105 {@code vzctl restart} say 0 and
 * do nothing.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class OddVesIT {
    private static final List<String> ON_HN2 =
            List.of("hn2/101", "hn2/102", "hn2/103", "hn2/104", "hn2/105", "hn2/106");
    private static final String WRAPPER = """
            #!/bin/bash
            case " $* " in
                *" restart 103 "*) kill -KILL $$ ;;
                *" set 104 "*) echo "CT configuration saved to /etc/vz/conf/104.conf"; exit 0 ;;
                *" restart 105 "*) echo "Container start in progress..."; exit 0 ;;
            esac
            exec /usr/lib/odd/vzctl "$@"
            """;

    private Fleet fleet;
    private HostState hosts;
    private Rollout rollout;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-odd", 2, 6);
        hosts = new HostState(fleet);
        ON_HN2.forEach(hosts::countStarts);
        fleet.shell(
                "hn1",
                "vzctl stop 102 && vzctl stop 103 && mkdir -p /vz/dump && echo dump >/vz/dump/Dump.103"
                        + " && vzctl stop 104 && vzctl set 104 --disabled yes --save && vzctl stop 105");
        fleet.shell(
                "hn2",
                "mkdir /usr/lib/odd && mv /usr/sbin/vzctl /usr/lib/odd/vzctl && cat >/usr/sbin/vzctl <<'END'\n"
                        + WRAPPER + "END\nchmod 755 /usr/sbin/vzctl");
        Map<String, String> states = Map.of(
                "102", "VE_STATE_STOPPED",
                "103", "VE_STATE_SUSPENDED",
                "104", "VE_STATE_STOPPED",
                "105", "VE_STATE_STOPPED");
        fleet.awaitVes(
                12,
                ve -> ve.get("hostName").getAsString().equals("hn2")
                        || Fleet.state(ve)
                                .equals(states.getOrDefault(
                                        ve.getAsJsonObject("facts").get("ctid").getAsString(), "VE_STATE_RUNNING")));
        rollout = rollOut();
    }

    /** VE 102 of hn2 is locked when its turn comes, and freed once the others are through. */
    private Rollout rollOut() {
        fleet.apply(Policies.file("odd.yaml"));
        fleet.shell(
                "hn2", "setsid sleep 600 </dev/null >/dev/null 2>&1 & echo $! >/vz/lock/102.lck; echo $! >/run/holder");
        fleet.shell("hn1", "mv /etc/vz/conf/105.conf /root/105.conf");
        Ran.Running watching = fleet.startCli("rollout", "start", "odd");
        await("all but the locked one").atMost(Fleet.PATIENCE).until(() -> {
            JsonObject newest = newestOrEmpty();
            return newest.has("running")
                    && newest.get("running").getAsInt() == 1
                    && newest.get("pending").getAsInt() == 0;
        });
        Rollout locked = fleet.lastRollout(0, "");
        assertThat(locked.states()).containsEntry("hn2/102", "RUNNING");
        locked.accounted();
        fleet.shell("hn2", "kill $(cat /run/holder)");
        Ran ran = watching.await(Fleet.PATIENCE);
        return fleet.lastRollout(ran.exit(), ran.toString());
    }

    private JsonObject newestOrEmpty() {
        var rollouts = fleet.json("rollout", "list").getAsJsonArray("rollouts");
        return rollouts.isEmpty() ? new JsonObject() : rollouts.get(0).getAsJsonObject();
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    @Order(1)
    void oddOnesAreReportedByNameAndTheOthersGoOn() {
        rollout.accounted();
        Map<String, String> expected = new TreeMap<>(Map.of(
                "hn1/101", "DONE", "hn1/102", "SKIPPED", "hn1/103", "SKIPPED", "hn1/104", "SKIPPED", "hn1/106",
                "DONE"));
        expected.putAll(Map.of(
                "hn2/101", "DONE", "hn2/102", "DONE", "hn2/103", "FAILED", "hn2/104", "FAILED", "hn2/105", "FAILED",
                "hn2/106", "DONE"));
        assertThat(rollout.states()).as(rollout.printed()).containsAllEntriesOf(expected);
        assertThat(rollout.exit()).as("partly done: %s", rollout.printed()).isEqualTo(3);
        assertThat(rollout.causes("hn1/102")).contains("VE_STOPPED");
        assertThat(rollout.causes("hn1/103")).contains("VE_SUSPENDED");
        assertThat(rollout.causes("hn1/104")).contains("VE_DISABLED");
        assertThat(rollout.causes("hn2/103")).contains("PROGRAM_KILLED");
        assertThat(rollout.causes("hn2/104")).contains("NO_EFFECT");
        assertThat(rollout.causes("hn2/105")).contains("NO_EFFECT");
        for (String failed : List.of("hn2/103", "hn2/104", "hn2/105")) {
            String ctid = failed.substring("hn2/".length());
            assertThat(rollout.task(failed).get("summary").getAsString()).contains(ctid);
            assertThat(rollout.printed()).contains(failed);
        }
    }

    @Test
    @Order(2)
    void theOneThatIsGoneIsSaidToBeMissing() {
        if (rollout.states().containsKey("hn1/105")) {
            // The rollout began before the agent had told of it.
            assertThat(rollout.states()).containsEntry("hn1/105", "REFUSED");
            assertThat(rollout.causes("hn1/105")).contains("VE_MISSING");
        }
        await("hn1/105 forgotten")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.ves().size() == 11);
        Ran unknown = fleet.cli("diagnose", "hn1/105").exits(2);
        assertThat(unknown.err()).contains("hn1", "105");
    }

    @Test
    @Order(3)
    void noneWasStartedEnabledOrRestartedForNothing() {
        assertThat(hosts.starts(ON_HN2))
                .isEqualTo(Map.of("hn2/101", 1, "hn2/102", 1, "hn2/103", 0, "hn2/104", 0, "hn2/105", 0, "hn2/106", 1));
        for (String ctid : List.of("102", "104")) {
            assertThat(fleet.exec("hn1", "vzctl", "status", ctid).output()).contains("down");
        }
        assertThat(fleet.exec("hn1", "vzctl", "status", "103").output()).contains("suspended");
        assertThat(hosts.file("hn1", "/etc/vz/conf/104.conf")).contains("DISABLED=\"yes\"");
        assertThat(hosts.file("hn2", "/etc/vz/conf/104.conf"))
                .as("said 0, did nothing")
                .doesNotContain("ipt_state");
        for (String place : List.of("hn1/101", "hn1/106", "hn2/101", "hn2/102", "hn2/106")) {
            hosts.assertOneGuard(place);
        }
    }

    @Test
    @Order(4)
    void withAnHonestVzctlTheRestIsMended() {
        fleet.shell("hn2", "mv /usr/lib/odd/vzctl /usr/sbin/vzctl");
        Ran retried = fleet.cli("rollout", "retry", rollout.id()).exits(0);
        assertThat(retried.out()).contains(rollout.id());
        Ran watched = fleet.cli("rollout", "watch", rollout.id());
        Rollout mended = fleet.lastRollout(watched.exit(), watched.toString()).accounted();
        assertThat(mended.states())
                .as(mended.printed())
                .containsAllEntriesOf(Map.of("hn2/103", "DONE", "hn2/104", "DONE", "hn2/105", "DONE"));
        assertThat(hosts.starts(ON_HN2))
                .allSatisfy((place, starts) -> assertThat(starts).as(place).isEqualTo(1));
    }

    /** With nobody typing anything: the policy is enforced since it was rolled out over all. */
    @Test
    @Order(5)
    void aStoppedOneIsGuardedOnceItWasStarted() {
        fleet.shell("hn1", "vzctl start 102");
        await("hn1/102 brought to its policy")
                .atMost(Fleet.PATIENCE)
                .until(() -> fleet.ve("hn1/102").get("appliedRevision").getAsInt() == 1);
        hosts.assertOneGuard("hn1/102");
        await("the enforcement's rollout ended")
                .atMost(Fleet.PATIENCE)
                .until(() -> newestOrEmpty().get("state").getAsString().equals("ROLLOUT_STATE_COMPLETED"));
        Rollout again = fleet.rollOut("odd").accounted();
        assertThat(again.states()).containsEntry("hn1/102", "NO_OP").containsEntry("hn2/102", "NO_OP");
    }
}
