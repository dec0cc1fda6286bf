package vzguard.agent.tools;

import java.util.List;
import vzguard.agent.dialect.KernelNames;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;

/** Loads modules on the host. Its exit code proves nothing (0 for what is built in): look afterwards. */
public final class Modprobe {
    private final CommandRunner runner;

    public Modprobe(CommandRunner runner) {
        this.runner = runner;
    }

    /** Loads a module under vzctl's name, else under the kernel's; the first attempt's words are the ones reported. */
    public CommandResult load(String module) {
        CommandResult first = runner.run(Command.of("modprobe", module));
        if (first.succeeded()) {
            return first;
        }
        List<String> names = KernelNames.of(module);
        for (String name : names.subList(1, names.size())) {
            CommandResult other = runner.run(Command.of("modprobe", name));
            if (other.succeeded()) {
                return other;
            }
        }
        return first;
    }
}
