package vzguard.agent.jobs;

import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.random.RandomGenerator;
import vzguard.agent.apply.Applier;
import vzguard.agent.apply.ApplySettings;
import vzguard.agent.apply.FormerFiles;
import vzguard.agent.apply.HostGate;
import vzguard.agent.apply.Pause;
import vzguard.agent.apply.Reverter;
import vzguard.agent.apply.TimedBans;
import vzguard.agent.diagnose.Diagnoser;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.observe.Observer;
import vzguard.agent.observe.StartMemory;
import vzguard.agent.prove.Prover;

/** The parts that work on one host, put together; the same for the agent and for its local verbs. */
public record Host(
        Observer observer, Applier applier, Prover prover, Proving proving, Diagnoser diagnoser, Memory memory) {

    /**
     * Touches neither host nor disk, but for reading what is remembered of VE starts.
     *
     * @param failsafe as in {@link vzguard.agent.model.HostSnapshot}
     * @param random safe for several threads
     */
    public static Host of(
            String hostName,
            List<String> failsafe,
            Path stateDirectory,
            CommandRunner runner,
            HostFiles files,
            Clock clock,
            Pause pause,
            RandomGenerator random) {
        Observer observer =
                new Observer(runner, files, clock, StartMemory.open(stateDirectory), random, hostName, failsafe);
        Reverter reverter = new Reverter(runner, files, stateDirectory, clock, pause, random);
        Applier applier = new Applier(
                runner,
                files,
                observer,
                new HostGate(),
                ApplySettings.DEFAULT,
                reverter,
                new FormerFiles(files, stateDirectory),
                new TimedBans(runner, files, stateDirectory, clock),
                pause,
                clock);
        Memory memory = new Memory(stateDirectory);
        Prover prover = new Prover(runner, files, clock, random);
        return new Host(
                observer,
                applier,
                prover,
                new Proving(runner, prover, memory),
                new Diagnoser(runner, files, clock, random, observer::observe),
                memory);
    }
}
