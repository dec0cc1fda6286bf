package vzguard.agent.model;

import java.util.Locale;
import java.util.Optional;

/** Values of {@code NETFILTER=}, from the narrowest to the widest. vzctl takes them in lower case only. */
public enum NetfilterMode {
    DISABLED,
    STATELESS,
    STATEFUL,
    FULL;

    /** As vzctl writes it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Empty for words that vzctl refuses (it then ignores the key). */
    public static Optional<NetfilterMode> parse(String word) {
        for (NetfilterMode mode : values()) {
            if (mode.word().equals(word)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }

    public boolean covers(NetfilterMode other) {
        return compareTo(other) >= 0;
    }
}
