package vzguard.agent.diagnose;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import vzguard.agent.boot.BootLayout;
import vzguard.agent.guard.Backends;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.model.Cause;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Evidence;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.policy.SshGuard;
import vzguard.policy.SshGuard.Placement;

/** Whether the guard is there, is what it was, and is kept for the next start. Pure. */
final class GuardState {
    private GuardState() {}

    /** Every family that should have a guard has the right one. */
    static boolean inPlace(DiagnosisFacts facts) {
        List<GuardSeen> wanted = guards(facts);
        return !wanted.isEmpty() && wanted.stream().allMatch(guard -> isRight(facts, guard));
    }

    /** @param found causes so far: where one keeps the guard out, its absence is not worth another */
    static List<Cause> causes(DiagnosisFacts facts, List<Cause> found) {
        List<Cause> causes = new ArrayList<>();
        List<Integer> absent = new ArrayList<>();
        for (GuardSeen guard : guards(facts)) {
            Place site = facts.site(guard);
            String where = "IPv" + guard.family().number() + " guard of " + site.describe();
            String program = guard.family().program() + "-save";
            Optional<String> doubling = Backends.doubling(
                    guard.elsewhere(),
                    facts.applied()
                            .map(settings -> GuardRules.lists(settings, guard.family(), Chains.of(site)))
                            .orElse(List.of()));
            if (doubling.isPresent()) {
                causes.add(Cause.of(
                                CauseCode.BOTH_BACKENDS,
                                Backends.describe(site, doubling.get()),
                                Backends.cure(doubling.get()))
                        .with(Evidence.ofProgram(
                                "rules of the other backend", 0, String.join("\n", guard.elsewhere()))));
                continue;
            }
            if (guard.rules().isEmpty() && Obstacles.hideTables(found)) {
                continue;
            }
            if (guard.rules().isEmpty()) {
                causes.add(Cause.of(
                        CauseCode.RULES_UNREADABLE,
                        "the rules of " + site.describe() + " could not be read: " + guard.problem(),
                        "run " + program + " there"));
            } else if (!guard.present() && expected(facts, guard).isEmpty()) {
                absent.add(guard.family().number());
                countsSeveralTimes(guard, site).ifPresent(causes::add);
            } else if (countsTwice(facts, guard, site).isPresent()) {
                causes.add(countsTwice(facts, guard, site).get());
            } else if (guard.present() && guard.before().contains("-j ACCEPT")) {
                causes.add(Cause.of(
                                CauseCode.GUARD_BYPASSED,
                                "the " + where
                                        + " stands behind a rule that lets in what it takes before the guard sees"
                                        + " it",
                                "apply the policy again; its jumps stand first")
                        .with(Evidence.ofProgram(program + ", before the guard", 0, guard.before())));
            } else if (!isRight(facts, guard)) {
                causes.add(Cause.of(
                                CauseCode.GUARD_DRIFTED,
                                "the " + where + " is not what was applied: " + difference(facts, guard),
                                "apply the policy again; it replaces the own chain in one commit")
                        .with(Evidence.ofProgram(
                                program + ", own rules", 0, text(guard.rules().get(), Chains.of(site)))));
            } else if (!guard.stored().rules().equals(guard.rules().map(OwnRules::withoutCopies))) {
                causes.add(Cause.of(
                                CauseCode.GUARD_NOT_PERSISTED,
                                "the " + where + " acts, but would not be there after a restart",
                                guard.stored().possible()
                                        ? "apply the policy again; it writes the file and what loads it at boot"
                                        : "there is no " + BootLayout.sought() + ": load the rules by hand at boot")
                        .with(Evidence.ofProgram("what is there for the boot", 0, boot(guard, site))));
            }
        }
        if (!absent.isEmpty() && !Obstacles.any(found)) {
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

    /** A rule that is not vzguard's counts into a list of the guard, or a copy of the published ones stands beside it. */
    private static Optional<Cause> countsTwice(DiagnosisFacts facts, GuardSeen guard, Place site) {
        List<String> lists = facts.applied()
                .map(settings -> GuardRules.lists(settings, guard.family(), Chains.of(site)))
                .orElse(List.of());
        List<String> doubling = new ArrayList<>();
        guard.counting().stream()
                .filter(rule -> !Backends.shared(rule, lists).isEmpty())
                .forEach(doubling::add);
        if (guard.present()) {
            guard.copies().forEach(copy -> doubling.add("INPUT " + copy.words()));
        }
        return doubling.isEmpty()
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.COUNTED_TWICE,
                                "on " + site.describe()
                                        + " other rules count beside the guard, so that connections count twice:"
                                        + " soon nobody gets in",
                                "delete that rule; or another sshGuard.list; copies of the published rules give way when"
                                        + " the policy is applied again")
                        .with(Evidence.ofProgram(
                                guard.family().program() + "-save, rules that count", 0, String.join("\n", doubling))));
    }

