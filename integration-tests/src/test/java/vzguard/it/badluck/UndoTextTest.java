package vzguard.it.badluck;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.boot.BootSeen;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.PublishedRules;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.StoredGuard;
import vzguard.agent.guard.UndoText;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Kept;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.policy.PolicyParser;
import vzguard.policy.SshGuard;
import vzguard.values.Ctid;

/**
 * What takes a guard back brings any former state back, from wherever the write was when its agent died: not begun, committed,
 * the published rules gone, stored. By the shell text itself, on a simulated host.
 */
class UndoTextTest {
    private static final String HOOK_TEXT = BootLayout.DEBIAN.files().get(0).content();
    private static final String SET = "-p tcp --dport 22 -m state --state NEW -m recent --set --name SSH";
    private static final String UPDATE = "-p tcp --dport 22 -m state --state NEW -m recent --update --seconds 60"
            + " --hitcount 3 --rttl --name SSH -j DROP";
    private static final List<String> OF_OTHERS = List.of(
            "-s 203.0.113.9/32 -j DROP",
            "-p tcp -m tcp --dport 80 -j ACCEPT",
            "-p udp -j DROP",
            "-s 198.51.100.0/24 -p tcp -m tcp --dport 22 -j ACCEPT");
    /** What loads the guards at boot is common to them. */
    private static final String OF_ANOTHER = "/etc/vzguard/edge-205.v4";

    private static final String RULES_OF_ANOTHER = "*filter\nCOMMIT\n";

    private static final int SEEDS = 600;
    private static final int STAGES = 4;

    private Place place = Place.HOST;
    private final SimulatedHost host = SimulatedFleet.boot(1, 0).host("hn1");

    private String run(String line) {
        CommandResult result = host.run(Command.of("sh", "-c", line));
        assertThat(result.succeeded()).as(line + ": " + result.explain()).isTrue();
        return result.out();
    }

    private SavedFilter filter() {
        return SavedFilter.parse(run("iptables-save -t filter"));
    }

    private void restore(String text) {
        CommandResult result =
                host.run(Command.of("iptables-restore", "--noflush").withStdin(text));
        assertThat(result.succeeded()).as(text + result.explain()).isTrue();
    }

    private void file(String name, Optional<String> text) {
        text.ifPresentOrElse(
                content -> host.run(Command.of("tee", name).withStdin(content)), () -> run("rm -f " + name));
    }

    private List<String> files() {
        return List.of(
                run("cat " + place.rulesFile(Family.V4) + " 2>/dev/null || echo none"),
                run("cat " + OF_ANOTHER + " 2>/dev/null || echo none"),
                run("cat " + BootLayout.HOOK + " 2>/dev/null || echo none"));
    }

    private static SshGuard settings(Random random) {
        boolean fixed = random.nextBoolean();
        String text = "placement: [host, edge], ports: "
                + List.of("[22]", "[2222]", "[22, 2222]").get(random.nextInt(3))
                + ", hits: " + (2 + random.nextInt(5))
                + ", list: " + List.of("SSH", "OTHER").get(random.nextInt(2))
                + ", action: " + List.of("drop", "reject").get(random.nextInt(2))
                + (fixed ? ", rule: fixed-ban, ban: 10m" : "")
                + (random.nextBoolean() ? ", allow: [192.0.2.0/24]" : "");
        return PolicyParser.parse("apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: p}\nspec:\n  sshGuard: {"
                        + text + "}\n")
                .policy()
                .orElseThrow()
                .sshGuard();
    }

    private OwnRules guard(Random random) {
        return place.edge()
                ? GuardRules.wantedAtEdge(
                        settings(random),
                        Family.V4,
                        List.of(),
                        place.ctid().orElseThrow(),
                        List.of("10.0.0." + (1 + random.nextInt(3)), "10.0.0.9"))
                : GuardRules.wanted(settings(random), Family.V4, List.of());
    }

