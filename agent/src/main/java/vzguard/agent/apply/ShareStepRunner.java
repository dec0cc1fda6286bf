package vzguard.agent.apply;

import java.util.List;
import java.util.Optional;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;
import vzguard.agent.exec.HostFiles;
import vzguard.agent.model.NetfilterMode;
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
    private final LockedRetry retry;
    private final ConfigReader configs;

    ShareStepRunner(CommandRunner runner, HostFiles files, LockedRetry retry) {
        this.vzctl = new Vzctl(runner);
        this.files = files;
        this.retry = retry;
        this.configs = new ConfigReader(files);
    }

    StepResult iptables(Step.ShareVe step, Undo undo) {
        Optional<String> before = files.read(ConfigReader.veName(step.ctid()));
        CommandResult result = retry.run(() -> vzctl.setIptables(step.ctid(), step.names()));
        List<String> now = ShareNames.closure(config(step.ctid()).names().orElse(List.of()));
        boolean saved = now.containsAll(ShareNames.closure(step.names()));
        return concluded(step.ctid(), before, saved, "vzctl set " + step.ctid() + " --iptables", result, undo);
    }

    StepResult netfilter(Step.ShareNetfilter step, Undo undo) {
        Optional<String> before = files.read(ConfigReader.veName(step.ctid()));
        CommandResult result = retry.run(() -> vzctl.setNetfilter(step.ctid(), step.mode()));
        Optional<NetfilterMode> now = config(step.ctid()).netfilter();
        boolean saved = now.equals(Optional.of(step.mode()));
        return concluded(step.ctid(), before, saved, "vzctl set " + step.ctid() + " --netfilter", result, undo);
    }

    private ShareConfig config(Ctid ctid) {
        return configs.share(ConfigReader.veName(ctid));
    }

    private StepResult concluded(
            Ctid ctid, Optional<String> before, boolean saved, String command, CommandResult result, Undo undo) {
        String name = ConfigReader.veName(ctid);
        Optional<String> written = files.read(name);
        if (before.isPresent() && !before.equals(written)) {
            undo.add(() -> {
                // Only while it is what this step wrote: another hand's later edit is not lost.
                if (files.read(name).equals(written)) {
                    files.replace(name, before.get(), "rw-r--r--");
                }
            });
        }
        return saved ? StepResult.DONE : Failures.of(command, result, "the config of VE " + ctid + " is not as asked");
    }
}
