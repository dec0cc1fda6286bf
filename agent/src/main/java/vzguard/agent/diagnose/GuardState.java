package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;

/** Whether the guard is there, is what it was, and is kept for the next start. Pure. */
final class GuardState {
    private GuardState() {}

    /** Every family that should have a guard has the right one. */
    static boolean inPlace(DiagnosisFacts facts) {
        List<GuardSeen> wanted = guards(facts);
        return !wanted.isEmpty() && wanted.stream().allMatch(guard -> isRight(facts, guard));
    }

    /** @param obstacle something else keeps the guard out: its absence is not worth a cause */
    static List<Cause> causes(DiagnosisFacts facts, boolean obstacle) {
        List<Cause> causes = new ArrayList<>();
        List<Integer> absent = new ArrayList<>();
        for (GuardSeen guard : guards(facts)) {
            String where = "IPv" + guard.family().number() + " guard of "
                    + facts.place().describe();
            String program = guard.family().program() + "-save";
            if (guard.rules().isEmpty()) {
                causes.add(Cause.of(
                        CauseCode.RULES_UNREADABLE,
                        "the rules of " + facts.place().describe() + " could not be read: " + guard.problem(),
                        "run " + program + " there"));
            } else if (!guard.present() && expected(facts, guard).isEmpty()) {
                absent.add(guard.family().number());
            } else if (!isRight(facts, guard)) {
                causes.add(Cause.of(
                                CauseCode.GUARD_DRIFTED,
                                "the " + where + " is not what was applied: " + difference(facts, guard),
                                "apply the policy again; it replaces the own chain in one commit")
                        .with(Evidence.ofProgram(
                                program + ", own rules", 0, text(guard.rules().get()))));
            } else if (!guard.stored().rules().equals(guard.rules().map(OwnRules::withoutCopies))) {
                causes.add(Cause.of(
                        CauseCode.GUARD_NOT_PERSISTED,
                        "the " + where + " acts, but would not be there after a restart",
                        guard.stored().possible()
                                ? "apply the policy again; it writes the file and what loads it at boot"
                                : "there is no " + BootLayout.sought() + ": load the rules by hand at boot"));
            }
        }
        if (!absent.isEmpty() && !obstacle) {
            causes.add(
                    0,
                    Cause.of(
                            CauseCode.GUARD_ABSENT,
                            facts.place().describe() + " has no SSH guard (IPv"
                                    + String.join(
                                            ", IPv",
                                            absent.stream().map(String::valueOf).toList()) + ")",
                            "apply a policy that selects it"));
        }
        return causes;
    }

    /** IPv6 counts where the settings ask for it, or where there are traces of it. */
    private static List<GuardSeen> guards(DiagnosisFacts facts) {
        boolean inet6 = facts.ve().map(ve -> ve.inside().ipv6()).orElse(true);
        return facts.guards().stream()
                .filter(guard -> guard.family() == Family.V4
                        || guard.present()
                        || (inet6
                                && facts.applied()
                                        .map(settings -> settings.ipv6())
                                        .orElse(guard.stored().filePresent())))
                .toList();
    }

    private static boolean isRight(DiagnosisFacts facts, GuardSeen guard) {
        return guard.present()
                && guard.rules()
                        .map(OwnRules::withoutCopies)
                        .equals(expected(facts, guard).or(() -> guard.rules().map(OwnRules::withoutCopies)))
                && !guard.rules().get().jumps().isEmpty()
                && guard.rules().get().jumpsFirst()
                && !guard.rules().get().countsTwice()
                && guard.rules().get().chainPresent();
    }

    /** What was applied; where that is not known, what is stored for the next start. */
    private static Optional<OwnRules> expected(DiagnosisFacts facts, GuardSeen guard) {
        return facts.applied()
                .map(settings ->
                        GuardRules.wanted(settings, guard.family(), facts.host().failsafe()))
                .or(() -> guard.stored().rules());
    }

    private static String difference(DiagnosisFacts facts, GuardSeen guard) {
        OwnRules now = guard.rules().orElse(OwnRules.NONE);
        if (!now.chainPresent()) {
            return "chain " + GuardRules.CHAIN + " is gone";
        }
        if (now.jumps().isEmpty()) {
            return "nothing jumps to chain " + GuardRules.CHAIN + " any more";
        }
        if (!now.jumpsFirst()) {
            return "other rules stand before it in " + GuardRules.BUILT_IN;
        }
        if (now.countsTwice()) {
            return now.copies().size() + " of the published rules stand beside it, so that connections count twice";
        }
        int wanted = expected(facts, guard).map(rules -> rules.chain().size()).orElse(0);
        return now.chain().isEmpty()
                ? "chain " + GuardRules.CHAIN + " is empty"
                : "chain " + GuardRules.CHAIN + " has " + now.chain().size() + " rules, applied were " + wanted
                        + ", or they differ";
    }

    private static String text(OwnRules rules) {
        List<String> lines = new ArrayList<>();
        rules.jumps().forEach(jump -> lines.add("-A " + GuardRules.BUILT_IN + " " + jump));
        rules.chain().forEach(rule -> lines.add("-A " + GuardRules.CHAIN + " " + rule));
        rules.ban().ifPresent(chain -> chain.forEach(rule -> lines.add("-A " + GuardRules.BAN_CHAIN + " " + rule)));
        rules.copies().forEach(rule -> lines.add("-A " + GuardRules.BUILT_IN + " " + rule.words()));
        return lines.isEmpty() ? "none" : String.join("\n", lines);
    }
}
