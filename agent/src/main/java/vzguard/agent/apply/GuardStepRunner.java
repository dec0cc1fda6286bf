package vzguard.agent.apply;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.guard.Chains;
import vzguard.agent.guard.GuardLists;
import vzguard.agent.guard.GuardRules;
import vzguard.agent.guard.Lockout;
import vzguard.agent.guard.PublishedRules;
import vzguard.agent.guard.RecentEntry;
import vzguard.agent.guard.SavedFilter;
import vzguard.agent.guard.UndoText;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.Family;
import vzguard.agent.model.GuardSeen;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Place;
import vzguard.agent.model.PublishedRule;
import vzguard.agent.model.Step;
import vzguard.agent.tools.Iptables;
import vzguard.agent.tools.KernelClock;
import vzguard.agent.tools.RecentLists;
import vzguard.agent.tools.SshPeers;
import vzguard.values.Cidr;

/** Own chain and jumps, changed in one commit per family and read back by meaning. */
final class GuardStepRunner {
    private static final int ATTEMPTS = 10;
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(500);

    private final Iptables iptables;
    private final RecentLists lists;
    private final SshPeers peers;
    private final HostFiles files;
    private final Reverter reverter;
    private final TimedBans timedBans;
    private final Pause pause;

    GuardStepRunner(CommandRunner runner, HostFiles files, Reverter reverter, TimedBans timedBans, Pause pause) {
        this.timedBans = timedBans;
        this.reverter = reverter;
        this.pause = pause;
        this.iptables = new Iptables(runner);
        this.lists = new RecentLists(runner, files);
        this.peers = new SshPeers(runner, files);
        this.files = files;
    }

    StepResult write(Step.WriteGuard step, ApplyOptions options, Undo undo) {
        Iptables.Saved before = iptables.saveCounted(step.place(), step.family());
        if (before.filter().isEmpty()) {
            return unreadable(step.place(), step.family(), before.problem());
        }
        SavedFilter now = before.filter().get();
        OwnRules previous = own(now, step.place());
        if (previous.withoutCopies().equals(step.rules())
                && (step.adopted().isEmpty() || previous.copies().isEmpty())) {
            return StepResult.DONE;
        }
        Optional<String> lockout = lockout(step, previous);
        if (lockout.isPresent()) {
            return Failures.failed(
                    CauseCode.WOULD_LOCK_OUT,
                    step.place().describe() + " is left as it is: " + lockout.get(),
                    "sshGuard.allow with that address; or wait until it has been quiet for the window");
        }
        Optional<StepResult> unarmed = armed(step, options, previous);
        if (unarmed.isPresent()) {
            return unarmed.get();
        }
        undo.add(() -> bringBack(step.place(), step.family(), previous));
        StepResult written = change(
                step.place(),
                step.family(),
                now,
                seen -> GuardRules.restoreText(step.rules(), seen, Chains.of(step.place())),
                step.rules());
        banAgain(step, previous);
        timedBans.written(step.place(), step.family(), previous, step.rules());
        return written instanceof StepResult.Failed || step.adopted().isEmpty()
                ? written
                : removeCopies(step.place(), step.family(), previous.copies());
    }

    /**
     * Lists begin empty: only where a guard, or the published rules, counted before can the new one hit anybody at once. Whom
     * those shut out already is not shut out by the new one: else an attacker who is banned and holds a connection could
     * keep every change away.
     */
    private Optional<String> lockout(Step.WriteGuard step, OwnRules previous) {
        Optional<GuardLists> goal = GuardLists.of(step.rules());
        if (goal.isEmpty() || step.restores() || previous.equals(OwnRules.NONE)) {
            return Optional.empty();
        }
        List<Cidr> connected = peers.of(step.place().target(), GuardRules.ports(step.rules()));
        if (connected.isEmpty()) {
            return Optional.empty();
        }
        Optional<GuardLists> before = GuardLists.of(previous)
                .or(() -> previous.copies().isEmpty() ? Optional.empty() : Optional.of(GuardLists.PUBLISHED));
        Set<String> names = new TreeSet<>(goal.get().names());
        before.ifPresent(lists -> names.addAll(lists.names()));
        Map<String, List<RecentEntry>> entries = new TreeMap<>();
        lists.change(step.place(), List.of(), List.copyOf(names))
                .lines()
                .forEach((list, lines) -> entries.put(list, RecentEntry.read(lines)));
        return Lockout.of(goal.get(), before, connected, entries, KernelClock.now(files));
    }

    /** A guard that is only brought back was confirmed before. */
    private Optional<StepResult> armed(Step.WriteGuard step, ApplyOptions options, OwnRules previous) {
        return step.restores()
                ? Optional.empty()
                : armed(step.place(), step.family(), previous, step.rules(), step.stored(), options);
    }

    /** Without a way back nothing is written. */
    private Optional<StepResult> armed(
            Place place,
            Family family,
            OwnRules previous,
            OwnRules wanted,
            GuardSeen.Stored stored,
            ApplyOptions options) {
        List<String> connected = options.byHand()
                ? peers.ofHost(GuardRules.ports(wanted.jumps().isEmpty() ? previous : wanted))
                : List.of();
        try {
            reverter.arm(
                    place,
                    family,
                    UndoText.of(place, family, previous, wanted, stored),
                    options.confirmWithin(),
                    connected);
            return Optional.empty();
        } catch (UncheckedIOException e) {
            return Optional.of(Failures.failed(
                    CauseCode.PROGRAM_FAILED,
                    place.describe() + " is left as it is: its guard could not be taken back if nobody confirms"
                            + " it: " + e.getMessage(),
                    "room and permissions in the agent's state directory"));
        }
    }

