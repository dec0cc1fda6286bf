package vzguard.lab.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How the hosts and VEs of a real lab boot: which directories they have, and what is run from them in which order. */
public enum LabBoot {
    /** ifupdown. */
    DEBIAN,
    /** ifupdown, and before it the real netfilter-persistent. */
    DEBIAN_PERSISTENT,
    /** {@code rc.sysinit}, then the links of {@code rc3.d}. */
    RHEL6,
    /** The units that {@code basic.target} and {@code multi-user.target} want. */
    RHEL7,
    /** Services of OpenRC, and ifupdown. */
    ALPINE;

    private static final String MODULES = "/etc/modules";

    /** As options write it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The layout of this word; empty for any other. */
    public static Optional<LabBoot> of(String word) {
        return Arrays.stream(values()).filter(boot -> boot.word().equals(word)).findFirst();
    }

    /** All words, for who gave another. */
    public static String words() {
        return Arrays.stream(values()).map(LabBoot::word).collect(Collectors.joining(", "));
    }

    /** Debian packages that it takes besides those of every lab. */
    public List<String> packages() {
        return this == DEBIAN_PERSISTENT ? List.of("iptables-persistent") : List.of();
    }

    /** What a host is delivered with, where this init looks for it. */
    public Map<String, String> delivered(Map<String, String> files) {
        Map<String, String> delivered = new LinkedHashMap<>(files);
        String modules = Optional.ofNullable(delivered.get(MODULES)).orElse("");
        if (this == RHEL6) {
            delivered.remove(MODULES);
            delivered.put(
                    "/etc/sysconfig/modules/host.modules",
                    modules.lines()
                            .filter(line -> !line.startsWith("#") && !line.isBlank())
                            .map(name -> "modprobe " + name + "\n")
                            .collect(Collectors.joining("", "#!/bin/sh\n", "")));
        } else if (this == RHEL7) {
            delivered.remove(MODULES);
            delivered.put("/etc/modules-load.d/host.conf", modules);
        }
        return delivered;
    }
}
