package vzguard.agent.verbs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** A verb that the design has and this version does not carry out: refused by name. */
@Command(hidden = true)
public final class NotYetCommand implements Callable<Integer> {
    /** Verbs to come. */
    public static final List<String> NAMES = List.of("uninstall");

    @Spec
    private @Nullable CommandSpec spec;

    @Parameters(arity = "0..*", hidden = true)
    private List<String> ignored = new ArrayList<>();

    @Override
    public Integer call() {
        String name = spec == null ? "this verb" : spec.name();
        throw new CommandFailed(ExitCode.REFUSED, name + " is not yet supported by this version");
    }
}
