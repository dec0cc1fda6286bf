package vzguard.agent.model;

import java.util.Optional;
import vzguard.policy.SshGuard.Placement;
import vzguard.values.Ctid;

/** Where something is done: the host itself, or one VE. */
public record Place(Optional<Ctid> ctid) {
    public static final Place HOST = new Place(Optional.empty());

    public static Place of(Ctid ctid) {
        return new Place(Optional.of(ctid));
    }

    public Placement placement() {
        return ctid.isPresent() ? Placement.VE : Placement.HOST;
    }

    /** "the host" or "VE 101". */
    public String describe() {
        return ctid.map(id -> "VE " + id).orElse("the host");
    }
}
