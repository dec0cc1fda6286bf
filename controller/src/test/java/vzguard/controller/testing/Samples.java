package vzguard.controller.testing;

/** Policies that tests apply. */
public final class Samples {
    private Samples() {}

    /** A guard in the VEs, no wait between waves. */
    public static String policy(String name, String ves, String rollout) {
        return """
                apiVersion: vzguard/v1
                kind: Policy
                metadata: {name: %s}
                spec:
                  selector: {hosts: "dc=tokyo", ves: "%s"}
                  sshGuard: {placement: [ve], ports: [22], window: 60s, hits: 3, allow: [192.0.2.0/24]}
                  rollout: %s
                """.formatted(name, ves, rollout);
    }
}
