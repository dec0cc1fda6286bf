package vzguard.lab.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * {@code lsmod} and {@code modprobe} of a 2.6.32 host (module-init-tools). On a machine whose kernel has no modules at all
 * (no {@code /proc/modules}, no folder under {@code /lib/modules}) they fail as Debian 12's kmod does there.
 */
final class ModuleTools {
    private static final String PROC_MODULES = "/proc/modules";

    private final OpenVzHost host;
    private final ProgramOutput output;

    ModuleTools(OpenVzHost host, ProgramOutput output) {
        this.host = host;
        this.output = output;
    }

    int lsmod() {
        if (!host.tree().exists(PROC_MODULES)) {
            output.err("libkmod: ERROR ../libkmod/libkmod-module.c:1725 kmod_module_new_from_loaded: could not open "
                    + PROC_MODULES + ": No such file or directory");
            output.err("Error: could not get list of modules: No such file or directory");
            return 1;
        }
        output.out("Module                  Size  Used by");
        List<String> loaded = host.floor().loadedModules();
        for (int i = loaded.size() - 1; i >= 0; i--) {
            KernelModule module = host.modules().known(loaded.get(i));
            List<String> users = host.modules().users(loaded, module.name());
            output.out(String.format(
                    "%-19s %8d  %d %s", module.name(), module.size(), users.size(), String.join(",", users)));
        }
        return 0;
    }

    int modprobe(List<String> arguments) {
        List<String> names = new ArrayList<>();
        boolean quiet = false;
        boolean dryRun = false;
        boolean remove = false;
        boolean all = false;
        for (String argument : arguments) {
            switch (argument) {
                case "-q", "--quiet" -> quiet = true;
                case "-n", "--dry-run", "--show" -> dryRun = true;
                case "-v", "--verbose", "--" -> {}
                case "-a", "--all" -> all = true;
                case "-r", "--remove" -> remove = true;
                default -> {
                    if (argument.startsWith("-")) {
                        output.err("modprobe: unrecognized option '" + argument + "'");
                        return 1;
                    }
                    names.add(argument);
                }
            }
        }
        if (names.isEmpty()) {
            output.err("Usage: modprobe [-v] [-q] [-n] [-a] [-r] <modulename> [parameters...]");
            return 1;
        }
        // Without -a everything after the first name is a parameter of that module.
        List<String> wanted = all || remove ? names : names.subList(0, 1);
        int code = 0;
        for (String name : wanted) {
            code |= remove ? remove(name, quiet, dryRun) : load(name, quiet, dryRun);
        }
        return code;
    }

    /** Loads a module as the kernel's own request does: without a word when it does not exist. */
    boolean loadQuietly(String name) {
        return load(name, true, false) == 0;
    }

    private int load(String name, boolean quiet, boolean dryRun) {
        Optional<KernelModule> module = available(name);
        if (module.isEmpty()) {
            return notFound(name, quiet);
        }
        if (!dryRun) {
            List<String> before = host.floor().loadedModules();
            host.floor()
                    .setLoadedModules(host.modules().afterLoading(host.floor().loadedModules(), module.get()));
            new HostConntrack(host).afterLoading(before);
            host.publishRights();
        }
        return 0;
    }

    private int remove(String name, boolean quiet, boolean dryRun) {
        Optional<KernelModule> module = available(name);
        if (module.isEmpty()) {
            return notFound(name, quiet);
        }
        List<String> loaded = new ArrayList<>(host.floor().loadedModules());
        List<String> users = host.modules().users(loaded, module.get().name());
        if (!users.isEmpty()) {
            output.err("FATAL: Module " + module.get().name() + " is in use.");
            return 1;
        }
        if (!dryRun && loaded.remove(module.get().name())) {
            host.floor().setLoadedModules(loaded);
            host.publishRights();
        }
        return 0;
    }

    private Optional<KernelModule> available(String name) {
        return hasModules() ? host.modules().find(name) : Optional.empty();
    }

    private boolean hasModules() {
        return host.tree().exists(moduleFolder());
    }

    private String moduleFolder() {
        return "/lib/modules/" + host.floor().kernelRelease();
    }

    private int notFound(String name, boolean quiet) {
        if (!quiet) {
            output.err(
                    hasModules()
                            ? "FATAL: Module " + name + " not found."
                            : "modprobe: FATAL: Module " + name + " not found in directory " + moduleFolder());
        }
        return 1;
    }
}
