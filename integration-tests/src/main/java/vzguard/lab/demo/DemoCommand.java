package vzguard.lab.demo;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import vzguard.lab.command.GenerationOption;
import vzguard.lab.command.IptablesOption;
import vzguard.lab.command.LabOptions;
import vzguard.lab.demo.Stage.StageFailure;
import vzguard.lab.model.Generation;
import vzguard.lab.real.Checkout;
import vzguard.lab.real.LabException;
import vzguard.lab.real.LabSpec;

/** {@code vzguard demo}: exit 0 only when every promise of the story held. */
@Command(
        name = "demo",
        description = "The whole story on this machine: a fleet in trouble, diagnosed, cured by a policy, proven; then"
                + " everything is taken down.")
public final class DemoCommand implements Callable<Integer> {
    @Option(names = "--hosts", defaultValue = "3", paramLabel = "N", description = "Hosts, 2-20 (default: 3).")
    int hosts;

    @Option(names = "--ves", defaultValue = "4", paramLabel = "M", description = "VEs per host, 1-50 (default: 4).")
    int ves;

    @Option(names = "--simulated", description = "In memory: needs no root and no Linux namespaces.")
    boolean simulated;

    @Mixin
    IptablesOption iptables = new IptablesOption();

    @Mixin
    GenerationOption generation = new GenerationOption();

    @Option(names = "--keep", description = "Leave the fleet up at the end, and say what to try next.")
    boolean keep;

    @Option(names = "--name", hidden = true, description = "The name of the lab: another for each of several at once.")
    String name = "demo";

    @Override
    public Integer call() throws StageFailure {
        if (!iptables.problems(simulated).isEmpty()) {
            throw new LabOptions.BadInput(String.join("\n", iptables.problems(simulated)));
        }
        if (!generation.problems().isEmpty()) {
            throw new LabOptions.BadInput(String.join("\n", generation.problems()));
        }
        LabSpec spec = new LabSpec(name, hosts, ves, true, iptables.backend()).of(generation.generation());
        if (hosts < 2 || !spec.problems().isEmpty()) {
            throw new LabOptions.BadInput(
                    "the story needs 2-20 hosts with 1-50 VEs each; got --hosts " + hosts + " --ves " + ves);
        }
        if (!simulated) {
            LabOptions.requireRoot();
        }
        Path checkout = Checkout.find().root();
        PrintStream out = System.out;
        Stage stage = simulated ? new SimulatedStage(spec, checkout, out) : new RealStage(spec, checkout, out);
        return play(stage, checkout, out, spec.generation());
    }

    private int play(Stage stage, Path checkout, PrintStream out, Generation told) {
        boolean colours = System.console() != null && System.getenv("NO_COLOR") == null;
        Narrator narrator = new Narrator(out, colours, System::nanoTime);
        AtomicBoolean over = new AtomicBoolean();
        Thread interrupted = new Thread(() -> {
            if (over.compareAndSet(false, true)) {
                stage.close();
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        boolean succeeded = false;
        try {
            narrator.act("A fleet comes up: " + stage.description());
            stage.up();
            new Story(stage, narrator, DemoPolicy.of(checkout, told), told).tell();
            succeeded = narrator.broken().isEmpty();
        } catch (StageFailure | LabException e) {
            if (!over.get()) {
                narrator.say("");
                narrator.say("the demo stopped: " + e.getMessage());
            }
        }
        return end(stage, narrator, over, succeeded);
    }

    private int end(Stage stage, Narrator narrator, AtomicBoolean over, boolean succeeded) {
        if (!over.compareAndSet(false, true)) {
            return 1;
        }
        if (!succeeded) {
            narrator.broken().forEach(each -> narrator.say("did not hold: " + each));
            narrator.say("logs: " + stage.keepLogs());
        }
        if (keep) {
            narrator.act("The fleet stays up; what to try next");
            stage.whatNext().forEach(narrator::command);
        } else {
            narrator.act("Everything is taken down");
            stage.close();
        }
        narrator.say("");
        narrator.say(String.format(
                java.util.Locale.ROOT,
                "%s: %d of %d promises held, %.1f s",
                succeeded ? "proven" : "NOT proven",
                narrator.held(),
                narrator.held() + narrator.broken().size(),
                narrator.seconds()));
        return succeeded ? 0 : 1;
    }
}
