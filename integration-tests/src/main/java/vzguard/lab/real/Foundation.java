package vzguard.lab.real;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import vzguard.lab.model.Generation;
import vzguard.lab.model.IptablesRelease;

/** What lies under a lab before its server starts: the tmpfs, the scripts, the layers of file system, the jars. */
final class Foundation {
    private static final List<String> LIBRARY = List.of(
            "attempts",
            "env-id",
            "boot-layers",
            "boot-start",
            "boot-units",
            "front",
            "host-boot",
            "host-init",
            "host-network",
            "iptables-front",
            "iptables-judge",
            "iptables-words.pl",
            "uname",
            "layers",
            "outside-init",
            "root",
            "sshd_config",
            "ve-boot",
            "ve-init",
            "ve-proc",
            "vzguard-agent-service");

    private final LabDirectory lab;
    private final Consumer<String> progress;

    Foundation(LabDirectory lab, Consumer<String> progress) {
        this.lab = lab;
        this.progress = progress;
    }

    void lay(LabSpec spec) {
        requireNamespaces();
        Checkout checkout = Checkout.find();
        List<String> packages = new ArrayList<>(PackageCache.NEEDED);
        if (spec.neighbours()) {
            packages.addAll(PackageCache.NEIGHBOURS);
        }
        packages.addAll(spec.boot().packages());
        List<Path> archives = new PackageCache(checkout.packages(), progress, packages).archives();
        try {
            Files.createDirectories(lab.root());
            Programs.check(List.of(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "mode=0700",
                    "vzguard-lab",
                    lab.root().toString()));
            Files.createDirectories(lab.library());
            Files.createDirectories(lab.logs());
            Files.createDirectories(lab.root().resolve("opt"));
            for (String name : LIBRARY) {
                unpack(name);
            }
            Path list = lab.root().resolve("archives");
            Files.write(list, archives.stream().map(Path::toString).toList());
            Programs.check(List.of(
                    "env",
                    Teardown.MARK + "=" + lab.root(),
                    "unshare",
                    "--mount",
                    "--net",
                    "bash",
                    lab.library().resolve("layers").toString(),
                    lab.root().toString(),
                    list.toString(),
                    spec.iptables().word(),
                    spec.boot().word(),
                    spec.shownKernel().orElse("-"),
                    Boolean.toString(spec.generation().kernel().listsBuiltIns()),
                    shownIptables(spec.generation())));
            if (spec.fleet()) {
                // Copies: a build while the lab runs must not pull a jar from under its processes.
                for (String module : List.of("agent", "controller", "cli")) {
                    Files.copy(checkout.jar(module), lab.root().resolve("opt/" + module + ".jar"));
                }
            }
        } catch (IOException e) {
            throw new LabException("cannot lay the foundation of lab " + lab.name() + " in " + lab.root(), e);
        }
    }

    /** The line of {@code iptables-release}. */
    private static String shownIptables(Generation generation) {
        IptablesRelease iptables = generation.iptables();
        return iptables.isReal()
                ? "-"
                : iptables.text() + " " + iptables.waiting() + " "
                        + generation.kernel().mostHits().orElse(Long.MAX_VALUE);
    }

    /** Tried in namespaces that are thrown away: what a kernel has is not what a container lets root do. */
    private static void requireNamespaces() {
        Programs.Result result = Programs.run(List.of(
                "unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--fork", "mount", "-t", "proc", "proc",
                "/proc"));
        if (result.exit() != 0) {
            throw new LabException(
                    "the real lab needs mount, pid, net, uts and ipc namespaces, and this machine does not"
                            + " let root make them: " + result.output().strip()
                            + "\nIn a container, give it all capabilities (--privileged); or take the lab in memory: vzguard demo --simulated");
        }
    }

    private void unpack(String name) throws IOException {
        try (InputStream resource = Foundation.class.getResourceAsStream("/vzguard/lab/" + name)) {
            if (resource == null) {
                throw new LabException("resource vzguard/lab/" + name + " is not in the lab's jar");
            }
            Files.copy(resource, lab.library().resolve(name));
        }
    }
}
