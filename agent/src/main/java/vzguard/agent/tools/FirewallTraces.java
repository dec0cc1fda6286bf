package vzguard.agent.tools;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import vzguard.agent.exec.HostFiles;

/**
 * What the host's own files tell about programs that rewrite firewalls: when a service was started last, when rules were saved,
 * when packages changed. Looks at times of files alone, starts nothing. It knows what ran, never who did it.
 */
public final class FirewallTraces {
    /** systemd makes this link anew at each start of a unit (src/core/unit.c, unit_export_invocation_id). */
    private static final String INVOCATION = "/run/systemd/units/invocation:";

    private static final List<String> UNITS = List.of(
            "csf",
            "docker",
            "fail2ban",
            "firewalld",
            "ip6tables",
            "iptables",
            "lfd",
            "netfilter-persistent",
            "nftables",
            "shorewall",
            "ufw");
    /** Written at the start. */
    private static final Map<String, String> PID_FILES = Map.of(
            "fail2ban", "/run/fail2ban/fail2ban.pid",
            "firewalld", "/run/firewalld.pid",
            "lfd", "/run/lfd.pid",
            "docker", "/run/docker.pid");
    /** What is said of a change, by file. */
    private static final Map<String, String> CHANGES = Map.of(
            "/etc/iptables/rules.v4", "rules were saved",
            "/etc/iptables/rules.v6", "rules were saved",
            "/etc/sysconfig/iptables", "rules were saved",
            "/etc/sysconfig/ip6tables", "rules were saved",
            "/etc/ufw/user.rules", "ufw's rules changed",
            "/etc/ufw/ufw.conf", "ufw was enabled or disabled",
            "/var/lib/dpkg/status", "packages changed",
            "/var/lib/rpm/Packages", "packages changed",
            "/var/lib/rpm/rpmdb.sqlite", "packages changed",
            "/lib/apk/db/installed", "packages changed");

    private final HostFiles files;

    public FirewallTraces(HostFiles files) {
        this.files = files;
    }

    /**
     * What happened within a time, oldest first, each with its time and the file that tells it.
     *
     * @param after not at this time or before
     */
    public List<String> between(Instant after, Instant until) {
        TreeMap<Instant, List<String>> found = new TreeMap<>();
        for (String unit : UNITS) {
            String link = INVOCATION + unit + ".service";
            files.made(link).ifPresent(at -> note(found, at, unit + " was started", link));
        }
        PID_FILES.forEach((name, file) -> {
            if (files.made(INVOCATION + name + ".service").isEmpty()) {
                files.made(file).ifPresent(at -> note(found, at, name + " was started", file));
            }
        });
        CHANGES.forEach((file, what) -> files.made(file).ifPresent(at -> note(found, at, what, file)));
        List<String> told = new ArrayList<>();
        found.subMap(after, false, until, true).values().forEach(told::addAll);
        return List.copyOf(told);
    }

    private static void note(Map<Instant, List<String>> found, Instant at, String what, String file) {
        List<String> same = found.computeIfAbsent(at, time -> new ArrayList<>());
        same.add(at.truncatedTo(ChronoUnit.SECONDS) + " " + what + " (" + file + ")");
        same.sort(null);
    }
}