    /** The published rules, appended again by each run of what writes them. */
    private static Optional<Cause> countsSeveralTimes(GuardSeen guard, Place site) {
        long counting = guard.copies().stream()
                .filter(copy -> copy.words().contains("--set"))
                .count();
        return counting < 2
                ? Optional.empty()
                : Optional.of(Cause.of(
                                CauseCode.COUNTED_TWICE,
                                "on " + site.describe() + " the published rules stand " + counting
                                        + " times: each connection counts as often, and soon nobody gets in",
                                "apply a policy: its guard takes their place")
                        .with(Evidence.ofProgram(
                                guard.family().program() + "-save, the published rules",
                                0,
                                guard.copies().stream()
                                        .map(copy -> "-A INPUT " + copy.words())
                                        .collect(Collectors.joining("\n")))));
    }

    /** What of that which loads the guard at boot is not as it should be. */
    private static String boot(GuardSeen guard, Place site) {
        List<String> lines = new ArrayList<>();
        lines.add(site.rulesFile(guard.family()) + (guard.stored().filePresent() ? " is there" : " is not there"));
        guard.stored().boot().layout().files().forEach(wanted -> {
            boolean there = guard.stored().boot().files().stream()
                    .anyMatch(file -> file.path().equals(wanted.path()));
            boolean serves = guard.stored().boot().files().stream().anyMatch(file -> file.serves(wanted));
            lines.add(wanted.path()
                    + (serves
                            ? " is as it should be"
                            : there ? " is there, and is not executable or has another content" : " is not there"));
        });
        return String.join("\n", lines);
    }

    /** IPv6 counts where the settings ask for it, or where there are traces of it. */
    private static List<GuardSeen> guards(DiagnosisFacts facts) {
        return facts.guards().stream()
                .filter(guard -> guard.present()
                        || (facts.has(guard.family(), facts.site(guard))
                                && (guard.family() == Family.V4
                                        || facts.applied()
                                                .map(settings -> settings.ipv6())
                                                .orElse(guard.stored().filePresent()))))
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
                .map(settings -> wanted(facts, settings, guard))
                .or(() -> guard.stored().rules());
    }

    private static OwnRules wanted(DiagnosisFacts facts, SshGuard settings, GuardSeen guard) {
        List<String> failsafe = facts.host().failsafe();
        // It was applied as the kernel was then.
        boolean hashlimit = guard.rules().filter(HashlimitRule::isIn).isPresent()
                || guard.stored().rules().filter(HashlimitRule::isIn).isPresent();
        return facts.ve()
                .filter(ve -> guard.placement() == Placement.EDGE)
                .map(ve -> GuardRules.wantedAtEdge(
                        settings, guard.family(), failsafe, hashlimit, ve.ctid(), ve.addresses(guard.family())))
                .orElseGet(() -> GuardRules.wanted(settings, guard.family(), failsafe, hashlimit));
    }

    private static String difference(DiagnosisFacts facts, GuardSeen guard) {
        OwnRules now = guard.rules().orElse(OwnRules.NONE);
        Chains chains = Chains.of(facts.site(guard));
        if (!now.chainPresent()) {
            return "chain " + chains.guard() + " is gone";
        }
        if (now.jumps().isEmpty()) {
            return "nothing jumps to chain " + chains.guard() + " any more";
        }
        if (!now.jumpsFirst()) {
            return "other rules stand before it in " + chains.builtIn();
        }
        if (now.countsTwice()) {
            return now.copies().size() + " of the published rules stand beside it, so that connections count twice";
        }
        Optional<OwnRules> goal = expected(facts, guard);
        if (chains.builtIn().equals("FORWARD")
                && goal.filter(rules -> rules.chain().equals(now.chain())).isPresent()) {
            return "its jumps in FORWARD are not those for the VE's addresses and the ports";
        }
        int wanted = goal.map(rules -> rules.chain().size()).orElse(0);
        return now.chain().isEmpty()
                ? "chain " + chains.guard() + " is empty"
                : "chain " + chains.guard() + " has " + now.chain().size() + " rules, applied were " + wanted
                        + ", or they differ";
    }

    private static String text(OwnRules rules, Chains chains) {
        List<String> lines = new ArrayList<>();
        rules.jumps().forEach(jump -> lines.add("-A " + chains.builtIn() + " " + jump));
        rules.chain().forEach(rule -> lines.add("-A " + chains.guard() + " " + rule));
        rules.ban().ifPresent(chain -> chain.forEach(rule -> lines.add("-A " + chains.ban() + " " + rule)));
        rules.copies().forEach(rule -> lines.add("-A " + chains.builtIn() + " " + rule.words()));
        return lines.isEmpty() ? "none" : String.join("\n", lines);
    }
}
