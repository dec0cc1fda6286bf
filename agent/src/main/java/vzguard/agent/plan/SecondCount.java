package vzguard.agent.plan;

import java.util.Optional;
import vzguard.agent.guard.HashlimitRule;
import vzguard.agent.model.HostSnapshot;
import vzguard.agent.model.OwnRules;
import vzguard.agent.model.Permission;
import vzguard.agent.model.Place;
import vzguard.policy.Policy;
import vzguard.policy.SshGuard;

/** Whether a guard counts by the match hashlimit too ({@link HashlimitRule}), and what is said about it. */
final class SecondCount {
    private SecondCount() {}

    /**
     * On the host and at edges where its kernel has the modules, or will have them as the policy requires them; nothing is loaded for it
     * otherwise. In a VE where a scratch chain took the match: VEs can load nothing, and no mask of vzctl tells.
     */
    static boolean isAt(Place place, Policy policy, HostSnapshot host) {
        if (place.inside().isPresent()) {
            return host.ve(place.inside().get())
                    .flatMap(ve -> ve.inside().permission("hashlimit"))
                    .filter(Permission::permitted)
                    .isPresent();
        }
        return HashlimitRule.MODULES.stream()
                .allMatch(module -> host.module(module).present()
                        || policy.modules().require().contains(module));
    }

    /** For the plan; empty where it is no question. */
    static Optional<String> said(SshGuard settings, OwnRules goal) {
        if (settings.rule() != SshGuard.Rule.FIXED_BAN) {
            return Optional.empty();
        }
        if (HashlimitRule.isIn(goal)) {
            return Optional.of("counted by hashlimit too, which forged addresses cannot make forget anyone");
        }
        return Optional.of(
                HashlimitRule.helps(settings)
                        ? "counted by recent alone: 100 forged addresses make it forget who was counted; with modules"
                                + " xt_hashlimit and xt_limit it would be counted by hashlimit too"
                        : "counted by recent alone: the window is too long for hashlimit");
    }
}
