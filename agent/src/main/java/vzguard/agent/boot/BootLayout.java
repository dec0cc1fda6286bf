package vzguard.agent.boot;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import vzguard.values.Ctid;

/**
 * Where own files make a host or a VE load the guard at boot (facts 6.1). Told from directories alone, so that a look costs no
 * process. In every layout the guard is loaded after the firewalls that restore their own rules with a flush, at most once, and
 * by something that cannot fail: no interface stays down for it.
 *
 * @param boot what runs the own files
 * @param persistent netfilter-persistent is there: {@code netfilter-persistent start} flushes, at boot and whenever somebody
 *     calls it, and runs its plugins by name, so one of a late name brings the guard back
 */
public record BootLayout(Boot boot, boolean persistent) {
    public static final String OWN_DIRECTORY = "/etc/vzguard";
    /** Of ifupdown, once per interface. A name with a dot would be skipped, an exit code would keep the interface down. */
    public static final String HOOK = "/etc/network/if-pre-up.d/vzguard";

    static final String LOADER = OWN_DIRECTORY + "/load";
    static final String PLUGIN = "/usr/share/netfilter-persistent/plugins.d/90-vzguard";
    static final String UNIT = "/etc/systemd/system/vzguard-guard.service";
    static final String WANTED = "/etc/systemd/system/multi-user.target.wants/vzguard-guard.service";
    static final String SYSV = "/etc/rc.d/init.d/vzguard-guard";
    static final String OPENRC = "/etc/init.d/vzguard-guard";
    static final String RUNLEVEL = "/etc/runlevels/default/vzguard-guard";
    private static final List<String> SYSV_LINKS = Stream.of(2, 3, 4, 5)
            .map(level -> "/etc/rc.d/rc" + level + ".d/S09vzguard-guard")
            .toList();

    private static final String EDGE = "edge-";
    private static final Pattern EDGE_RULES = Pattern.compile(EDGE + "(.+)\\.v[46]");

    private static final String IF_PRE_UP = "/etc/network/if-pre-up.d";
    private static final String PLUGINS = "/usr/share/netfilter-persistent/plugins.d";
    private static final String UNITS = "/etc/systemd/system";
    /** There when systemd is what runs, and not merely installed. */
    private static final String SYSTEMD_RUNS = "/run/systemd/system";

    private static final String SYSV_SCRIPTS = "/etc/rc.d/init.d";
    private static final String SYSV_LEVEL = "/etc/rc.d/rc3.d";
    private static final String OPENRC_SCRIPTS = "/etc/init.d";
    private static final String OPENRC_LEVEL = "/etc/runlevels/default";

    /** The directories that tell a layout. */
    public static final List<String> DIRECTORIES =
            List.of(IF_PRE_UP, PLUGINS, UNITS, SYSTEMD_RUNS, SYSV_SCRIPTS, SYSV_LEVEL, OPENRC_SCRIPTS, OPENRC_LEVEL);

    /** Every own boot file that is no link, of any layout. */
    public static final List<String> FILES = List.of(HOOK, LOADER, PLUGIN, UNIT, SYSV, OPENRC);

    /** Every own boot file that is a link, of any layout. */
    public static final List<String> LINKS =
            Stream.concat(Stream.of(WANTED, RUNLEVEL), SYSV_LINKS.stream()).toList();

    /** Own directories, and those of others that may be made for an own file: they go when nothing is left in them. */
    public static final List<String> MADE = List.of("/etc/systemd/system/multi-user.target.wants", OWN_DIRECTORY);

    /** What runs own files at boot; the first whose directories are there counts. */
    public enum Boot {
        /** Debian's, and Alpine's: {@code if-pre-up.d}. */
        IFUPDOWN(List.of(IF_PRE_UP)),
        /** RHEL/CentOS 7, and Debian without ifupdown. */
        SYSTEMD(List.of(UNITS, SYSTEMD_RUNS)),
        /** RHEL/CentOS 5 and 6. */
        SYSV(List.of(SYSV_SCRIPTS, SYSV_LEVEL)),
        /** Alpine without ifupdown. */
        OPENRC(List.of(OPENRC_SCRIPTS, OPENRC_LEVEL)),
        /** None that is known. */
        NONE(List.of());

