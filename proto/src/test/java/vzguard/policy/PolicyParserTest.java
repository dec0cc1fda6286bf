package vzguard.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import vzguard.policy.PolicyParser.Parsed;
import vzguard.policy.RolloutSettings.Restarts;
import vzguard.policy.RolloutSettings.Wave;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.CtidRanges;
import vzguard.values.Problem;

class PolicyParserTest {
    private static final String HEAD = "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n";

    /** Column 3 of line 5 is where the given part of the spec starts. */
    private static List<String> problems(String spec) {
        Parsed parsed = PolicyParser.parse(HEAD + "  " + spec + "\n");
        assertThat(parsed.policy().isPresent()).isEqualTo(parsed.problems().isEmpty());
        return parsed.problems().stream().map(Problem::toString).toList();
    }

    private static Policy policy(String spec) {
        Parsed parsed = PolicyParser.parse(HEAD + "  " + spec + "\n");
        assertThat(parsed.problems()).isEmpty();
        return parsed.policy().orElseThrow();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            sshGuard: {hits: 0}            | 5:20 spec.sshGuard.hits: 0 is not permitted (2-20)
            sshGuard: {hits: 1}            | 5:20 spec.sshGuard.hits: 1 is not permitted (2-20)
            sshGuard: {hits: 21}           | 5:20 spec.sshGuard.hits: 21 is not permitted (2-20)
            sshGuard: {hits: -3}           | 5:20 spec.sshGuard.hits: -3 is not permitted (2-20)
            sshGuard: {hits: 99999999999999999999} | 5:20 spec.sshGuard.hits: 99999999999999999999 is not permitted (2-20)
            sshGuard: {hits: 3.0}          | 5:20 spec.sshGuard.hits: expected a whole number, not 3.0 (2-20)
            sshGuard: {hits: three}        | 5:20 spec.sshGuard.hits: expected a whole number, not three (2-20)
            sshGuard: {hits: "3"}          | 5:20 spec.sshGuard.hits: expected a whole number, not the text "3" (2-20)
            sshGuard: {hits: [3]}          | 5:20 spec.sshGuard.hits: expected one value, not a list
            sshGuard: {hits: }             | 5:19 spec.sshGuard.hits: has no value (to get the default, leave it out)
            sshGuard: {window: 0}          | 5:22 spec.sshGuard.window: 0 is not permitted (1s-24h)
            sshGuard: {window: 0m}         | 5:22 spec.sshGuard.window: 0m is not permitted (1s-24h)
            sshGuard: {window: 25h}        | 5:22 spec.sshGuard.window: 25h is not permitted (1s-24h)
            sshGuard: {window: 86401}      | 5:22 spec.sshGuard.window: 86401 is not permitted (1s-24h)
            sshGuard: {window: 1d}         | 5:22 spec.sshGuard.window: "1d" is no duration (permitted: 1s-24h, as 60s, 5m, 1h or a number of seconds)
            sshGuard: {window: 1h30m}      | 5:22 spec.sshGuard.window: "1h30m" is no duration (permitted: 1s-24h, as 60s, 5m, 1h or a number of seconds)
            sshGuard: {window: true}       | 5:22 spec.sshGuard.window: expected text, not true (put it in quotation marks if it is meant)
            sshGuard: {ports: [22, 70000]} | 5:26 spec.sshGuard.ports[1]: 70000 is not permitted (1-65535)
            sshGuard: {ports: [0]}         | 5:22 spec.sshGuard.ports[0]: 0 is not permitted (1-65535)
            sshGuard: {ports: 22}          | 5:21 spec.sshGuard.ports: expected a list, as [a, b], not the value "22"
            sshGuard: {ports: []}          | 5:21 spec.sshGuard.ports: 0 ports are not permitted (1-15)
            sshGuard: {ports: [22, 22]}    | 5:26 spec.sshGuard.ports[1]: the value "22" is there twice
            sshGuard: {ports: [1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16]} | 5:21 spec.sshGuard.ports: 16 ports are not permitted (1-15)
            sshGuard: {allow: [10.0.0.0/33]} | 5:22 spec.sshGuard.allow[0]: "10.0.0.0/33" has no valid prefix length (permitted: 0-32 for IPv4)
            sshGuard: {allow: [10.0.0.1/8]} | 5:22 spec.sshGuard.allow[0]: "10.0.0.1/8" has bits set beyond its prefix (the block is 10.0.0.0/8, the one address 10.0.0.1)
            sshGuard: {allow: ["::/0"]}    | 5:22 spec.sshGuard.allow[0]: "::/0" would exempt everyone (permitted: prefixes from /1; to guard nothing, leave sshGuard out)
            sshGuard: {allow: [10.0.0.0/8, 10.0.0.0/8]} | 5:34 spec.sshGuard.allow[1]: the value "10.0.0.0/8" is there twice
            sshGuard: {list: a/b}          | 5:20 spec.sshGuard.list: "a/b" is not permitted (1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT)
            sshGuard: {list: ""}           | 5:20 spec.sshGuard.list: "" is not permitted (1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT)
            sshGuard: {list: ABCDEFGHIJKLMNOPQRSTUVWXY} | 5:20 spec.sshGuard.list: "ABCDEFGHIJKLMNOPQRSTUVWXY" is not permitted (1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT)
            sshGuard: {list: -x}           | 5:20 spec.sshGuard.list: "-x" is not permitted (1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT)
            sshGuard: {list: DEFAULT}      | 5:20 spec.sshGuard.list: "DEFAULT" is not permitted: it is the list of iptables and ufw (1-24 characters of A-Z, a-z, 0-9, _ and -, not starting with -, not DEFAULT)
            sshGuard: {placement: []}      | 5:25 spec.sshGuard.placement: is empty (any of host, ve, edge; to guard nothing, leave sshGuard out)
            sshGuard: {placement: [vee]}   | 5:26 spec.sshGuard.placement[0]: "vee" is not permitted (host, ve, edge); did you mean "ve"?
            sshGuard: {placement: [ve, ve]} | 5:30 spec.sshGuard.placement[1]: the value "ve" is there twice
            sshGuard: {rule: fieldreport}  | 5:20 spec.sshGuard.rule: "fieldreport" is not permitted (field-report, fixed-ban); did you mean "field-report"?
            sshGuard: {action: ACCEPT}     | 5:22 spec.sshGuard.action: "ACCEPT" is not permitted (drop, reject)
            sshGuard: {ban: 10m}           | 5:19 spec.sshGuard.ban: acts with rule: fixed-ban only
            sshGuard: {rule: fixed-ban, ban: 59s} | 5:36 spec.sshGuard.ban: 59s is shorter than the window (60s)
            sshGuard: {rule: fixed-ban, ban: 169h} | 5:36 spec.sshGuard.ban: 169h is not permitted (1s-168h)
            sshGuard: {escalation: {after: 3, within: 1h, ban: 1h}} | 5:26 spec.sshGuard.escalation: acts with rule: fixed-ban only
            sshGuard: {rule: fixed-ban, escalation: {after: 1, within: 24h, ban: 24h}} | 5:51 spec.sshGuard.escalation.after: 1 is not permitted (2-20)
            sshGuard: {rule: fixed-ban, escalation: {after: 3, within: 24h}} | 5:43 spec.sshGuard.escalation.ban: is missing
            sshGuard: {rule: fixed-ban, ban: 1h, escalation: {after: 2, within: 24h, ban: 1h}} | 5:52 spec.sshGuard.escalation: ban: 3600s is not longer than the ban it takes the place of (3600s)
            sshGuard: {rule: fixed-ban, ban: 1h, escalation: {after: 3, within: 2h, ban: 24h}} | 5:52 spec.sshGuard.escalation: within: 7200s can never hold 3 bans of 3600s (permitted: more than 7200s)
            sshGuard: {ipv6: yes}          | 5:20 spec.sshGuard.ipv6: expected true or false, not yes
            sshGuard: {hit: 3}             | 5:14 spec.sshGuard.hit: unknown key (permitted: placement, rule, ports, window, hits, list, action, allow, ipv6, ban, escalation); did you mean "hits"?
            sshGuard: {hits: 3, hits: 4}   | 5:23 spec.sshGuard.hits: the key is there twice
            sshGuard: {[a]: 3}             | 5:14 spec.sshGuard: expected a key, not a list (permitted: placement, rule, ports, window, hits, list, action, allow, ipv6, ban, escalation)
            sshGuard: true                 | 5:13 spec.sshGuard: expected a section with keys, not the value "true" (permitted keys: placement, rule, ports, window, hits, list, action, allow, ipv6, ban, escalation)
            sshGuard:                      | 5:12 spec.sshGuard: expected a section with keys, not nothing (permitted keys: placement, rule, ports, window, hits, list, action, allow, ipv6, ban, escalation)
            selector: {ves: 120-101}       | 5:19 spec.selector.ves: CTID range "120-101" runs backwards (write 101-120)
            selector: {ves: [101]}         | 5:19 spec.selector.ves: expected one value, not a list
            selector: {hosts: "dc tokyo"}  | 5:21 spec.selector.hosts: "dc tokyo" is no host term (permitted: key=value, key!=value, key; name=HOST for the host's name)
            modules: {share: vz}           | 5:20 spec.modules.share: "vz" is not permitted (per-ve, global, netfilter, auto)
            modules: {require: [ipt_state, 3, ipt_state]} | 5:37 spec.modules.require[2]: the value "ipt_state" is there twice
            modules: {persist: 1}          | 5:22 spec.modules.persist: expected true or false, not 1
            rollout: {canary: -1}          | 5:21 spec.rollout.canary: -1 is not permitted (0-1000)
            rollout: {maxFailures: 100001} | 5:26 spec.rollout.maxFailures: 100001 is not permitted (0-100000, or 1%-100%)
            rollout: {soak: 25h}           | 5:19 spec.rollout.soak: 25h is not permitted (0s-24h)
            rollout: {waves: []}           | 5:20 spec.rollout.waves: 0 waves are not permitted (1-20)
            rollout: {waves: [50%, 10%, 100%]} | 5:20 spec.rollout.waves: waves must ascend: 10% follows 50% (each is the upper bound reached so far, as [10%, 50%, 100%])
            rollout: {waves: [10, 5, 100%]} | 5:20 spec.rollout.waves: waves must ascend: 5 follows 10 (each is the upper bound reached so far, as [10%, 50%, 100%])
            rollout: {waves: [10%, 50%]}   | 5:20 spec.rollout.waves: the last wave must be 100%, not 50% (as [10%, 50%, 100%])
            rollout: {waves: [100]}        | 5:20 spec.rollout.waves: the last wave must be 100%, not 100 (as [10%, 50%, 100%])
            rollout: {waves: [0%, 100%]}   | 5:21 spec.rollout.waves[0]: "0%" is no wave (permitted: 1%-100%, or a number of targets from 1 to 1000000)
            rollout: {waves: [101%]}       | 5:21 spec.rollout.waves[0]: "101%" is no wave (permitted: 1%-100%, or a number of targets from 1 to 1000000)
            rollout: {restarts: {perHost: 0}} | 5:33 spec.rollout.restarts.perHost: 0 is not permitted (1-50)
            rollout: {restarts: {total: 10001}} | 5:31 spec.rollout.restarts.total: 10001 is not permitted (1-10000)
            rollout: {restarts: {window: "2-5 Asia/Tokyo"}} | 5:32 spec.rollout.restarts.window: "2-5 Asia/Tokyo" is no window (permitted: HH:MM-HH:MM ZONE, two different times and a zone of the tz database, as 02:00-05:00 Asia/Tokyo)
            rollout: {restarts: {window: "02:00-05:00 Asia/Tokio"}} | 5:32 spec.rollout.restarts.window: "02:00-05:00 Asia/Tokio" is no window (permitted: HH:MM-HH:MM ZONE, two different times and a zone of the tz database, as 02:00-05:00 Asia/Tokyo)
            rollout: {restarts: {window: "02:00-25:00 UTC"}} | 5:32 spec.rollout.restarts.window: "02:00-25:00 UTC" is no window (permitted: HH:MM-HH:MM ZONE, two different times and a zone of the tz database, as 02:00-05:00 Asia/Tokyo)
            rollout: {restarts: {window: "02:00-02:00 UTC"}} | 5:32 spec.rollout.restarts.window: "02:00-02:00 UTC" is no window (permitted: HH:MM-HH:MM ZONE, two different times and a zone of the tz database, as 02:00-05:00 Asia/Tokyo)
            rollout: {maxRefused: -1}      | 5:25 spec.rollout.maxRefused: -1 is not permitted (0-100000, or 1%-100%)
            rollout: {perWave: {maxTimedOut: 101%}} | 5:36 spec.rollout.perWave.maxTimedOut: 101% is not permitted (0-100000, or 1%-100%)
            rollout: {expires: 59m}        | 5:22 spec.rollout.expires: 59m is not permitted (1h-2160h)
            rollout: {brake: {wave: 0%}}   | 5:27 spec.rollout.brake.wave: "0%" is not permitted (1%-100%)
            rollout: {restarts: {perGroup: {max: 1}}} | 5:34 spec.rollout.restarts.perGroup.label: is missing
            rollout: {restarts: {perGroup: {label: Rack}}} | 5:42 spec.rollout.restarts.perGroup.label: "Rack" is not permitted (a label's name: 1-63 characters of a-z, 0-9, _, . and -, starting with a letter)
            rollout: {restarts: {window: "02:00-03:00 UTC", cutoff: 1h}} | 5:59 spec.rollout.restarts.cutoff: 3600s leaves nothing of the window 02:00-03:00 UTC (permitted: less than 3600s)
            rollout: {restarts: {freeze: ["2026-12-24/2026-12-01 UTC"]}} | 5:33 spec.rollout.restarts.freeze[0]: "2026-12-24/2026-12-01 UTC" ends before it begins
            rollout: {restarts: {freeze: ["christmas"]}} | 5:33 spec.rollout.restarts.freeze[0]: "christmas" is no freeze (permitted: FROM/TO ZONE, dates or times, as 2026-12-24/2027-01-02 Asia/Tokyo or 2026-12-24T18:00/2027-01-02T06:00 UTC)
            precedence: 1001               | 5:15 spec.precedence: 1001 is not permitted (0-1000)
            mode: observe                  | 5:9 spec.mode: "observe" is not permitted (enforce, report)
            guard: {}                      | 5:3 spec.guard: unknown key (permitted: selector, precedence, modules, sshGuard, rollout, mode)
            """)
    void aFaultHasItsPlaceAndWhatIsPermitted(String spec, String problem) {
        List<String> problems = problems(spec);
        assertThat(problems).contains(problem.strip());
        // One list above has a second fault in it, the module "3".
        assertThat(problems).hasSize(spec.contains(", 3,") ? 2 : 1);
    }

    @Test
    void anUnknownModuleIsRefusedWithThePermittedOnesAndTheNearest() {
        assertThat(problems("modules: {require: [xt_recent]}"))
                .singleElement()
                .asString()
                .startsWith(
                        "5:23 spec.modules.require[0]: \"xt_recent\" is no module that vzctl can share (ip_conntrack, ")
                .endsWith("; did you mean \"ipt_recent\"?");
    }

    @Test
    void allFaultsAreFoundAtOnceInTheOrderOfTheText() {
        String text = """
                apiVersion: vzguard/v2
                kind: Polizei
                metadata: {name: Bad_Name, labels: {}}
                spec:
                  sshGuard:
                    ports: [22, 70000]
                    hits: 21
                    window: 0s
                    hit: 3
                    allow: [10.0.0.0/33, example.org]
                  selector: {ves: 120-101}
                """;
        assertThat(PolicyParser.parse(text).problems())
                .extracting(problem -> problem.line() + ":" + problem.column() + " " + problem.path())
                .containsExactly(
                        "1:13 apiVersion",
                        "2:7 kind",
                        "3:18 metadata.name",
                        "3:28 metadata.labels",
                        "6:17 spec.sshGuard.ports[1]",
                        "7:11 spec.sshGuard.hits",
                        "8:13 spec.sshGuard.window",
                        "9:5 spec.sshGuard.hit",
                        "10:13 spec.sshGuard.allow[0]",
                        "10:26 spec.sshGuard.allow[1]",
                        "11:19 spec.selector.ves");
    }

    @Test
    void whatMustBeThereIsMissed() {
        assertThat(PolicyParser.parse("kind: Policy\nmetadata: {}\n").problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "1:1 apiVersion: is missing", "1:1 spec: is missing", "2:11 metadata.name: is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "1a", "-a", "a_b", "a.b", "a b", "a/b"})
    void otherNamesAreRefused(String name) {
        String text = "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: \"" + name + "\"}\nspec: {}\n";
        assertThat(PolicyParser.parse(text).problems())
                .extracting(Problem::toString)
                .containsExactly("3:18 metadata.name: \"" + name
                        + "\" is not permitted (1-63 characters of a-z, 0-9 and -, starting with a letter)");
    }

    @Test
    void aSpecWithNothingGetsTheDocumentedDefaults() {
        assertThat(policy("sshGuard: {}"))
                .isEqualTo(new Policy(
                        "p",
                        new Selector(HostTerms.ALL, CtidRanges.ALL),
                        new Modules(List.of(), Modules.Share.AUTO, true),
                        new SshGuard(
                                Set.of(Placement.VE),
                                SshGuard.Rule.FIELD_REPORT,
                                List.of(22),
                                Duration.ofSeconds(60),
                                3,
                                "SSH",
                                SshGuard.Action.DROP,
                                List.of(),
                                true,
                                Duration.ZERO,
                                Optional.empty()),
                        new RolloutSettings(
                                1,
                                List.of(new Wave(100, true)),
                                1,
                                Duration.ofSeconds(30),
                                RolloutSettings.Promotion.AUTO,
                                new Restarts(false, 1, 20, "")),
                        Policy.Mode.ENFORCE));
    }

    @Test
    void aBanOfFixedLengthLastsTenMinutesAndNeverLessThanTheWindow() {
        assertThat(policy("sshGuard: {rule: fixed-ban}").sshGuard().ban()).hasMinutes(10);
        assertThat(policy("sshGuard: {rule: fixed-ban, window: 1h}").sshGuard().ban())
                .hasHours(1);
        assertThat(policy("sshGuard: {rule: fixed-ban, escalation: {after: 3, within: 24h, ban: 48h}}")
                        .sshGuard()
                        .escalation())
                .contains(new SshGuard.Escalation(3, Duration.ofHours(24), Duration.ofHours(48)));
    }

    @Test
    void withoutAGuardNoneIsWanted() {
        Policy policy = policy("modules: {require: [ipt_recent]}");
        assertThat(policy.sshGuard()).isEqualTo(SshGuard.NONE);
        assertThat(policy.sshGuard().isWanted()).isFalse();
    }

    @Test
    void valuesAreReadIntoTheirCanonicalForm() {
        Policy policy = policy("sshGuard: {window: 2m, ports: [2222, 22], placement: [ve, host],"
                + " allow: ['2001:DB8:0::/48', 192.0.2.1/32, 10.0.0.0/8], list: 12}");
        assertThat(policy.sshGuard().window()).isEqualTo(Duration.ofMinutes(2));
        assertThat(policy.sshGuard().ports()).containsExactly(22, 2222);
        assertThat(policy.sshGuard().placement()).containsExactly(Placement.HOST, Placement.VE);
        assertThat(policy.sshGuard().allow()).containsExactly("10.0.0.0/8", "192.0.2.1", "2001:db8::/48");
        assertThat(policy.sshGuard().list()).isEqualTo("12");
        assertThat(policy("selector: {ves: 101}").selector().ves()).hasToString("101");
        assertThat(policy("rollout: {soak: 90, waves: [5, 20, 100%]}").rollout().soak())
                .hasSeconds(90);
    }

    @Test
    void whatIsPermittedAndProbablyNotMeantIsWarnedOf() {
        assertThat(warnings("sshGuard: {ipv6: false}"))
                .containsExactly(
                        "spec.sshGuard.allow: nobody is exempt: connection number 3 within 60 s is dropped for"
                                + " administrators too; name the networks they come from",
                        "spec.sshGuard.ipv6: false leaves SSH over IPv6 unguarded");
        assertThat(warnings("modules: {require: [ipt_recent], share: global}"))
                .containsExactly("spec.modules.share: global acts in a VE only after its next restart, and"
                        + " rollout.restarts.allow is false: VEs that need one are refused");
        assertThat(warnings("mode: enforce"))
                .containsExactly("spec: asks for nothing: there is no sshGuard and no modules.require");
        assertThat(warnings("{sshGuard: {placement: [host], allow: [10.0.0.1]}, selector: {ves: 101}}"))
                .containsExactly("spec.selector.ves: has no effect: the guard stands on the host only and VEs need no"
                        + " module");
        assertThat(warnings("{sshGuard: {allow: [10.0.0.1]}, rollout: {maxFailures: 0}}"))
                .containsExactly(
                        "spec.rollout.maxFailures: 0 means that the rollout goes on however many targets fail");
        assertThat(warnings("sshGuard: {allow: [10.0.0.1]}")).isEmpty();
    }

    private static List<String> warnings(String spec) {
        return PolicyParser.parse(HEAD + "  " + spec + "\n").warnings();
    }
}
