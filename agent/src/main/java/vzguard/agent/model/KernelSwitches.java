package vzguard.agent.model;

/**
 * What a kernel says about loading modules.
 *
 * @param veModuleLoading content of {@code /proc/sys/kernel/ve_allow_module_load}, "1" or "0"; empty on kernels without it
 * @param takesModules it is a kernel with loadable modules
 */
public record KernelSwitches(String veModuleLoading, boolean takesModules) {
    /** A kernel that loads modules and asks nobody about VEs. */
    public static final KernelSwitches PLAIN = new KernelSwitches("", true);
}
