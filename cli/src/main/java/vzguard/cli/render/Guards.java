package vzguard.cli.render;

import java.util.List;
import java.util.Optional;
import vzguard.v1.GuardFact;
import vzguard.v1.GuardState;
import vzguard.v1.Placement;

/** Guards of a host or VE in few words. */
final class Guards {
    private Guards() {}

    /** IPv4 and IPv6 of the first placement that has a guard, as {@code on/off}; a dash when nothing is known. */
    static Table.Cell brief(List<GuardFact> guards, List<Placement> placements) {
        for (Placement placement : placements) {
            Optional<GuardFact> four = find(guards, placement, 4);
            Optional<GuardFact> six = find(guards, placement, 6);
            boolean last = placement == placements.get(placements.size() - 1);
            if (last || isThere(four) || isThere(six)) {
                if (four.isEmpty() && six.isEmpty()) {
                    return Table.Cell.of("-");
                }
                return new Table.Cell(word(four) + "/" + word(six), tone(four, six));
            }
        }
        return Table.Cell.of("-");
    }

    static String word(GuardState state) {
        return switch (state) {
            case GUARD_STATE_IN_PLACE -> "on";
            case GUARD_STATE_ABSENT -> "off";
            case GUARD_STATE_DRIFTED -> "drift";
            default -> "?";
        };
    }

    static void describe(Details details, List<GuardFact> guards, Screen screen) {
        details.heading("guards");
        if (guards.isEmpty()) {
            details.line("none was looked for yet");
        }
        for (GuardFact guard : guards) {
            String listed = guard.getState() == GuardState.GUARD_STATE_ABSENT
                    ? ""
                    : (guard.getPersisted() ? ", survives a restart" : ", lost at a restart") + ", " + guard.getListed()
                            + " listed";
            String why = guard.getDetail().isEmpty() ? "" : " (" + Text.line(guard.getDetail()) + ")";
            details.line(Words.lower(guard.getPlacement(), "PLACEMENT_") + " IPv" + guard.getFamily() + ": "
                    + screen.paint(tone(guard.getState()), word(guard.getState())) + listed + why);
        }
    }

    static Tone tone(GuardState state) {
        return switch (state) {
            case GUARD_STATE_IN_PLACE -> Tone.GOOD;
            case GUARD_STATE_DRIFTED -> Tone.BAD;
            case GUARD_STATE_ABSENT -> Tone.PLAIN;
            default -> Tone.WARN;
        };
    }

    private static Optional<GuardFact> find(List<GuardFact> guards, Placement placement, int family) {
        return guards.stream()
                .filter(guard -> guard.getPlacement() == placement && guard.getFamily() == family)
                .findFirst();
    }

    private static boolean isThere(Optional<GuardFact> guard) {
        return guard.isPresent() && guard.get().getState() != GuardState.GUARD_STATE_ABSENT;
    }

    private static String word(Optional<GuardFact> guard) {
        return guard.map(fact -> word(fact.getState())).orElse("-");
    }

    private static Tone tone(Optional<GuardFact> four, Optional<GuardFact> six) {
        Tone first = four.map(fact -> tone(fact.getState())).orElse(Tone.PLAIN);
        Tone second = six.map(fact -> tone(fact.getState())).orElse(first);
        return first == second || second == Tone.GOOD ? first : second;
    }
}
