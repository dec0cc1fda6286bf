package vzguard.lab.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;
import vzguard.lab.real.RealLab;

/** The story on real ground: namespaces, netfilter, iptables, sshd, and every part of vzguard as its own process. */
final class RealStage implements Stage {
    private final LabSpec spec;
    private final Path checkout;
    private final PrintStream out;
    private final Cli cli;
    private final Reports reports;
    private @Nullable RealLab lab;

    RealStage(LabSpec spec, Path checkout, PrintStream out) {
        this.spec = spec;
        this.checkout = checkout;
        this.out = out;
        this.cli = new Cli(checkout, "lab-" + spec.name(), Map.of());
        this.reports = new Reports(cli);
    }

    @Override
    public void up() throws StageFailure {
        if (RealLab.attach(spec.name()).isPresent()) {
            throw new StageFailure("a lab named " + spec.name()
                    + " is up already; take it down first: ./vzguard lab down" + " --name " + spec.name());
        }
        lab = RealLab.up(spec, line -> out.println("  " + line));
        reports.awaitVes(spec.hosts() * spec.ves());
    }

    @Override
    public Result vzguard(String... arguments) throws StageFailure {
        return cli.run(arguments);
    }

    @Override
    public Result vzguardLive(String... arguments) throws StageFailure {
        return cli.runLive(out, arguments);
    }

    @Override
    public Result exec(String where, String... program) throws StageFailure {
        RealLab.Outcome outcome = present().exec(where, List.of(program));
        return outcome.exit() == 0
                ? new Result(0, outcome.output(), "")
                : new Result(outcome.exit(), "", outcome.output());
    }

    @Override
    public List<Connection> ssh(String where, String from, boolean ipv6, int count) throws StageFailure {
        return present().ssh(where, Optional.of(from), ipv6, count).stream()
                .map(attempt -> new Connection(attempt.number(), attempt.answered(), attempt.detail()))
                .toList();
    }

    @Override
    public void reboot(String host) throws StageFailure {
        present().reboot(host);
        reports.awaitHost(host);
    }

    @Override
    public List<String> running(String host) throws StageFailure {
        return Stage.running(present().status(), host);
    }

    private RealLab present() throws StageFailure {
        if (lab == null) {
            throw new StageFailure("the lab is not up");
        }
        return lab;
    }

    @Override
    public String description() {
        return spec.hosts() + " hosts with " + spec.ves() + " VEs each, made of namespaces: real netfilter, iptables ("
                + spec.iptables().word() + "), sshd, vzguard's own processes";
    }

    @Override
    public String keepLogs() {
        Path kept = checkout.resolve("target/demo-logs");
        try {
            Files.createDirectories(kept);
            try (Stream<Path> files = Files.walk(Path.of("/run/vzguard-lab", spec.name(), "log"))) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, kept.resolve(file.getFileName().toString()), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            return kept.toString();
        } catch (IOException e) {
            return "nowhere: " + e;
        }
    }

    @Override
    public List<String> whatNext() {
        String name = spec.name().equals("lab") ? "" : " --name " + spec.name();
        return List.of(
                "./vzguard ves",
                "./vzguard ves show hn1/101",
                "./vzguard lab ssh hn1/101 --count 4" + name,
                "./vzguard lab exec hn1/101" + name + " -- iptables -S",
                "./vzguard lab down" + name);
    }

    @Override
    public void close() {
        try {
            RealLab.down(spec.name());
        } catch (LabException e) {
            out.println("the lab was not taken down completely: " + e.getMessage());
            out.println("next: ./vzguard lab down --name " + spec.name());
        }
    }
}
