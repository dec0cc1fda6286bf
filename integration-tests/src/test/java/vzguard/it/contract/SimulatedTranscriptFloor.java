package vzguard.it.contract;

import java.time.Duration;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.simulated.SimulatedHost;
import vzguard.lab.simulated.SimulatedNetwork;
import vzguard.values.Ctid;

/** The transcripts' host in the simulated lab. */
final class SimulatedTranscriptFloor implements TranscriptFloor {
    private static final Duration LONG = Duration.ofHours(1);

    private final SimulatedHost host = new SimulatedHost("hn1", new SimulatedNetwork());

    SimulatedTranscriptFloor() {
        host.createVe(new Ctid("101"));
        host.createVe(new Ctid("105"));
        TranscriptHost.files().forEach(host::write);
    }

    SimulatedHost host() {
        return host;
    }

    @Override
    public CommandResult shell(String line) {
        return host.run(Command.of("bash", "-c", line).withDeadline(LONG));
    }

    @Override
    public long startProcess(String cmdline) {
        return host.startProcess(cmdline);
    }

    @Override
    public void endProcess(long pid) {
        host.endProcess(pid);
    }

    @Override
    public void makeDeaf(int ctid) {
        host.makeDeaf(new Ctid(Integer.toString(ctid)));
    }

    @Override
    public void withoutModules() {
        shell("rm -r /proc/modules /lib/modules");
    }

    @Override
    public void close() {
        // Memory only.
    }
}
