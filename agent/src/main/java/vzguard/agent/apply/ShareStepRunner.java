package vzguard.agent.apply;

import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.CauseCode;
import vzguard.agent.model.ShareConfig;
import vzguard.agent.model.ShareNames;
import vzguard.agent.model.Step;
import vzguard.agent.observe.ConfigReader;
import vzguard.agent.tools.Vzctl;
import vzguard.values.Ctid;

/** Edits of a VE's config by vzctl, read back from the file: the exit code says nothing (0 or 32 for a running VE). */
final class ShareStepRunner {
    private final Vzctl vzctl;
    private final HostFiles files;
    private final FormerFiles formers;
    private final LockedRetry retry;
    private final ConfigReader configs;

    ShareStepRunner(CommandRunner runner, HostFiles files, FormerFiles formers, LockedRetry retry) {
        this.vzctl = new Vzctl(runner);
        this.files = files;
        this.formers = formers;
        this.retry = retry;
        this.configs = new ConfigReader(files);
    }

    StepResult iptables(Step.ShareVe step, Undo undo) {
        return set(
                step.ctid(),
                "vzctl set " + step.ctid() + " --iptables",
                () -> vzctl.setIptables(step.ctid(), step.names()),
                now -> ShareNames.closure(now.names().orElse(List.of())).containsAll(ShareNames.closure(step.names())),
                undo);
    }

    StepResult netfilter(Step.ShareNetfilter step, Undo undo) {
        return set(
                step.ctid(),
                "vzctl set " + step.ctid() + " --netfilter",
                () -> vzctl.setNetfilter(step.ctid(), step.mode()),
                now -> now.netfilter().equals(Optional.of(step.mode())),
                undo);
    }

    private StepResult set(
            Ctid ctid, String command, Supplier<CommandResult> set, Predicate<ShareConfig> isSaved, Undo undo) {
        String name = ConfigReader.veName(ctid);
        Optional<String> before = files.read(name);
        try {
            formers.changing(name, Optional.empty());
        } catch (UncheckedIOException e) {
            return Failures.failed(CauseCode.PROGRAM_FAILED, String.valueOf(e.getMessage()), "");
        }
        CommandResult result = retry.run(set);
        Optional<String> written = files.read(name);
        formers.changed(name);
        // A config that is gone went with its VE, to another host or for good: it is not made again.
        if (before.isPresent() && written.isPresent() && !before.equals(written)) {
            undo.add(() -> {
                // Only while it is what this step wrote: another hand's later edit is not lost.
                if (files.read(name).equals(written)) {
                    files.replace(name, before.get(), "rw-r--r--");
                }
            });
        }
        return isSaved.test(configs.share(name))
                ? StepResult.DONE
                : Failures.of(command, result, "the config of VE " + ctid + " is not as asked");
    }
}
