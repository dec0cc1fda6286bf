package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import vzguard.lab.real.RealLab;

/**
 * The steps of the field report on one fleet of three hosts with four VEs each, in the order of the report: hn1 lacks the
 * module, hn2's VEs are not given what they need, hn3 is well but for a disabled and a stopped VE. On hn2 the VEs 103 and
 * 104 have no list of their own, and vz.conf is a link to /etc/sysconfig/vz.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class StoryIT {
    private static final String STRANGER = "198.51.100.7";
    private static final String STRANGER_6 = "fd66:bad::7";
    private static final String OTHER_STRANGER = "198.51.100.99";
    private static final String OTHER_STRANGER_6 = "fd66:bad:0:1::99";
    private static final String OPERATOR = "192.0.2.77";
    private static final String OPERATOR_6 = "fd66::fffe";
    private static final List<String> HOSTS = List.of("hn1", "hn2", "hn3");
    private static final List<String> RUNNING = List.of(
            "hn1/101", "hn1/102", "hn1/103", "hn1/104", "hn2/101", "hn2/102", "hn2/103", "hn2/104", "hn3/101",
            "hn3/102", "hn3/103");
    private static final List<String> WITH_FOREIGN_RULES = List.of("hn3", "hn3/101");

    private final Map<String, String> rulesBefore = new TreeMap<>();
    private final Map<String, String> configsBefore = new TreeMap<>();
    private Fleet fleet;
    private HostState hosts;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-story", 3, 4);
        hosts = new HostState(fleet);
        giveHn2NoListsOfTheirOwn();
        WITH_FOREIGN_RULES.forEach(this::plantForeignRules);
        RUNNING.forEach(hosts::countStarts);
        for (String place : allPlaces()) {
            rulesBefore.put(place, HostState.withoutEmptyTables(hosts.rules(place)));
        }
        for (String host : HOSTS) {
            configsBefore.put(host, configs(host));
        }
        fleet.awaitVes(
                12,
                ve -> ve.getAsJsonObject("facts").get("hasOwnShare").getAsBoolean()
                        != (ve.get("hostName").getAsString().equals("hn2")
                                && List.of("103", "104")
                                        .contains(ve.getAsJsonObject("facts")
                                                .get("ctid")
                                                .getAsString())));
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    private void giveHn2NoListsOfTheirOwn() {
        fleet.shell(
                "hn2",
                "mkdir -p /etc/sysconfig && mv /etc/vz/vz.conf /etc/sysconfig/vz && ln -s ../sysconfig/vz /etc/vz/vz.conf"
                        + " && chmod 640 /etc/sysconfig/vz && cd /etc/vz/conf && sed -i /^IPTABLES=/d 103.conf 104.conf"
                        + " && vzctl restart 103 && vzctl restart 104");
    }

    private void plantForeignRules(String place) {
        fleet.shell(
                place,
                "iptables -N FRIENDS && iptables -A FRIENDS -s 203.0.113.0/24 -j ACCEPT && iptables -A INPUT -j FRIENDS"
                        + " && iptables -A INPUT -s 203.0.113.5/32 -p tcp -m tcp --dport 25 -j DROP"
                        + " && iptables -t nat -A POSTROUTING -s 10.99.0.0/16 -j RETURN"
                        + " && ip6tables -A INPUT -s 2001:db8::5/128 -j DROP");
    }

    private static List<String> allPlaces() {
        List<String> places = new ArrayList<>(HOSTS);
        places.addAll(RUNNING);
        return places;
    }

    /** All configuration of OpenVZ on a host, with modes and owners. */
    private String configs(String host) {
        return fleet.shell(
                host,
                "cd /etc/vz; for f in vz.conf conf/*.conf; do echo \"== $f $(stat -c '%F' $f) $(stat -L -c '%a %u:%g' $f)\";"
                        + " cat $f; done");
    }

    @Test
    @Order(1)
    void theModuleIsMissingAndDiagnosisSaysSo() {
        assertRefused("hn1/101", List.of("-m", "recent", "--set", "--name", "SSH"), "MODULE_NOT_LOADED");
        JsonObject facts = fleet.json("hosts", "show", "hn1").getAsJsonObject("facts");
        assertThat(module(facts, "ipt_recent")).isEqualTo("MODULE_PRESENCE_ABSENT");
        assertThat(fleet.exec("hn1", "lsmod").output()).doesNotContain("recent");
        JsonObject well = fleet.json("hosts", "show", "hn3").getAsJsonObject("facts");
        assertThat(module(well, "ipt_recent")).isEqualTo("MODULE_PRESENCE_LOADED");
    }

    @Test
    @Order(2)
    void theModuleIsNotSharedAndDiagnosisSaysSo() {
        assertRefused("hn2/101", List.of("-m", "state", "--state", "NEW"), "NOT_SHARED");
    }

    private void assertRefused(String place, List<String> match, String cause) {
        List<String> rule = new ArrayList<>(List.of("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "22"));
        rule.addAll(match);
        RealLab.Outcome typed = fleet.exec(place, rule.toArray(String[]::new));
        assertThat(typed.exit()).as(typed.output()).isNotZero();
        String words =
                typed.output().strip().lines().reduce((first, last) -> last).orElse("");
        Ran diagnosed = fleet.cli("diagnose", place, "-o", "json").exits(1);
        JsonObject found = diagnosed.json().getAsJsonArray("causes").asList().stream()
                .map(JsonElement::getAsJsonObject)
                .filter(each -> each.get("code").getAsString().equals(cause))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no cause " + cause + " in " + diagnosed));
        assertThat(found.getAsJsonArray("evidence").asList())
                .anyMatch(shown ->
                        shown.getAsJsonObject().get("text").getAsString().contains(words));
        assertThat(found.get("cure").getAsString()).isNotBlank();
        assertThat(found.get("cureNeedsRestart").getAsBoolean()).isEqualTo(cause.equals("NOT_SHARED"));
        assertThat(hosts.rules(place)).as("the experiment leaves nothing").doesNotContain("VZG");
    }

    private static String module(JsonObject facts, String name) {
        for (JsonElement module : facts.getAsJsonArray("modules")) {
            if (module.getAsJsonObject().get("name").getAsString().equals(name)) {
                return module.getAsJsonObject().get("presence").getAsString();
            }
        }
        return "no fact";
    }

    @Test
    @Order(3)
    void strangersAreAnsweredWithoutEndBefore() {
        assertThat(fleet.connect("hn1/101", "198.51.100.6", 4)).containsExactly(true, true, true, true);
    }

    @Test
    @Order(4)
    void thePlanShowsTheDiffAndTheRestartsAndTouchesNothing() {
        Map<String, String> files = new TreeMap<>();
        allPlaces().forEach(place -> files.put(place, hosts.files(place)));
        fleet.apply(Policies.file("story.yaml"));
        fleet.apply(Policies.file("global.yaml"));
        assertThat(fleet.cli("plan", "-f", Policies.file("nobody-exempt.yaml").toString())
                        .exits(0)
                        .out())
                .contains("allow");
        fleet.apply(Policies.file("rest.yaml"));

        Map<String, JsonObject> story = plans("story");
        assertThat(changeClass(story, "hn1/101")).isEqualTo("CHANGE_CLASS_LIVE");
        assertThat(changeClass(story, "hn2/101")).isEqualTo("CHANGE_CLASS_NEEDS_RESTART");
        assertThat(changeClass(story, "hn3/101")).isEqualTo("CHANGE_CLASS_LIVE");
        assertThat(step(story, "hn2/101", "SHARE_VE").get("diff").getAsString()).contains("+IPTABLES=", "ipt_state");
        assertThat(step(story, "hn2/101", "RESTART_VE").get("reason").getAsString())
                .contains("ipt_state");
        assertThat(step(plans("global"), "hn2/103", "SHARE_GLOBAL").get("diff").getAsString())
                .contains("/etc/sysconfig/vz", "-IPTABLES=", "+IPTABLES=", "ipt_state");
        Map<String, JsonObject> others = plans("rest");
        assertThat(plan(others, "hn3/104").getAsJsonArray("causes").toString()).contains("pending until started");
        fleet.cli("plan", "--policy", "story", "--detailed-exitcode").exits(6);
        allPlaces().forEach(place -> assertThat(hosts.files(place)).as(place).isEqualTo(files.get(place)));
    }

    private Map<String, JsonObject> plans(String policy) {
        Map<String, JsonObject> plans = new TreeMap<>();
        for (JsonElement each : fleet.json("plan", "--policy", policy).getAsJsonArray("plans")) {
            JsonObject plan = each.getAsJsonObject();
            plans.put(Rollout.place(plan.getAsJsonObject("target")), plan);
        }
        return plans;
    }

    private static String changeClass(Map<String, JsonObject> plans, String place) {
        return plan(plans, place).get("changeClass").getAsString();
    }

    private static JsonObject plan(Map<String, JsonObject> plans, String place) {
        return Objects.requireNonNull(plans.get(place), "a plan for " + place);
    }

    private static JsonObject step(Map<String, JsonObject> plans, String place, String kind) {
        for (JsonElement step : plan(plans, place).getAsJsonArray("steps")) {
            if (step.getAsJsonObject().get("kind").getAsString().equals(kind)) {
                return step.getAsJsonObject();
            }
        }
        throw new AssertionError("no step " + kind + " in " + plan(plans, place));
    }

    @Test
    @Order(5)
    void theRolloutsGuardEveryRunningPlace() {
        Rollout story = fleet.rollOut("story").accounted().ended("DONE");
        assertThat(story.exit()).as(story.printed()).isZero();
        Rollout global = fleet.rollOut("global").accounted().ended("DONE", "NO_OP");
        assertThat(global.exit()).as(global.printed()).isZero();
        Rollout rest = fleet.rollOut("rest").accounted();
        assertThat(rest.states()).containsEntry("hn3/104", "SKIPPED").containsEntry("hn1/103", "DONE");
        assertThat(rest.causes("hn3/104")).containsExactly("VE_STOPPED");
        assertThat(rest.exit()).as(rest.printed()).isEqualTo(3);
        assertThat(rest.printed()).contains("pending until started");
        for (String place : allPlaces()) {
            hosts.assertOneGuard(place);
        }
    }

    @Test
    @Order(6)
    void onlyWhatNeededItWasRestartedAndStoppedOnesStayedStopped() {
        Map<String, Integer> expected = new TreeMap<>();
        RUNNING.forEach(place -> expected.put(place, place.startsWith("hn2/") ? 1 : 0));
        assertThat(hosts.starts(RUNNING)).isEqualTo(expected);
        assertThat(fleet.exec("hn3", "vzctl", "status", "104").output()).contains("down");
        assertThat(fleet.exec("hn3", "vzctl", "status", "103").output()).contains("running");
        assertThat(hosts.file("hn3", "/etc/vz/conf/103.conf")).contains("DISABLED=\"yes\"");
    }

    @Test
    @Order(7)
    void configsWereEditedInPlace() {
        assertThat(HostState.changedLines(configBefore("hn1"), configs("hn1"))).isEmpty();
        assertThat(HostState.changedLines(configBefore("hn3"), configs("hn3"))).isEmpty();
        List<String> changed = HostState.changedLines(configBefore("hn2"), configs("hn2"));
        assertThat(changed)
                .as("vz.conf, 101.conf and 102.conf")
                .hasSize(6)
                .allMatch(line -> line.substring(1).startsWith("IPTABLES=\""));
        for (int i = 0; i < changed.size(); i += 2) {
            List<String> before = names(changed.get(i));
            List<String> after = names(changed.get(i + 1));
            assertThat(after)
                    .as("what was shared stays shared")
                    .containsAll(before)
                    .contains("ipt_state", "ip_conntrack");
        }
    }

    private String configBefore(String host) {
        return Objects.requireNonNull(configsBefore.get(host));
    }

    private static List<String> names(String line) {
        return List.of(
                line.substring(line.indexOf('"') + 1, line.lastIndexOf('"')).split(" "));
    }

    @Test
    @Order(8)
    void vesShowSaysLoadedAndPermittedApart() {
        JsonObject facts = fleet.ve("hn2/101").getAsJsonObject("facts");
        assertThat(facts.getAsJsonArray("matchesLoaded").toString()).contains("\"recent\"");
        assertThat(facts.getAsJsonObject("permitted").get("recent").getAsBoolean())
                .isTrue();
        assertThat(fleet.exec("hn2/101", "cat", "/proc/net/ip_tables_matches").output())
                .contains("recent");
        assertThat(fleet.cli("diagnose", "hn2/101").exits(0).out()).isNotBlank();
        assertThat(fleet.cli("diagnose", "hn1/101").exits(0).out()).isNotBlank();
    }

    @Test
    @Order(9)
    void foreignRulesAreAsTheyWere() {
        for (String place : allPlaces()) {
            if (!place.startsWith("hn2/")) {
                assertThat(hosts.foreignRules(place)).as(place).isEqualTo(rulesBefore.get(place));
            }
        }
    }

    @Test
    @Order(10)
    void theThirdConnectionIsDroppedAndNobodyElseIsTroubled() {
        assertThat(fleet.connect("hn1/101", STRANGER, 4)).containsExactly(true, true, false, false);
        assertThat(fleet.connect("hn1/101", STRANGER_6, 4)).containsExactly(true, true, false, false);
        assertThat(fleet.connect("hn1/101", OTHER_STRANGER, 1)).containsExactly(true);
        assertThat(fleet.connect("hn1/101", OTHER_STRANGER_6, 1)).containsExactly(true);
        assertThat(fleet.connect("hn1/101", OPERATOR, 5)).containsOnly(true);
        assertThat(fleet.connect("hn1/101", OPERATOR_6, 5)).containsOnly(true);
        assertThat(fleet.connect("hn2/103", STRANGER, 3)).containsExactly(true, true, false);
        assertThat(fleet.connect("hn1", STRANGER, 3)).as("the host's own sshd").containsExactly(true, true, false);
        assertThat(fleet.connect("hn1", OPERATOR, 3)).containsOnly(true);
        assertThat(fleet.shell("hn1/101", "ls /proc/net/xt_recent")).contains("SSH\n", "SSH6\n");
    }

    @Test
    @Order(11)
    void aSecondRunChangesNothingAndSaysSo() {
        Map<String, String> files = new TreeMap<>();
        allPlaces().forEach(place -> files.put(place, hosts.files(place)));
        for (String policy : List.of("story", "global")) {
            Rollout again = fleet.rollOut(policy).accounted().ended("NO_OP");
            assertThat(again.exit()).isZero();
            assertThat(again.count("restarts")).isZero();
            assertThat(again.printed()).contains("no-op");
        }
        fleet.cli("plan", "--policy", "story", "--detailed-exitcode").exits(0);
        allPlaces().forEach(place -> assertThat(hosts.files(place)).as(place).isEqualTo(files.get(place)));
    }

    @Test
    @Order(12)
    void restartByHandKeepsTheGuard() {
        Ran restart = fleet.cli("restart", "--select", "hn1/101-102", "--max-per-host", "1")
                .exits(0);
        assertThat(fleet.lastRollout(restart.exit(), restart.out()).accounted().states())
                .isEqualTo(Map.of("hn1/101", "DONE", "hn1/102", "DONE"));
        assertThat(hosts.starts(List.of("hn1/101", "hn1/102", "hn1/103")))
                .isEqualTo(Map.of("hn1/101", 1, "hn1/102", 1, "hn1/103", 0));
        hosts.assertOneGuard("hn1/101");
        Proofs.of(fleet, "hn1/101").hold();
    }

    @Test
    @Order(13)
    void aRebootKeepsModulesAndGuards() {
        fleet.reboot("hn1");
        assertThat(fleet.exec("hn1", "lsmod").output()).contains("recent", "state");
        for (String place : List.of("hn1", "hn1/101", "hn1/102", "hn1/103", "hn1/104")) {
            hosts.assertOneGuard(place);
        }
        Proofs.of(fleet, "hn1").hold();
        Proofs.of(fleet, "hn1/102").hold();
        JsonObject facts = fleet.json("hosts", "show", "hn1").getAsJsonObject("facts");
        assertThat(module(facts, "ipt_recent")).isEqualTo("MODULE_PRESENCE_LOADED");
    }

    @Test
    @Order(14)
    void aFlushedGuardFailsItsProofIsSeenAndMended() {
        fleet.shell("hn2/101", "iptables -F");
        Proofs proofs = Proofs.of(fleet, "hn2/101");
        proofs.ran().exits(1);
        assertThat(proofs.proofs().stream()
                        .filter(proof -> Proofs.verdict(proof).equals("VERDICT_FAILED"))
                        .map(proof -> proof.get("family").getAsInt() + " "
                                + proof.get("summary").getAsString()))
                .as(proofs.ran().toString())
                .hasSize(1)
                .allMatch(summary -> summary.startsWith("4 ") && summary.contains("3") && summary.contains("answered"));
        await("seen within a sweep")
                .atMost(Fleet.PATIENCE)
                .untilAsserted(() -> assertThat(fleet.ve("hn2/101")
                                .getAsJsonObject("facts")
                                .getAsJsonArray("guards")
                                .toString())
                        .contains("GUARD_STATE_DRIFTED"));
        Rollout mended = fleet.rollOut("story").accounted();
        assertThat(mended.count("done")).as(mended.view().toString()).isEqualTo(1);
        assertThat(mended.count("restarts")).isZero();
        Proofs.of(fleet, "hn2/101").hold();
    }

    @Test
    @Order(15)
    void policiesAndRevertTakeAwayAllThatIsOurs() {
        for (String policy : List.of("story", "global")) {
            fleet.cli("policy", "delete", policy, "--yes").exits(0);
        }
        for (String place : List.of("hn1", "hn2", "hn3", "hn1/101", "hn2/101", "hn2/103", "hn3/101")) {
            hosts.assertNoGuard(place);
        }
        for (String place : WITH_FOREIGN_RULES) {
            assertThat(HostState.withoutEmptyTables(hosts.rules(place)))
                    .as(place)
                    .isEqualTo(rulesBefore.get(place));
        }
        assertThat(fleet.connect("hn1/101", "198.51.100.8", 4)).containsExactly(true, true, true, true);
        hosts.assertOneGuard("hn3/103");
        fleet.shell("hn3", "\"${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java\" -jar /opt/vzguard/agent.jar revert");
        hosts.assertNoGuard("hn3/103");
        String files = hosts.files("hn3/103");
        fleet.shell("hn3", "\"${LAB_JAVA_HOME:+$LAB_JAVA_HOME/bin/}java\" -jar /opt/vzguard/agent.jar revert");
        assertThat(hosts.files("hn3/103")).isEqualTo(files);
    }
}
