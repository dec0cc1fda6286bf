package vzguard.lab.demo;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import vzguard.lab.demo.Stage.Connection;
import vzguard.lab.demo.Stage.Result;
import vzguard.lab.demo.Stage.StageFailure;
import vzguard.lab.model.FleetSeed;
import vzguard.lab.model.Generation;
import vzguard.lab.model.KernelLine;

/**
 * The twelve steps of the field report, as vzguard does them. Every promise is checked against the real thing: exit
 * codes, the kernel's answers, connections from outside.
 */
final class Story {
    private static final String ATTACKER = "198.51.100.7";
    private static final String ATTACKER_6 = "fd66:bad::7";
    private static final String BYSTANDER = "198.51.100.99";
    private static final String OPERATOR = "192.0.2.77";

    private final Stage stage;
    private final Narrator narrator;
    private final DemoPolicy policy;
    private final KernelLine kernel;
    private final boolean shares;
    private final String first;
    private final String second;

    /** No two of them have both source and target in common: a guard counts them apart, so they run side by side. */
    private final List<Series> attack;

    Story(Stage stage, Narrator narrator, DemoPolicy policy, Generation generation) {
        this.stage = stage;
        this.narrator = narrator;
        this.policy = policy;
        this.kernel = generation.kernel();
        this.shares = generation.vzctl().hasIptables();
        String ctid = FleetSeed.ctids(1, generation).get(0).text();
        this.first = "hn1/" + ctid;
        this.second = "hn2/" + ctid;
        this.attack = List.of(
                Series.of(first, ATTACKER, false, true, true, false, false),
                Series.of(first, ATTACKER_6, true, true, true, !policy.ipv6()),
                Series.of(first, BYSTANDER, false, true),
                Series.of(first, OPERATOR, false, true, true, true, true, true),
                Series.of("hn1", ATTACKER, false, true, true, false));
    }

    void tell() throws StageFailure {
        before();
        diagnosis();
        attackBefore();
        plan();
        rollout();
        afterAndAttack();
        again();
        rebootAndFlush();
    }

    private void before() throws StageFailure {
        narrator.act("The fleet before");
        showAll(List.of("status"), List.of("ves"));
    }

    private void diagnosis() throws StageFailure {
        narrator.act("The two rules of the field report, typed in two VEs, and why they fail");
        List<Refusal> refusals = new ArrayList<>(
                List.of(new Refusal(first, "MODULE_NOT_LOADED", List.of("-m", "recent", "--set", "--name", "SSH"))));
        if (shares) {
            refusals.add(new Refusal(
                    second, isTaken() ? "GUARD_ABSENT" : "NOT_SHARED", List.of("-m", "state", "--state", "NEW")));
        }
        List<SideBySide.Task<List<Result>>> calls = new ArrayList<>();
        for (Refusal refusal : refusals) {
            calls.add(() -> List.of(
                    stage.exec(refusal.where(), refusal.rule().toArray(String[]::new)),
                    stage.vzguard("diagnose", refusal.where())));
        }
        calls.add(() -> List.of(stage.vzguard("hosts", "show", "hn1")));
        Iterator<List<Result>> results = SideBySide.run(calls).iterator();
        for (Refusal refusal : refusals) {
            List<Result> both = results.next();
            tell(refusal, both.get(0), both.get(1));
        }
        Result host = results.next().get(0);
        printed(host, "hosts", "show", "hn1");
        narrator.check(
                host.exit() == 0 && host.out().contains("ipt_recent"),
                "hosts show hn1 says what is the matter with ipt_recent",
                host.all());
    }

    /** A rule that somebody types in a VE, and the cause that vzguard is to name for its failure. */
    private record Refusal(String where, String cause, List<String> match) {
        List<String> rule() {
            List<String> rule = new ArrayList<>(List.of("iptables", "-A", "INPUT", "-p", "tcp", "--dport", "22"));
            rule.addAll(match);
            return rule;
        }
    }

    /** The rule that needs connection tracking is taken where there is none, and matches nothing. */
    private boolean isTaken() {
        return kernel.untracked() == KernelLine.Untracked.MATCHES_NOTHING;
    }

