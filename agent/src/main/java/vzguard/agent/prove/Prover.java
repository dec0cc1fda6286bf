package vzguard.agent.prove;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.model.Family;
import vzguard.agent.tools.PlacePrograms;

/**
 * Proves guards by real connections. Proofs that are asked for while another one runs are then made together: one
 * namespace and one probe for all of them, each in a lane of its own. So there is at most one proof's network on a host,
 * and the one allowed source can be routed.
 *
 * <p>Safe for use by many threads; {@link #prove} blocks, some seconds.
 */
public final class Prover {
    private static final String LISTS = "/proc/net/xt_recent/";

    private final CommandRunner runner;
    private final PlacePrograms programs;
    private final Clock clock;
    private final RandomGenerator random;
    private final Sources sources;
    private final Object oneAtATime = new Object();
    private final List<Waiting> waiting = new ArrayList<>();

    private record Waiting(ProofPlan plan, CompletableFuture<ProofResult> result) {}

    public Prover(CommandRunner runner, Clock clock, RandomGenerator random) {
        this.runner = runner;
        this.programs = new PlacePrograms(runner);
        this.clock = clock;
        this.random = random;
        this.sources = new Sources(random);
    }

    /** Deletes namespaces that a killed agent left behind. Call before the first proof. */
    public void cleanLeftovers() {
        synchronized (oneAtATime) {
            ProbeNetwork.cleanLeftovers(runner);
        }
    }

    /**
     * Proves the guard of one target in the families that its settings ask for.
     *
     * @return one result per family, IPv4 first; what could not be tried is UNPROVEN
     */
    public List<ProofResult> prove(ProofTarget target) {
        List<ProofResult> results = new ArrayList<>();
        List<Waiting> own = new ArrayList<>();
        synchronized (waiting) {
            for (Family family : target.families()) {
                Optional<String> obstacle = target.obstacle(family);
                if (obstacle.isPresent()) {
                    results.add(ProofResult.unproven(target.place(), family, obstacle.get(), clock.instant()));
                } else {
                    own.add(new Waiting(target.plan(family, sources), new CompletableFuture<>()));
                }
            }
            waiting.addAll(own);
        }
        if (!own.isEmpty()) {
            runWaiting();
        }
        own.forEach(one -> results.add(one.result().join()));
        results.sort(java.util.Comparator.comparing(ProofResult::family));
        return List.copyOf(results);
    }

    /** Whoever comes first makes all proofs that wait; the others find theirs made. */
    private void runWaiting() {
        synchronized (oneAtATime) {
            List<Waiting> batch;
            synchronized (waiting) {
                batch = List.copyOf(waiting);
                waiting.clear();
            }
            if (batch.isEmpty()) {
                return;
            }
            try {
                List<ProofResult> results =
                        run(batch.stream().map(Waiting::plan).toList());
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).result().complete(results.get(i));
                }
            } catch (RuntimeException e) {
                batch.forEach(one -> one.result().completeExceptionally(e));
                throw e;
            }
        }
    }

    private List<ProofResult> run(List<ProofPlan> plans) {
        Instant at = clock.instant();
        List<String> from = plans.stream()
                .flatMap(plan -> plan.attempts().stream())
                .map(ProofPlan.Attempt::from)
                .distinct()
                .toList();
        ProbeNetwork.Built built = ProbeNetwork.build(runner, from, random);
        if (built.network().isEmpty()) {
            String why = "no network for a proof could be made on the host: " + built.problem();
            return plans.stream()
                    .map(plan -> ProofResult.unproven(plan.place(), plan.family(), why, at))
                    .toList();
        }
        try (ProbeNetwork network = built.network().get()) {
            CommandResult said = network.run(Probe.command(plans));
            List<Map<Integer, Answer>> answers = Probe.answers(plans, said.out());
            List<ProofResult> results = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                results.add(result(plans.get(i), answers.get(i), said, at));
            }
            return results;
        } finally {
            plans.parallelStream().forEach(this::forget);
        }
    }

    private static ProofResult result(ProofPlan plan, Map<Integer, Answer> answers, CommandResult said, Instant at) {
        if (answers.isEmpty()) {
            return ProofResult.unproven(plan.place(), plan.family(), "the probe did not run: " + said.explain(), at);
        }
        ProofVerdict verdict = ProofVerdict.of(plan, answers);
        List<ProofResult.Tried> tried = plan.attempts().stream()
                .flatMap(attempt -> Stream.ofNullable(answers.get(attempt.number()))
                        .map(answer -> new ProofResult.Tried(attempt, answer)))
                .toList();
        return new ProofResult(plan.place(), plan.family(), verdict.verdict(), tried, verdict.sentence(), at);
    }

    /**
     * Takes the sources out of the guard's list: one write per address, as the kernel reads no second line. A list that is
     * not there holds nothing, so a failure means nothing is left to remove, or the place is gone.
     */
    private void forget(ProofPlan plan) {
        String list = LISTS + plan.settings().list(plan.family());
        for (String source : plan.listedSources()) {
            String entry = "-" + Sources.listed(plan.family(), source) + "\n";
            programs.run(plan.place(), entry, "tee", list);
        }
    }
}
