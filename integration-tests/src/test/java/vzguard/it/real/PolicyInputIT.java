package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** A policy with faults is refused by every command that takes one, with all faults at once, before anything is touched. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyInputIT {
    private static final List<String> PLACES = List.of("hn1", "hn1/101");

    private Fleet fleet;

    @BeforeAll
    void up() {
        fleet = Fleet.up("it-input", 1, 1);
    }

    @AfterAll
    void down() {
        if (fleet != null) {
            fleet.close();
        }
    }

    @Test
    void allFaultsAtOnceWithTheirPlacesAndNothingTouched() {
        HostState hosts = new HostState(fleet);
        Map<String, String> files = new TreeMap<>();
        Map<String, String> rules = new TreeMap<>();
        for (String place : PLACES) {
            files.put(place, hosts.files(place));
            rules.put(place, hosts.rules(place));
        }
        String file = Policies.file("malformed.yaml").toString();
        for (List<String> command : List.of(
                List.of("policy", "apply", "-f", file),
                List.of("policy", "apply", "--dry-run", "-f", file),
                List.of("policy", "diff", "-f", file),
                List.of("plan", "-f", file))) {
            Ran refused = fleet.cli(command.toArray(String[]::new)).exits(2);
            assertThat(refused.out()).isEmpty();
            assertFaults(file, refused.err());
        }
        assertThat(fleet.json("policy", "list").getAsJsonArray("policies")).isEmpty();
        assertThat(fleet.json("rollout", "list").getAsJsonArray("rollouts")).isEmpty();
        for (String place : PLACES) {
            assertThat(hosts.files(place)).isEqualTo(files.get(place));
            assertThat(hosts.rules(place)).isEqualTo(rules.get(place));
        }
    }

    private static void assertFaults(String file, String err) {
        for (String fault : List.of(
                "5:19: spec.selector.ves: CTID range \"120-101\"",
                "7:14: spec.modules.require: expected a list",
                "9:13: spec.sshGuard.window: 0s",
                "10:11: spec.sshGuard.hits: 21 is not permitted (2-20)",
                "11:17: spec.sshGuard.ports[1]: 70000 is not permitted (1-65535)",
                "12:11: spec.sshGuard.list",
                "13:13: spec.sshGuard.allow[0]: \"10.0.0.0/33\"",
                "14:5: spec.sshGuard.windw: unknown key",
                "15:11: spec.sshGuard.ipv6")) {
            assertThat(err).contains(file + ":" + fault);
        }
        assertThat(err)
                .contains("(permitted: 0-32 for IPv4)")
                .contains("did you mean \"window\"")
                .contains("9 faults");
    }

    @Test
    void eachImpossibleValueIsRefused() {
        Map<String, String> faults = Map.of(
                "hits: 0", "2-20",
                "hits: 21", "2-20",
                "window: 0s", "permitted",
                "ports: [70000]", "1-65535",
                "allow: [10.0.0.0/33]", "0-32",
                "list: DEFAULT", "DEFAULT",
                "list: a/b", "a/b",
                "hits: many", "2-20",
                "ports: 22", "ports");
        faults.forEach((line, words) -> {
            String policy =
                    "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: x}\nspec:\n  sshGuard: {" + line + "}\n";
            Ran refused =
                    fleet.cliWithInput(policy, "policy", "apply", "-f", "-").exits(2);
            assertThat(refused.err())
                    .as(line)
                    .containsPattern(":5:[0-9]+: spec\\.sshGuard\\.")
                    .contains(words);
        });
        assertThat(fleet.json("policy", "list").getAsJsonArray("policies")).isEmpty();
    }
}
