package vzguard.lab.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import vzguard.agent.exec.CommandResult;
import vzguard.lab.memory.SimulatedLab;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;

/**
 * The story in memory: hosts, VEs, netfilter and packets are simulated; controller, agents, their mutual TLS over loopback
 * and the command line are real. Needs no privilege. The CLI context is the lab's own, not the user's.
 */
final class SimulatedStage implements Stage {
    private final LabSpec spec;
    private final Path checkout;
    private final PrintStream out;
    private @Nullable SimulatedLab lab;

    SimulatedStage(LabSpec spec, Path checkout, PrintStream out) {
        this.spec = spec;
        this.checkout = checkout;
        this.out = out;
    }

    @Override
    public void up() throws StageFailure {
        if (SimulatedLab.find(spec.name()).filter(SimulatedLab::isAlive).isPresent()) {
            throw new StageFailure("a lab named " + spec.name()
                    + " is up already; take it down first: ./vzguard lab down" + " --name " + spec.name());
        }
        lab = SimulatedLab.up(spec, SimulatedLab.Configuration.OF_THE_LAB, line -> out.println("  " + line));
    }

    @Override
    public Result vzguard(String... arguments) throws StageFailure {
        return cli().run(arguments);
    }

    @Override
    public Result vzguardLive(String... arguments) throws StageFailure {
        return cli().runLive(out, arguments);
    }

    private Cli cli() throws StageFailure {
        return new Cli(
                checkout,
                "lab-" + spec.name(),
                Map.of("VZGUARD_CONFIG", present().configuration().toString()));
    }

    @Override
    public Result exec(String where, String... program) throws StageFailure {
        CommandResult result = present().exec(where, List.of(program), "");
        return new Result(result.exit(), result.out(), result.err());
    }

    @Override
    public List<Connection> ssh(String where, String from, boolean ipv6, int count) throws StageFailure {
        List<Connection> attempts = new ArrayList<>();
        for (String line : present().ssh(where, Optional.of(from), ipv6, count)) {
            String[] words = line.split(" ", 3);
            boolean answered = words[1].equals("answered");
            attempts.add(new Connection(Integer.parseInt(words[0]), answered, answered ? words[2] : "no answer"));
        }
        return attempts;
    }

    @Override
    public void reboot(String host) throws StageFailure {
        present().reboot(host);
        new Reports(cli()).awaitHost(host);
    }

    @Override
    public List<String> running(String host) throws StageFailure {
        return Stage.running(present().status(), host);
    }

    private SimulatedLab present() throws StageFailure {
        if (lab == null) {
            throw new StageFailure("the lab is not up");
        }
        return lab;
    }

    @Override
    public String description() {
        return spec.hosts() + " hosts with " + spec.ves()
                + " VEs each, simulated; controller, agents, their TLS and the command line are real";
    }

    @Override
    public String keepLogs() {
        Path kept = checkout.resolve("target/demo-logs");
        if (lab == null) {
            return "none";
        }
        try {
            Files.createDirectories(kept);
            Files.copy(lab.log(), kept.resolve("server.log"), StandardCopyOption.REPLACE_EXISTING);
            return kept.toString();
        } catch (IOException e) {
            return "nowhere: " + e;
        }
    }

    @Override
    public List<String> whatNext() {
        String context = lab == null ? "" : "VZGUARD_CONFIG=" + lab.configuration() + " ";
        String name = " --name " + spec.name();
        return List.of(
                context + "./vzguard ves",
                context + "./vzguard ves show hn1/101",
                "./vzguard lab ssh hn1/101 --count 4" + name,
                "./vzguard lab exec hn1/101" + name + " -- iptables -S",
                "./vzguard lab down" + name);
    }

    @Override
    public void close() {
        if (lab == null) {
            return;
        }
        try {
            SimulatedLab.down(spec.name());
        } catch (LabException e) {
            out.println("the lab was not taken down completely: " + e.getMessage());
            out.println("next: ./vzguard lab down --name " + spec.name());
        }
    }
}
