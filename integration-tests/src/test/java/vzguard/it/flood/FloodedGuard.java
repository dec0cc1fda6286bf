package vzguard.it.flood;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.model.Family;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.tools.Iptables;
import vzguard.policy.SshGuard;

/** The guard of the flooded place, written and read by the agent's own classes as applying a policy does. */
final class FloodedGuard {
    private static final String LIST = "SSH";

    private final CommandRunner inside;
    private final Iptables iptables;

    FloodedGuard(CommandRunner inside) {
        this.inside = inside;
        this.iptables = new Iptables(inside);
    }

    /** A guard with bans of a week, which no run outlasts: that a ban stands at the end is not the clock's doing. */
    static SshGuard settings(int hits, Duration window) {
        return new SshGuard(
                SshGuard.DEFAULT.placement(),
                SshGuard.Rule.FIXED_BAN,
                SshGuard.DEFAULT.ports(),
                window,
                hits,
                LIST,
                SshGuard.Action.DROP,
                List.of("192.0.2.0/24"),
                false,
                Duration.ofDays(7),
                SshGuard.DEFAULT.escalation());
    }

    static OwnRules wanted(SshGuard settings) {
        return GuardRules.wanted(settings, Family.V4, List.of());
    }

    /** Reads, changes in one commit, reads back; says how long all of that took. */
    Duration replaceBy(SshGuard settings) {
        return replaceBy(wanted(settings));
    }

    Duration replaceBy(OwnRules wanted) {
        long began = System.nanoTime();
        SavedFilter now = read();
        Iptables.Changed changed =
                iptables.change(Place.HOST, Family.V4, GuardRules.restoreText(wanted, now, Chains.INPUT));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertThat(changed.result().succeeded()).as(changed.result().explain()).isTrue();
        assertThat(changed.after().filter()).as(changed.after().problem()).isPresent();
        assertThat(changed.after().filter().orElseThrow().own()).isEqualTo(wanted);
        return took;
    }

    SavedFilter read() {
        Iptables.Saved saved = iptables.save(Place.HOST, Family.V4);
        assertThat(saved.filter()).as(saved.problem()).isPresent();
        return saved.filter().orElseThrow();
    }

    /** As scripts of owners do it: {@code -F}, and then a {@code -A} for each rule. */
    void empty() {
        run("-F", GuardRules.CHAIN);
    }

    /** The other half of {@link #empty}. */
    void fillRuleByRule(SshGuard settings) {
        for (String rule : wanted(settings).chain()) {
            List<String> arguments = new ArrayList<>(List.of("-A", GuardRules.CHAIN));
            arguments.addAll(List.of(rule.split(" ")));
            run(arguments.toArray(new String[0]));
        }
    }

    private void run(String... arguments) {
        List<String> argv = new ArrayList<>(List.of("iptables"));
        argv.addAll(List.of(arguments));
        CommandResult result = inside.run(Command.of(argv));
        assertThat(result.succeeded()).as("%s: %s", argv, result.explain()).isTrue();
    }

    boolean bans(String address) {
        CommandResult list = inside.run(Command.of("cat", "/proc/net/xt_recent/" + GuardRules.banList(LIST)));
        return list.out().lines().anyMatch(line -> line.startsWith("src=" + address + " "));
    }

    String version() {
        return iptables.version(Place.HOST, Family.V4);
    }
}
