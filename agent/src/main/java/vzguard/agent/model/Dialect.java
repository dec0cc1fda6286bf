package vzguard.agent.model;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What this host's vzctl understands, by its version: {@code ipt_recent} since 3.0.24, {@code --netfilter} from 4.7 up to
 * 7, neither list nor mode from 8 on (every CT may use everything). OpenVZ 7's library does not know {@code ipt_recent};
 * its kernels do not ask.
 *
 * @param hasIptables {@code IPTABLES=} means something
 * @param knowsRecent {@code ipt_recent} is one of the names
 * @param hasNetfilter {@code NETFILTER=} and {@code --netfilter} exist
 */
public record Dialect(boolean hasIptables, boolean knowsRecent, boolean hasNetfilter) {
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)(?:\\.(\\d+))?.*");

    /** @param vzctlVersion "4.11.1"; a text that is no version counts as the last classic one */
    public static Dialect of(String vzctlVersion) {
        Matcher matcher = VERSION.matcher(vzctlVersion);
        if (!matcher.matches()) {
            return new Dialect(true, true, true);
        }
        long major = Long.parseLong(matcher.group(1));
        long minor = Long.parseLong(matcher.group(2));
        long patch = matcher.group(3) == null ? 0 : Long.parseLong(matcher.group(3));
        boolean atLeast3024 = major > 3 || (major == 3 && (minor > 0 || patch >= 24));
        boolean atLeast47 = major > 4 || (major == 4 && minor >= 7);
        return new Dialect(major < 8, atLeast3024 && major < 7, atLeast47 && major < 8);
    }

    /** Whether {@code --iptables} takes the name; it aborts with exit 21 for others. */
    public boolean knows(String module) {
        return hasIptables && ShareNames.isKnown(module) && (knowsRecent || !module.equals("ipt_recent"));
    }

    /** What a VE with this config would be given at its start; its own keys replace vz.conf's, nothing is merged. */
    public Share effective(ShareConfig ve, ShareConfig global) {
        if (!hasIptables) {
            return new Share.Mode(NetfilterMode.FULL);
        }
        if (hasNetfilter && ve.netfilter().isPresent()) {
            return new Share.Mode(ve.netfilter().get());
        }
        return new Share.Names(ve.names().or(global::names).orElse(ShareNames.DEFAULT).stream()
                .filter(this::knows)
                .collect(java.util.stream.Collectors.toSet()));
    }
}