        private final List<String> directories;

        Boot(List<String> directories) {
            this.directories = directories;
        }
    }

    /** Debian's, without netfilter-persistent. */
    public static final BootLayout DEBIAN = new BootLayout(Boot.IFUPDOWN, false);

    /** @param exists whether there is such a directory; asked for those of {@link #DIRECTORIES} */
    public static BootLayout of(Predicate<String> exists) {
        Boot boot = Stream.of(Boot.values())
                .filter(each -> each.directories.stream().allMatch(exists))
                .findFirst()
                .orElse(Boot.NONE);
        return new BootLayout(boot, boot != Boot.NONE && exists.test(PLUGINS));
    }

    /**
     * The own file of a family, from which the guard is loaded.
     *
     * @param family 4 or 6
     */
    public static String rules(int family) {
        return OWN_DIRECTORY + "/rules.v" + family;
    }

    /**
     * On a host, the own file from which the guard at the edge of a VE is loaded.
     *
     * @param family 4 or 6
     */
    public static String edgeRules(Ctid ctid, int family) {
        return OWN_DIRECTORY + "/" + EDGE + ctid.text() + ".v" + family;
    }

    /** The VE at whose edge a guard is kept in a file of this name in {@link #OWN_DIRECTORY}. */
    public static Optional<Ctid> edgeOf(String name) {
        return Optional.of(EDGE_RULES.matcher(name))
                .filter(Matcher::matches)
                .map(file -> file.group(1))
                .filter(Ctid::isValid)
                .map(Ctid::new);
    }

    /** Whether a file of this name in {@link #OWN_DIRECTORY} is a guard that a boot loads. */
    public static boolean isRules(String name) {
        return edgeOf(name).isPresent() || rules(4).endsWith("/" + name) || rules(6).endsWith("/" + name);
    }

    /** As {@link #isRules}, of a whole path. */
    public static boolean isRulesPath(String path) {
        return path.startsWith(OWN_DIRECTORY + "/") && isRules(path.substring(OWN_DIRECTORY.length() + 1));
    }

    /** The own file of this name, with what is in it. */
    public static BootFile file(String path, String text) {
        boolean script = FILES.contains(path) && !path.equals(UNIT);
        return script ? BootFile.script(path, text) : BootFile.text(path, text);
    }

    /** Something runs own files at boot. */
    public boolean possible() {
        return boot != Boot.NONE;
    }

    /** What is looked for, in words, where none of it is there. */
    public static String sought() {
        return IF_PRE_UP + ", no running systemd, no " + SYSV_LEVEL + " and no " + OPENRC_LEVEL;
    }

    /** The own file that loads the guard; all others call it. */
    public String loader() {
        return boot == Boot.IFUPDOWN ? HOOK : LOADER;
    }

    /** What must be there, in the order in which it is written: what is run comes after what it needs. */
    public List<BootFile> files() {
        if (!possible()) {
            return List.of();
        }
        List<BootFile> files = new ArrayList<>(List.of(BootFile.script(loader(), BootTexts.LOADER)));
        switch (boot) {
            case SYSTEMD -> {
                files.add(BootFile.text(UNIT, BootTexts.unit(LOADER)));
                files.add(BootFile.link(WANTED, UNIT));
            }
            case SYSV -> {
                files.add(BootFile.script(SYSV, BootTexts.sysv(LOADER)));
                SYSV_LINKS.forEach(link -> files.add(BootFile.link(link, "../init.d/vzguard-guard")));
            }
            case OPENRC -> {
                files.add(BootFile.script(OPENRC, BootTexts.openrc(LOADER)));
                files.add(BootFile.link(RUNLEVEL, OPENRC));
            }
            case IFUPDOWN, NONE -> {}
        }
        if (persistent) {
            files.add(BootFile.script(PLUGIN, BootTexts.plugin(loader())));
        }
        return List.copyOf(files);
    }
}
