package vzguard.agent.plan;

import java.util.List;
import java.util.stream.Stream;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;

/** Rules that count connections beside a guard and are not taken in: those of others, and those of the other backend. */
final class OthersRules {
    private static final int PUBLISHED_PORT = 22;

    private OthersRules() {}

    /** Warns of what counts too; blocks the plan where it would count into the guard's own lists. */
    static void look(Draft draft, Place place, SshGuard settings, GuardSeen guard) {
        List<String> lists = GuardRules.lists(settings, guard.family(), Chains.of(place));
        Backends.doubling(guard.elsewhere(), lists)
                .ifPresent(rule -> block(draft, place, rule, "connections would count twice"));
        for (String rule : counting(settings, guard)) {
            List<String> shared = Backends.shared(rule, lists);
            if (!shared.isEmpty()) {
                draft.block(
                        CauseCode.COUNTED_TWICE,
                        "a rule of " + place.describe() + " that is not vzguard's uses list "
                                + String.join(", ", shared) + " too, so that connections would count twice: " + rule,
                        "sshGuard.list: another name; or delete that rule");
            }
        }
        Stream.concat(counting(settings, guard).stream(), guard.elsewhere().stream())
                .filter(rule ->
                        !Backends.isOwn(rule) && Backends.shared(rule, lists).isEmpty())
                .filter(rule -> settings.ports().stream().anyMatch(port -> rule.contains("--dport " + port + " ")))
                .forEach(rule -> draft.warn("a rule of " + place.describe()
                        + " that is not vzguard's counts SSH connections too; it is left alone, the stricter wins: "
                        + rule));
    }

    /** What the iptables in use does not show it cannot remove either. */
    static void lookBeforeRemoval(Draft draft, Place place, GuardSeen guard) {
        guard.elsewhere().stream()
                .filter(Backends::isOwn)
                .findFirst()
                .ifPresent(rule -> block(draft, place, rule, "it cannot be taken away there"));
    }

    private static void block(Draft draft, Place place, String rule, String consequence) {
        draft.block(CauseCode.BOTH_BACKENDS, Backends.describe(place, rule) + "; " + consequence, Backends.cure(rule));
    }

    private static List<String> counting(SshGuard settings, GuardSeen guard) {
        return settings.ports().contains(PUBLISHED_PORT)
                ? guard.counting()
                : Stream.concat(
                                guard.counting().stream(),
                                guard.copies().stream().map(copy -> GuardRules.BUILT_IN + " " + copy.words()))
                        .toList();
    }
}
