package vzguard.lab.model;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** The words of {@code --netfilter} and {@code NETFILTER=}; case counts. */
enum NetfilterMode {
    DISABLED("disabled", NetfilterMask.of()),
    STATELESS("stateless", NetfilterMask.DEFAULT),
    STATEFUL("stateful", stateful()),
    FULL("full", new NetfilterMask(EnumSet.allOf(IptablesName.class)));

    private final String text;
    private final NetfilterMask mask;

    NetfilterMode(String text, NetfilterMask mask) {
        this.text = text;
        this.mask = mask;
    }

    String text() {
        return text;
    }

    NetfilterMask mask() {
        return mask;
    }

    static Optional<NetfilterMode> of(String text) {
        return Arrays.stream(values()).filter(mode -> mode.text.equals(text)).findFirst();
    }

    private static NetfilterMask stateful() {
        Set<IptablesName> names = EnumSet.copyOf(NetfilterMask.DEFAULT.names());
        names.addAll(EnumSet.of(
                IptablesName.IP_CONNTRACK,
                IptablesName.IP_CONNTRACK_FTP,
                IptablesName.IP_CONNTRACK_IRC,
                IptablesName.IPT_CONNTRACK,
                IptablesName.IPT_STATE,
                IptablesName.IPT_HELPER));
        return new NetfilterMask(names);
    }
}
