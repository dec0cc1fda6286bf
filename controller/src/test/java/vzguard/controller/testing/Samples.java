package vzguard.controller.testing;

/** Policies that tests apply. */
public final class Samples {
    private Samples() {}

    /** A guard in the VEs, no wait between waves. */
    public static String policy(String name, String ves, String rollout) {
        return policy(name, ves, rollout, 3, "enforce");
    }

    /** As above, with another number of hits, and a mode. */
    public static String policy(String name, String ves, String rollout, int hits, String mode) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: %s}
                spec:
                  selector: {hosts: "dc=tokyo", ves: "%s"}
                  sshGuard: {placement: [ve], ports: [22], window: 60s, hits: %d, allow: [192.0.2.0/24]}
                  rollout: %s
                  mode: %s
                """.formatted(name, ves, hits, rollout, mode);
    }
}
