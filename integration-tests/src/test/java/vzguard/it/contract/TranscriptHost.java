package vzguard.it.contract;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files of the host on which the transcripts were observed, as far as they show in them. */
final class TranscriptHost {
    /** The transcripts print line numbers: these two keys stand in these lines, and the file has 43 in all. */
    private static final int NETFILTER_LINE = 35;

    private static final int HOSTNAME_LINE = 36;
    private static final int LINES = 43;

    private TranscriptHost() {}

    /** Texts by path. */
    static Map<String, String> files() {
        Map<String, String> files = new TreeMap<>();
        files.put("/etc/vz/vz.conf", """
                ## Global parameters
                VIRTUOZZO=yes
                LOCKDIR=/vz/lock
                DUMPDIR=/vz/dump
                VE_ROOT=/vz/root/$VEID
                VE_PRIVATE=/vz/private/$VEID
                """);
        files.put("/etc/vz/conf/101.conf", "# CT 101\nNETFILTER=\"stateless\"\n");
        files.put("/etc/vz/conf/105.conf", config105());
        for (String sample : List.of(
                "basic", "light", "vswap-1024m", "vswap-1g", "vswap-256m", "vswap-2g", "vswap-4g", "vswap-512m")) {
            files.put("/etc/vz/conf/ve-" + sample + ".conf-sample", "# " + sample + "\n");
        }
        return files;
    }

    private static String config105() {
        List<String> lines = new ArrayList<>(List.of("# CT 105", "NUMPROC=\"1000:1000\"", "CPUUNITS=\"1000\""));
        for (int line = lines.size() + 1; line <= LINES; line++) {
            lines.add(
                    switch (line) {
                        case NETFILTER_LINE -> "NETFILTER=\"stateless\"";
                        case HOSTNAME_LINE -> "HOSTNAME=\"ve105\"";
                        default -> "# line " + line;
                    });
        }
        return String.join("\n", lines) + "\n";
    }
}