    /** A guard or none, stored or not; rules of others; copies of the published ones. */
    private GuardSeen.Stored somethingBefore(Random random) {
        run("iptables -F; iptables -X; rm -rf /etc/vzguard; mkdir -p /etc/vzguard");
        List<String> rules = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            rules.add(OF_OTHERS.get(random.nextInt(OF_OTHERS.size())));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(rules.size() + 1);
            rules.add(at, UPDATE);
            rules.add(at, SET);
        }
        rules.forEach(rule ->
                run("iptables -A " + (place.edge() && !rule.contains("recent") ? "FORWARD " : "INPUT ") + rule));
        boolean guarded = random.nextBoolean();
        OwnRules before = guard(random);
        if (guarded) {
            restore(GuardRules.restoreText(before, filter(), Chains.of(place)));
        }
        boolean stored = guarded && random.nextInt(4) > 0;
        file(
                place.rulesFile(Family.V4),
                stored
                        ? Optional.of(GuardRules.fileText(before, Kept.NOTHING, BootLayout.DEBIAN, Chains.of(place)))
                        : Optional.empty());
        boolean another = random.nextBoolean();
        file(OF_ANOTHER, another ? Optional.of(RULES_OF_ANOTHER) : Optional.empty());
        boolean hook = stored || another;
        file(BootLayout.HOOK, hook ? Optional.of(HOOK_TEXT) : Optional.empty());
        return StoredGuard.read(
                place,
                stored
                        ? Optional.of(GuardRules.fileText(before, Kept.NOTHING, BootLayout.DEBIAN, Chains.of(place)))
                        : Optional.empty(),
                hook ? BootSeen.complete(BootLayout.DEBIAN) : BootSeen.bare(BootLayout.DEBIAN));
    }

    private void write(OwnRules wanted, SavedFilter now, int stages) {
        if (stages > 0) {
            restore(GuardRules.restoreText(wanted, now, Chains.of(place)));
        }
        if (stages > 1) {
            for (PublishedRule copy : now.own(Chains.of(place)).copies()) {
                PublishedRules.wordings(copy)
                        .forEach(words -> run("while iptables -D INPUT " + words + " 2>/dev/null; do :; done"));
            }
        }
        if (stages > 2) {
            file(
                    place.rulesFile(Family.V4),
                    Optional.of(GuardRules.fileText(wanted, Kept.NOTHING, BootLayout.DEBIAN, Chains.of(place))));
            file(BootLayout.HOOK, Optional.of(HOOK_TEXT));
        }
    }

    @Test
    void anyWriteIsTakenBackFromAnyStage() {
        run("modprobe ipt_recent; modprobe xt_state; modprobe nf_conntrack_ipv4; modprobe ipt_REJECT");
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            place = random.nextInt(3) == 0 ? Place.edge(new Ctid("101")) : Place.HOST;
            GuardSeen.Stored stored = somethingBefore(random);
            SavedFilter before = filter();
            List<String> filesBefore = files();
            OwnRules wanted = guard(random);
            String undo = UndoText.of(place, Family.V4, before.own(Chains.of(place)), wanted, stored);
            int stages = random.nextInt(STAGES);
            write(wanted, before, stages);
            if (stages == STAGES - 1 && random.nextInt(4) == 0) {
                file(OF_ANOTHER, Optional.of(RULES_OF_ANOTHER));
                filesBefore = List.of(filesBefore.get(0), RULES_OF_ANOTHER, HOOK_TEXT);
            }
            for (int times = 1 + random.nextInt(2); times > 0; times--) {
                CommandResult ended = host.run(
                        Command.of("sh", "-c", UndoText.TAKE_BACK, "sh").withStdin("#place \n" + undo));
                assertThat(ended.succeeded()).as(ended.explain()).isTrue();
            }
            SavedFilter after = filter();
            String where = "seed " + seed + ", " + stages + " stages, before\n" + before.rules() + "\n" + undo;
            assertThat(after.own()).as(where).isEqualTo(before.own());
            assertThat(after.own(Chains.of(place))).as(where).isEqualTo(before.own(Chains.of(place)));
            assertThat(after.foreign()).as(where).isEqualTo(before.foreign());
            assertThat(files()).as(where).isEqualTo(filesBefore);
        }
    }
}