    private void tell(Refusal refusal, Result typed, Result diagnosed) {
        String where = refusal.where();
        narrator.command("lab exec " + where + " -- " + String.join(" ", refusal.rule()));
        narrator.output(typed.all());
        // nft names the chain, and diagnosis tries the rule in one of its own.
        String words = typed.err()
                .strip()
                .lines()
                .reduce((first, last) -> last)
                .orElse("")
                .replaceFirst(": rule in chain INPUT$", "");
        String match = String.join(" ", refusal.match().subList(0, 2));
        boolean taken =
                refusal.cause().equals("NOT_SHARED") && kernel.untracked() == KernelLine.Untracked.MATCHES_NOTHING;
        narrator.check(
                (typed.exit() == 0) == taken,
                taken
                        ? "iptables takes " + match + " in " + where + ", where it will match nothing"
                        : "iptables refuses " + match + " in " + where,
                "exit " + typed.exit());
        printed(diagnosed, "diagnose", where);
        narrator.check(
                diagnosed.exit() == 1
                        && diagnosed.out().contains(refusal.cause())
                        && diagnosed.out().contains(words),
                "diagnose " + where + " names " + refusal.cause() + " and iptables' own words",
                diagnosed.all());
    }

    private void attackBefore() throws StageFailure {
        narrator.act("An attacker before");
        List<Series> unhindered = List.of(Series.of(first, ATTACKER, false, true, true, true, true));
        told(unhindered, made(unhindered));
    }

    private void plan() throws StageFailure {
        narrator.act("The policy and what it would change");
        if (!policy.ipv6()) {
            narrator.say(
                    "This generation cannot guard IPv6 (kernel before 2.6.28, or iptables before 1.4.15): the policy says ipv6: false.");
        }
        String policyFile = policy.file().toString();
        List<Result> both = showAll(List.of("policy", "apply", "-f", policyFile), List.of("plan", "-f", policyFile));
        narrator.check(
                both.get(0).exit() == 0, "the policy is accepted", both.get(0).all());
        narrator.check(
                both.get(1).exit() == 0, "every target has a plan", both.get(1).all());
    }

    private void rollout() throws StageFailure {
        narrator.act("The rollout: canary, waves, no more restarts at once than the policy permits, each place proven");
        narrator.command("vzguard rollout start lab");
        Result rollout = stage.vzguardLive("rollout", "start", "lab");
        Account account = Account.of(rollout.out());
        narrator.check(
                rollout.exit() == 0 || rollout.exit() == 3,
                "the rollout ended and said how",
                "exit " + rollout.exit() + "\n" + rollout.all());
        narrator.check(
                account.number("failed") == 0 && account.number("unreachable") == 0,
                "no target failed (" + account + ")",
                account.toString());
    }

    /** Most of an attack is waiting for what is dropped. */
    private void afterAndAttack() throws StageFailure {
        SideBySide.Started<List<List<Connection>>> made = SideBySide.start(() -> made(attack));
        after();
        narrator.act("The attacker again, from outside");
        told(attack, made.await());
    }

    private void after() throws StageFailure {
        narrator.act("The fleet after");
        List<Result> shown =
                showAll(List.of("status"), List.of("ves"), List.of("ves", "show", first), List.of("diagnose", first));
        Result ve = shown.get(2);
        Result diagnosed = shown.get(3);
        narrator.check(
                ve.out().contains("recent"),
                "ves show " + first + ": recent is loaded, and permitted (another fact)",
                ve.all());
        if (policy.ipv6()) {
            narrator.check(diagnosed.exit() == 0, "diagnose " + first + " finds nothing any more", diagnosed.all());
        } else {
            narrator.check(
                    diagnosed.exit() == 1
                            && diagnosed.out().lines().anyMatch(line -> line.startsWith(first + ": "))
                            && diagnosed
                                    .out()
                                    .lines()
                                    .filter(line -> line.startsWith(first + ": "))
                                    .allMatch(line -> line.matches(".*: (IPV6_UNGUARDED|IPTABLES_TOO_OLD)")),
                    "diagnose " + first + " finds no more than that nothing can count IPv6 there",
                    diagnosed.all());
        }
    }

