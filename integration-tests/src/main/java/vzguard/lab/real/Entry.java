package vzguard.lab.real;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The argv with which a program of the machine starts a command in a lab's namespaces. */
final class Entry {
    private static final String PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private Entry() {}

    /** As a process of the host or VE whose process 1 this is, with this process's environment. */
    static List<String> into(long init, List<String> command) {
        List<String> argv = new ArrayList<>(List.of(
                "nsenter", "--target=" + init, "--mount", "--pid", "--net", "--uts", "--ipc", "--root", "--wd", "--"));
        argv.addAll(command);
        return argv;
    }

    /** As {@link #into}, with the environment of a login there. */
    static List<String> loggedIn(long init, List<String> command) {
        List<String> argv = new ArrayList<>(List.of(
                "env",
                "-i",
                "HOME=/root",
                "TERM=" + System.getenv().getOrDefault("TERM", "linux"),
                "LANG=C.UTF-8",
                "LAB_JAVA_HOME=" + System.getProperty("java.home"),
                PATH));
        argv.addAll(command);
        return into(init, argv);
    }

    static List<String> into(long init, String... command) {
        return into(init, Arrays.asList(command));
    }
}
