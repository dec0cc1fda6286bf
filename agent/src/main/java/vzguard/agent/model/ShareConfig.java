package vzguard.agent.model;

import java.util.List;
import java.util.Optional;

/**
 * What one config file (vz.conf, or a VE's) says about sharing.
 *
 * @param path real path, behind symbolic links
 * @param names {@code IPTABLES=} in the file's order, as written; empty: the key is not set
 * @param netfilter {@code NETFILTER=}; empty: not set, or no word that vzctl takes
 * @param duplicates keys that stand there more than once: the last is read, but vzctl rewrites the first
 * @param text the file's content; empty when there is none or it could not be read
 */
public record ShareConfig(
        String path,
        Optional<List<String>> names,
        Optional<NetfilterMode> netfilter,
        List<String> duplicates,
        String text) {
    public ShareConfig {
        names = names.map(List::copyOf);
        duplicates = List.copyOf(duplicates);
    }

    /** A file that is not there. */
    public static ShareConfig absent(String path) {
        return new ShareConfig(path, Optional.empty(), Optional.empty(), List.of(), "");
    }

    /** SHA-256 (hex) of the content. */
    public String digest() {
        return Digests.sha256(text);
    }

    public boolean readable() {
        return !text.isEmpty();
    }
}
