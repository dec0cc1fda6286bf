package vzguard.lab.model;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import vzguard.values.Ctid;

/**
 * The fleet of a lab as it is delivered, and the trouble in it: hn1 has no recent module, loaded or configured; hn2 has it, and
 * neither the host nor its VEs' lists share conntrack; hn3 and all further hosts share both and have no guard. With four VEs
 * or more the last VE of hn3 is stopped, and the one before it is DISABLED though it runs. On kernels that load modules for VEs hn1
 * has that forbidden ({@code kernel.ve_allow_module_load}), or it would have no trouble.
 */
public final class FleetSeed {
    public static final int FIRST_CTID = 101;

    private static final String RPM_CONFIGS = "/etc/sysconfig/vz-scripts";
    private static final String UUID_HEAD = "7f3c5a10-2b64-4d1e-9c3f-";
    private static final int TROUBLED_HOST = 3;
    private static final int TROUBLED_VES = 4;

    private FleetSeed() {}

    public static String hostName(int host) {
        return "hn" + host;
    }

    /** The CTIDs of every host: numbers. */
    public static List<Ctid> ctids(int ves) {
        return ctids(ves, Generation.OBSERVED);
    }

    /** The CTIDs of every host of a generation: where they are UUIDs, the number stands at their end. */
    public static List<Ctid> ctids(int ves, Generation generation) {
        return IntStream.range(FIRST_CTID, FIRST_CTID + ves)
                .mapToObj(number -> new Ctid(
                        generation.vzctl().hasUuids()
                                ? UUID_HEAD + String.format("%012d", number)
                                : Integer.toString(number)))
                .toList();
    }

    /** Which VE of its host it is, from 1. */
    public static int numberOf(Ctid ctid) {
        String text = ctid.text();
        return Integer.parseInt(text.substring(text.lastIndexOf('-') + 1)) - FIRST_CTID + 1;
    }

    /** The host's own addresses: IPv4, then IPv6. */
    public static List<String> hostAddresses(int host) {
        return List.of("10.66.0." + host, "fd66::" + Integer.toHexString(host));
    }

    /** A VE's addresses: IPv4, then IPv6. {@code ve} counts from 1. */
    public static List<String> veAddresses(int host, int ve) {
        return List.of(
                "10.67." + host + "." + ve, "fd67:0:0:" + Integer.toHexString(host) + "::" + Integer.toHexString(ve));
    }

    /** The VE that runs although its configuration says {@code DISABLED="yes"}: started by force once the host is up. */
    public static Optional<Ctid> disabledThoughRunning(int host, int ves, Generation generation) {
        return isTroubled(host, ves) ? Optional.of(ctids(ves, generation).get(ves - 2)) : Optional.empty();
    }

    private static boolean isTroubled(int host, int ves) {
        return host == TROUBLED_HOST && ves >= TROUBLED_VES;
    }

    /** Symbolic links to folders and to vz.conf, by their paths: to be made before {@link #files}. */
    public static Map<String, String> links(Generation generation) {
        return switch (generation.paths()) {
            case PLAIN -> Map.of();
            case DEBIAN -> Map.of("/var/lib/vz", "/vz");
            case RPM -> Map.of("/etc/sysconfig/vz", "../vz/vz.conf", "/etc/vz/conf", RPM_CONFIGS);
        };
    }

    /** Symbolic links in place of configurations that lie in private areas. */
    public static Map<String, String> configLinks(int ves, Generation generation) {
        Map<String, String> links = new LinkedHashMap<>();
        if (generation.vzctl().keepsConfigInArea()) {
            for (Ctid ctid : ctids(ves, generation)) {
                links.put(
                        configs(generation) + "/" + ctid + ".conf",
                        "/vz/private/" + ctid + "/" + HostConfiguration.AREA_CONFIG);
            }
        }
        return links;
    }

    /** The folder of the VEs' configurations, behind all links. */
    private static String configs(Generation generation) {
        return generation.paths() == Generation.Paths.RPM ? RPM_CONFIGS : "/etc/vz/conf";
    }

    /** Texts by path on the host; no path leads over one of the links. */
    public static Map<String, String> files(int host, int ves, Generation generation) {
        SeedTexts texts = new SeedTexts(generation, host);
        Map<String, String> files = new LinkedHashMap<>();
        files.put("/etc/hostname", hostName(host) + "\n");
        files.put("/etc/modules", texts.modules());
        files.put("/etc/vz/vz.conf", texts.global());
        texts.sysctl().ifPresent(text -> files.put("/etc/sysctl.conf", text));
        for (int ve = 1; ve <= ves; ve++) {
            Ctid ctid = ctids(ves, generation).get(ve - 1);
            boolean stopped = isTroubled(host, ves) && ve == ves;
            boolean disabled = disabledThoughRunning(host, ves, generation).equals(Optional.of(ctid));
            files.put(
                    generation.vzctl().keepsConfigInArea()
                            ? "/vz/private/" + ctid + "/" + HostConfiguration.AREA_CONFIG
                            : configs(generation) + "/" + ctid + ".conf",
                    texts.config(ctid, stopped, disabled));
        }
        return files;
    }
}
