package vzguard.agent.plan;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.Step;
import vzguard.policy.SshGuard;

/** The guard of one place: written, kept, or taken away, so that it is what the settings ask for in each family. */
final class GuardSteps {
    private final Place place;
    private final List<GuardSeen> seen;
    private final Map<Family, OwnRules> wanted = new EnumMap<>(Family.class);

    /** @param ipv6 the place has IPv6 at all */
    GuardSteps(Place place, List<GuardSeen> seen, SshGuard settings, boolean ipv6) {
        this.place = place;
        this.seen = List.copyOf(seen);
        if (settings.placement().contains(place.placement())) {
            wanted.put(Family.V4, GuardRules.wanted(settings, Family.V4));
            if (settings.ipv6() && ipv6) {
                wanted.put(Family.V6, GuardRules.wanted(settings, Family.V6));
            }
        }
    }

    /** A place whose guard goes. */
    GuardSteps(Place place, List<GuardSeen> seen) {
        this.place = place;
        this.seen = List.copyOf(seen);
    }

    /** The guards that should be there, as they are now. */
    List<GuardSeen> needed() {
        return seen.stream().filter(guard -> wanted.containsKey(guard.family())).toList();
    }

    /**
     * What must change about the rules in force.
     *
     * @param mayAppear steps before these may make readable what is not: a module, a share
     */
    void write(Draft draft, boolean mayAppear) {
        for (GuardSeen guard : seen) {
            Optional<OwnRules> goal = Optional.ofNullable(wanted.get(guard.family()));
            if (goal.isEmpty()) {
                if (guard.present()) {
                    draft.add(new Step.RemoveGuard(place, guard.family(), "the policy asks for no guard here"));
                }
            } else if (guard.rules().isEmpty() && !mayAppear) {
                draft.block(
                        CauseCode.RULES_UNREADABLE,
                        "the IPv" + guard.family().number() + " rules of " + place.describe() + " cannot be read: "
                                + guard.problem(),
                        guard.family() == Family.V6 ? "sshGuard.ipv6: false, where there is no IPv6" : "");
            } else if (!guard.rules().equals(goal)) {
                draft.add(new Step.WriteGuard(place, guard.family(), goal.get(), text(goal.get()), reason(guard)));
            }
        }
    }

    private static String reason(GuardSeen guard) {
        if (guard.rules().isEmpty() || !guard.present()) {
            return "there is no guard";
        }
        OwnRules rules = guard.rules().get();
        if (rules.jumps().isEmpty()) {
            return "nothing jumps to the guard's chain";
        }
        return rules.jumpsFirst() ? "the guard's rules differ" : "another rule stands before the guard";
    }

    /** What must change about the files from which the guard comes back. */
    void persist(Draft draft) {
        if (seen.isEmpty()) {
            return;
        }
        boolean anyFile = seen.stream()
                .anyMatch(
                        guard -> guard.stored().filePresent() || guard.stored().hookPresent());
        if (wanted.isEmpty()) {
            if (anyFile) {
                draft.add(new Step.RemovePersistence(place, "the policy asks for no guard here"));
            }
            return;
        }
        if (seen.stream().noneMatch(guard -> guard.stored().possible())) {
            draft.warn("the guard of " + place.describe()
                    + " will not survive a restart: there is no /etc/network/if-pre-up.d to load it from");
            return;
        }
        boolean asWanted = seen.stream()
                .allMatch(guard -> wanted.containsKey(guard.family())
                        ? guard.stored().rules().equals(Optional.of(wanted.get(guard.family())))
                        : !guard.stored().filePresent());
        if (!asWanted) {
            draft.add(new Step.PersistGuard(
                    place, new TreeMap<>(wanted), "the next start would not bring this guard back"));
        }
    }

    private static String text(OwnRules rules) {
        List<String> lines = new ArrayList<>();
        rules.jumps().forEach(jump -> lines.add("-I " + GuardRules.BUILT_IN + " " + jump));
        rules.chain().forEach(rule -> lines.add("-A " + GuardRules.CHAIN + " " + rule));
        return String.join("\n", lines) + "\n";
    }
}
