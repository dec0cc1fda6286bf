package vzguard.it.generations;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import vzguard.agent.exec.Command;
import vzguard.agent.jobs.Host;
import vzguard.agent.jobs.HostJobs;
import vzguard.agent.jobs.JobWire;
import vzguard.agent.journal.Journal;
import vzguard.lab.model.Generation;
import vzguard.lab.simulated.SimulatedFleet;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.policy.PolicyParser;
import vzguard.policy.PolicyWire;
import vzguard.v1.ApplyJob;
import vzguard.v1.BanAction;
import vzguard.v1.BansJob;
import vzguard.v1.Cause;
import vzguard.v1.DiagnoseJob;
import vzguard.v1.Diagnosis;
import vzguard.v1.Job;
import vzguard.v1.JobResult;
import vzguard.v1.ObserveJob;
import vzguard.v1.Plan;
import vzguard.v1.PlanJob;
import vzguard.v1.PolicySpec;
import vzguard.v1.Proof;
import vzguard.v1.ProveJob;
import vzguard.values.Ctid;

/** A simulated host of a generation with an agent that has looked around once. */
final class LocalAgent {
    private final SimulatedHost host;
    private final List<Ctid> ctids;
    private final Path state;
    private int jobs;

    LocalAgent(Generation generation, int ves, Path state) {
        this.host = SimulatedFleet.boot(1, ves, generation).host("hn1");
        this.ctids = vzguard.lab.model.FleetSeed.ctids(ves, generation);
        this.state = state;
        observe();
    }

    SimulatedHost host() {
        return host;
    }

    String ctid(int number) {
        return ctids.get(number - 1).text();
    }

    /** A policy of this name with these lines of {@code spec}. */
    static PolicySpec policy(String spec) {
        String text = "apiVersion: vzguard/v1\nkind: Policy\nmetadata: {name: guard}\nspec:\n  "
                + String.join("\n  ", spec.lines().toList()) + "\n";
        PolicyParser.Parsed parsed = PolicyParser.parse(text);
        return PolicyWire.toProto(
                parsed.policy().orElseThrow(() -> new IllegalArgumentException(parsed.problems() + text)));
    }

    /** Applies with what was planned pinned. */
    JobResult apply(PolicySpec policy, String ctid, Plan planned) {
        return run(Job.newBuilder()
                .setApply(ApplyJob.newBuilder()
                        .setCtid(ctid)
                        .setPolicy(policy)
                        .setPlanHash(planned.getHash())
                        .setRestartAllowed(true)));
    }

    JobResult ban(String ctid, String address) {
        return run(Job.newBuilder()
                .setBans(BansJob.newBuilder()
                        .setCtid(ctid)
                        .setAction(BanAction.BAN_ACTION_ADD)
                        .addAddresses(address)));
    }

    JobResult apply(PolicySpec policy, String ctid) {
        return run(Job.newBuilder()
                .setApply(ApplyJob.newBuilder().setCtid(ctid).setPolicy(policy).setRestartAllowed(true)));
    }

    Plan plan(PolicySpec policy, String ctid) {
        return run(Job.newBuilder()
                        .setPlan(PlanJob.newBuilder().setPolicy(policy).addCtids(ctid)))
                .getPlans(0);
    }

    List<Proof> prove(String ctid) {
        return run(Job.newBuilder().setProve(ProveJob.newBuilder().setCtid(ctid)))
                .getProofsList();
    }

    JobResult observe() {
        return run(Job.newBuilder().setObserve(ObserveJob.getDefaultInstance()));
    }

    Diagnosis diagnose(String ctid) {
        return run(Job.newBuilder().setDiagnose(DiagnoseJob.newBuilder().setCtid(ctid)))
                .getDiagnosis();
    }

    List<String> causes(String ctid) {
        return diagnose(ctid).getCausesList().stream().map(Cause::getCode).toList();
    }

    /** What a program of the host prints. */
    String out(String... argv) {
        return host.run(Command.of(argv)).out();
    }

    /** The config of the first VE. */
    String config() {
        return out("cat", "/etc/vz/conf/" + ctid(1) + ".conf");
    }

    /** Writes a file of the host, and the folders it is in. */
    void write(String path, String text) {
        try {
            Files.createDirectories(host.root().resolve(path.substring(1)).getParent());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        host.write(path, text);
    }

    /** Takes a file of the host away. */
    void delete(String path) {
        try {
            Files.delete(host.root().resolve(path.substring(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void writeConfig(String text) {
        host.write("/etc/vz/conf/" + ctid(1) + ".conf", text);
    }

    private JobResult run(Job.Builder job) {
        try (Journal journal = Journal.open(state)) {
            Host parts = Host.of(
                    host.name(), List.of(), state, host, host.files(), host.clock(), host::advance, new Random(jobs));
            HostJobs verbs = new HostJobs(
                    parts.observer(),
                    parts.applier(),
                    journal,
                    parts.proving(),
                    parts.diagnoser(),
                    parts.memory(),
                    new JobWire(() -> "", host.name()),
                    () -> {});
            return verbs.run(job.setJobId("job " + jobs++).build(), Instant.MAX, progress -> {});
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
