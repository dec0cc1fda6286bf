package vzguard.agent.prove;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.logging.Logger;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.Family;
import vzguard.agent.model.Place;
import vzguard.agent.prove.ProofQueue.Waiting;
import vzguard.agent.tools.RecentLists;

/**
 * Proves guards by real connections. Proofs that are asked for while another one runs are then made together: one
 * namespace and one probe for all of them, each in a lane of its own. So there is at most one proof's network on a host,
 * and the one allowed source can be routed.
 *
 * <p>Safe for use by many threads; {@link #prove} blocks, some seconds.
 */
public final class Prover {
    private static final Logger LOG = Logger.getLogger(Prover.class.getName());

    private final CommandRunner runner;
    private final RecentLists lists;
    private final Clock clock;
    private final RandomGenerator random;
    private final Sources sources;
    private final Object oneAtATime = new Object();
    private final ProofQueue queue = new ProofQueue();

    public Prover(CommandRunner runner, HostFiles files, Clock clock, RandomGenerator random) {
        this.runner = runner;
        this.lists = new RecentLists(runner, files);
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

    /** Says that a proof will be asked for soon. */
    public AnnouncedProof announce() {
        return new AnnouncedProof(queue);
    }

    /**
     * Proves the guard of one target in the families that its settings ask for.
     *
     * @param announced closed as soon as the proof waits with the others
     * @return one result per family, IPv4 first; what could not be tried is UNPROVEN
     */
    public List<ProofResult> prove(ProofTarget target, AnnouncedProof announced) {
        List<ProofResult> results = new ArrayList<>();
        List<Waiting> own = new ArrayList<>();
        for (Family family : target.families()) {
            Optional<String> obstacle = target.obstacle(family);
            if (obstacle.isPresent()) {
                results.add(ProofResult.unproven(target.place(), family, obstacle.get(), clock.instant()));
            } else {
                own.add(new Waiting(target.plan(family, sources), new CompletableFuture<>()));
            }
        }
        queue.add(own);
        announced.close();
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
            if (queue.isEmpty()) {
                return;
            }
            if (!queue.awaitAnnounced()) {
                LOG.fine("a proof that was announced did not come in time: it is made later, by itself");
            }
            // What is asked for while the namespace is made comes along.
            ProbeNetwork.Built namespace = ProbeNetwork.create(runner, random);
            List<Waiting> batch = queue.takeAll();
            try {
                List<ProofResult> results =
                        run(namespace, batch.stream().map(Waiting::plan).toList());
                for (int i = 0; i < batch.size(); i++) {
                    batch.get(i).result().complete(results.get(i));
                }
            } catch (RuntimeException e) {
                batch.forEach(one -> one.result().completeExceptionally(e));
                throw e;
            }
        }
    }

    private List<ProofResult> run(ProbeNetwork.Built namespace, List<ProofPlan> plans) {
        Instant at = clock.instant();
        List<String> from = plans.stream()
                .flatMap(plan -> plan.attempts().stream())
                .map(ProofPlan.Attempt::from)
                .distinct()
                .toList();
        ProbeNetwork.Built built = namespace.join(from, random);
        if (built.network().isEmpty()) {
            String why = "no network for a proof could be made on the host: " + built.problem();
            return plans.stream()
                    .map(plan -> ProofResult.unproven(plan.place(), plan.family(), why, at))
                    .toList();
        }
        ProbeNetwork network = built.network().get();
        try {
            CommandResult said = network.run(Probe.command(plans));
            List<Map<Integer, Answer>> answers = Probe.answers(plans, said.out());
            List<ProofResult> results = new ArrayList<>();
            for (int i = 0; i < plans.size(); i++) {
                results.add(result(plans.get(i), answers.get(i), said, at));
            }
            return results;
        } finally {
            Stream.concat(Stream.of(network::close), forgetting(plans)).toList().parallelStream()
                    .forEach(Runnable::run);
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

    /** Takes the sources out of the guards' lists: one program in each VE. */
    private Stream<Runnable> forgetting(List<ProofPlan> plans) {
        Map<Place, List<RecentLists.Entry>> entries = new LinkedHashMap<>();
        for (ProofPlan plan : plans) {
            for (Place site : plan.sites()) {
                List<RecentLists.Entry> listed = entries.computeIfAbsent(site, place -> new ArrayList<>());
                for (String list : plan.settings().lists(plan.family(), site)) {
                    plan.listedSources()
                            .forEach(source ->
                                    listed.add(new RecentLists.Entry(list, Sources.listed(plan.family(), source))));
                }
            }
        }
        return entries.entrySet().stream().map(place -> () -> lists.forget(place.getKey(), place.getValue()));
    }
}