    /** A list that no rule named until now is empty. */
    private void banAgain(Step.WriteGuard step, OwnRules previous) {
        Optional<String> list = GuardLists.of(step.rules()).map(GuardLists::deny);
        if (step.bans().isEmpty() || list.equals(GuardLists.of(previous).map(GuardLists::deny))) {
            return;
        }
        lists.change(
                step.place(),
                step.bans().stream()
                        .map(ban -> new RecentLists.Entry(list.orElseThrow(), "+" + ban.first()))
                        .toList(),
                List.of());
    }

    /** After the commit: for the moment between them a connection counts twice, but none goes unguarded. */
    private StepResult removeCopies(Place place, Family family, List<PublishedRule> copies) {
        iptables.delete(
                place,
                family,
                copies.stream()
                        .flatMap(copy -> PublishedRules.wordings(copy).stream())
                        .distinct()
                        .toList());
        Iptables.Saved after = iptables.save(place, family);
        boolean gone =
                after.filter().map(filter -> filter.own().copies().isEmpty()).orElse(false);
        return gone
                ? StepResult.DONE
                : Failures.failed(
                        CauseCode.NO_EFFECT,
                        "the published rules that stand beside the guard of " + place.describe() + " (IPv"
                                + family.number() + ") could not be deleted: every connection would count twice",
                        "delete them by hand");
    }

    StepResult remove(Step.RemoveGuard step, ApplyOptions options, Undo undo) {
        Iptables.Saved before = iptables.saveCounted(step.place(), step.family());
        if (before.filter().isEmpty()) {
            return unreadable(step.place(), step.family(), before.problem());
        }
        SavedFilter now = before.filter().get();
        Chains chains = Chains.of(step.place());
        if (GuardRules.removeText(now, step.adopted(), chains).isEmpty()) {
            return StepResult.DONE;
        }
        OwnRules previous = now.own(chains);
        boolean mayComeBack = reverter.isArmed(step.place());
        if (mayComeBack) {
            // Another has taken its place, and may be taken back: then this one must come back.
            Optional<StepResult> unarmed = armed(
                    step.place(), step.family(), previous, OwnRules.NONE.with(step.adopted()), step.stored(), options);
            if (unarmed.isPresent()) {
                return unarmed.get();
            }
        }
        undo.add(() -> bringBack(step.place(), step.family(), previous));
        StepResult removed = change(
                step.place(),
                step.family(),
                now,
                seen -> GuardRules.removeText(seen, step.adopted(), chains),
                OwnRules.NONE);
        if (removed instanceof StepResult.Done && !mayComeBack) {
            timedBans.forget(step.place(), step.family());
        }
        return removed;
    }

    /**
     * A commit that another iptables was in the way of, by its lock or by what it changed since the table was read, is made again
     * from what is there then.
     */
    private StepResult change(
            Place place, Family family, SavedFilter now, Function<SavedFilter, String> text, OwnRules wanted) {
        SavedFilter seen = now;
        for (int attempt = 1; ; attempt++) {
            Iptables.Changed changed = iptables.change(place, family, text.apply(seen));
            Optional<SavedFilter> after = changed.after().filter();
            if (after.map(filter -> own(filter, place).withoutCopies().equals(wanted))
                    .orElse(false)) {
                return StepResult.DONE;
            }
            boolean locked = Iptables.saysLocked(changed.result().err());
            boolean changedMeanwhile =
                    !changed.result().succeeded() && after.isPresent() && !isSame(seen, after.get(), place);
            if (attempt == ATTEMPTS || !(locked || changedMeanwhile) || after.isEmpty()) {
                return Failures.of(
                        family.program() + "-restore --noflush",
                        changed.result(),
                        "the IPv" + family.number() + " guard of " + place.describe() + " is not as asked");
            }
            pause.pause(BETWEEN_ATTEMPTS);
            seen = iptables.saveCounted(place, family).filter().orElse(after.get());
        }
    }

    private static boolean isSame(SavedFilter one, SavedFilter other, Place place) {
        return own(one, place).equals(own(other, place)) && one.foreign().equals(other.foreign());
    }

    private static OwnRules own(SavedFilter filter, Place place) {
        return filter.own(Chains.of(place));
    }

    private static StepResult unreadable(Place place, Family family, String problem) {
        return Failures.failed(
                CauseCode.RULES_UNREADABLE,
                "the IPv" + family.number() + " rules of " + place.describe() + " cannot be read: " + problem,
                "end what changes the rules all the time, if that is so; then apply again");
    }

    /** The own chain as it was; nothing foreign is touched on the way back either. */
    private void bringBack(Place place, Family family, OwnRules previous) {
        Optional<SavedFilter> now = iptables.save(place, family).filter();
        if (now.isEmpty() || own(now.get(), place).equals(previous)) {
            return;
        }
        String text = previous.chainPresent()
                ? GuardRules.restoreText(previous, now.get(), Chains.of(place))
                : GuardRules.removeText(now.get(), previous.copies(), Chains.of(place));
        iptables.restore(place, family, text);
    }
}
