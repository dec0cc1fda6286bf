package vzguard.it.sequences;

import java.util.List;

/**
 * Where a guard can stand.
 *
 * @param ctid of the VE that is guarded; empty: the host itself
 * @param edge in the host's FORWARD, not in the VE
 */
public record Site(String ctid, boolean edge) {
    /** The places whose tables hold guards: the host and its VEs. */
    public static final List<String> PLACES = List.of("", "101", "102");

    String placement() {
        return ctid.isEmpty() ? "host" : edge ? "edge" : "ve";
    }

    /** The place in whose table it stands. */
    public String table() {
        return edge ? "" : ctid;
    }

    String builtIn() {
        return edge ? "FORWARD" : "INPUT";
    }

    String chain() {
        return edge ? "VZG-E" + ctid : "VZG";
    }

    String banChain() {
        return chain() + "-BAN";
    }

    String listPrefix() {
        return edge ? "ve" + ctid + "." : "";
    }

    /** Where the guards of a place can stand. */
    static List<Site> of(String ctid) {
        return ctid.isEmpty() ? List.of(new Site("", false)) : List.of(new Site(ctid, false), new Site(ctid, true));
    }
}
