package vzguard.agent.apply;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ShareNames;
import vzguard.agent.model.Step;
import vzguard.agent.plan.ModuleLines;
import vzguard.agent.tools.ConfigText;
import vzguard.agent.tools.Lsmod;
import vzguard.agent.tools.Modprobe;
import vzguard.agent.tools.ModuleFiles;

/**
 * Steps on the host that its VEs share. They only add, and they are not undone when a later step fails: other VEs may rely
 * on them by then. Files are read again before they are written, as another VE's plan may have been there first.
 */
final class HostStepRunner {
    private static final String READABLE = "rw-r--r--";

    private final CommandRunner runner;
    private final HostFiles files;
    private final FormerFiles formers;
    private final HostGate gate;

    HostStepRunner(CommandRunner runner, HostFiles files, FormerFiles formers, HostGate gate) {
        this.runner = runner;
        this.files = files;
        this.formers = formers;
        this.gate = gate;
    }

    StepResult load(Step.LoadModule step) {
        return gate.onHost(() -> {
            if (isLoaded(step.module())) {
                return StepResult.DONE;
            }
            CommandResult result = new Modprobe(runner).load(step.module());
            return isLoaded(step.module())
                    ? StepResult.DONE
                    : Failures.of("modprobe " + step.module(), result, step.module() + " is not loaded");
        });
    }

    private boolean isLoaded(String module) {
        String kernel = files.read("/proc/sys/kernel/osrelease")
                .map(String::strip)
                .orElseGet(() -> runner.run(Command.of("uname", "-r")).out().strip());
        Lsmod.Modules modules = new Lsmod(runner, files).look(kernel);
        return modules.loaded(module).isPresent() || modules.builtIn(module).isPresent();
    }

    StepResult persist(Step.PersistModules step) {
        return gate.onHost(() -> {
            String before = files.read(step.path()).orElse("");
            List<String> named = ModuleFiles.named(step.path(), before).toList();
            List<String> missing = step.modules().stream()
                    .filter(module -> !named.contains(module))
                    .toList();
            return missing.isEmpty()
                    ? StepResult.DONE
                    : write(
                            step.path(),
                            ModuleLines.added(step.path(), before, missing),
                            ModuleFiles.isScript(step.path()) ? "rwxr-xr-x" : READABLE);
        });
    }

    StepResult share(Step.ShareGlobal step) {
        return gate.onHost(() -> {
            ConfigText config = ConfigText.parse(files.read(step.path()).orElse(""));
            if (!config.duplicates("IPTABLES").isEmpty()) {
                return Failures.failed(
                        CauseCode.DUPLICATE_KEY,
                        step.path() + " sets IPTABLES more than once",
                        "remove all but one line IPTABLES= from " + step.path());
            }
            return write(step.path(), config.withWords("IPTABLES", step.names(), ShareNames.DEFAULT), READABLE);
        });
    }

    private StepResult write(String path, String content, String mode) {
        try {
            formers.changing(path, Optional.of(content));
            files.replace(path, content, mode);
        } catch (UncheckedIOException e) {
            return Failures.failed(CauseCode.PROGRAM_FAILED, String.valueOf(e.getMessage()), "");
        }
        boolean same = files.read(path).filter(content::equals).isPresent();
        return same
                ? StepResult.DONE
                : Failures.failed(CauseCode.NO_EFFECT, path + " was written and reads otherwise", "");
    }
}