    /** One call for all of them: proofs are made side by side. Of those that hold, the verdicts are shown. */
    private void prove(boolean expected, String... places) throws StageFailure {
        String where = String.join(" ", places);
        narrator.command("vzguard prove " + where);
        List<String> arguments = new ArrayList<>(List.of("prove"));
        arguments.addAll(List.of(places));
        Result proof = stage.vzguard(arguments.toArray(String[]::new));
        if (!expected || proof.exit() != 0) {
            narrator.output(proof.all());
        } else {
            narrator.output(proof.out()
                    .lines()
                    .filter(line -> line.contains(": proven") || !line.startsWith(" "))
                    .collect(Collectors.joining("\n", "", "\n")));
        }
        narrator.check(
                (proof.exit() == 0) == expected,
                expected
                        ? "proven: 1 and 2 answered, 3 dropped, an exempt source answered, "
                                + (policy.ipv6() ? "IPv4 and IPv6: " : "IPv4: ") + where
                        : "prove " + where + " says which connection was answered, and exits 1",
                "exit " + proof.exit() + "\n" + proof.all());
    }

    private List<List<Connection>> made(List<Series> all) throws StageFailure {
        List<SideBySide.Task<List<Connection>>> runs = all.stream()
                .<SideBySide.Task<List<Connection>>>map(series -> () -> series.run(stage))
                .toList();
        return SideBySide.run(runs);
    }

    private void told(List<Series> all, List<List<Connection>> made) throws StageFailure {
        Iterator<List<Connection>> results = made.iterator();
        for (Series series : all) {
            narrator.command(series.command());
            List<Connection> attempts = results.next();
            attempts.forEach(attempt -> narrator.output(attempt.number() + " " + attempt.detail()));
            List<Boolean> answers = Series.answers(attempts);
            narrator.check(answers.equals(series.expected()), series.promise(), "but: " + Series.words(answers));
        }
    }

    private void again() throws StageFailure {
        narrator.act("The same policy once more");
        narrator.command("vzguard rollout start lab");
        Account account =
                Account.of(stage.vzguardLive("rollout", "start", "lab").out());
        narrator.check(
                account.number("done") == 0 && account.number("failed") == 0 && account.restarted() == 0,
                "a second run changes nothing (" + account + ")",
                account.toString());
    }

    /** The two concern different hosts: the host boots while the VE of the other is mended. */
    private void rebootAndFlush() throws StageFailure {
        narrator.act("A host is rebooted; while it boots, somebody flushes the rules of a VE on another");
        narrator.command("lab reboot hn1 &");
        SideBySide.Started<String> reboot = SideBySide.start(() -> {
            stage.reboot("hn1");
            return "hn1 is up again";
        });
        flushed();
        narrator.output(reboot.await());
        Result modules = stage.exec("hn1", "lsmod");
        narrator.check(modules.out().contains("recent"), "the module is loaded again after the reboot", modules.all());
        List<String> places = new ArrayList<>(List.of(second, "hn1"));
        places.addAll(stage.running("hn1"));
        prove(true, places.toArray(String[]::new));
    }

    private void flushed() throws StageFailure {
        narrator.command("lab exec " + second + " -- iptables -F");
        stage.exec(second, "iptables", "-F");
        prove(false, second);
        narrator.command("vzguard rollout start lab --select " + second);
        Result rollout = stage.vzguardLive("rollout", "start", "lab", "--select", second);
        Account account = Account.of(rollout.out());
        narrator.check(rollout.exit() == 0, "the rollout mends it", "exit " + rollout.exit() + "\n" + rollout.all());
        narrator.check(
                account.number("done") == 1 && account.number("no-op") == 1 && account.restarted() == 0,
                "only the VE was changed, its host had nothing to change (" + account + ")",
                account.toString());
    }

    private Result show(String... arguments) throws StageFailure {
        Result result = stage.vzguard(arguments);
        printed(result, arguments);
        return result;
    }

    private void printed(Result result, String... arguments) {
        narrator.command("vzguard " + String.join(" ", arguments));
        narrator.output(result.all());
    }

    /** Several calls that change nothing, made side by side and shown in their order. */
    @SafeVarargs
    private List<Result> showAll(List<String>... calls) throws StageFailure {
        List<SideBySide.Task<Result>> tasks = Stream.of(calls)
                .<SideBySide.Task<Result>>map(call -> () -> stage.vzguard(call.toArray(String[]::new)))
                .toList();
        List<Result> results = SideBySide.run(tasks);
        for (int each = 0; each < calls.length; each++) {
            printed(results.get(each), calls[each].toArray(String[]::new));
        }
        return results;
    }
}
