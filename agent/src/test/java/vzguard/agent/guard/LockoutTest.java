package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.Family;
import vzguard.policy.SshGuard;
import vzguard.values.BanAddress;
import vzguard.values.Cidr;

/** Whom a guard that is about to be written would shut out with their next connection. */
class LockoutTest {
    private static final KernelTicks NOW = new KernelTicks(4_304_148_987L, 250);

    private static GuardLists guard(int hits, SshGuard.Rule rule, String... allow) {
        boolean bans = rule == SshGuard.Rule.FIXED_BAN;
        SshGuard settings = new SshGuard(
                Set.of(SshGuard.Placement.VE),
                rule,
                List.of(22),
                Duration.ofSeconds(60),
                hits,
                "SSH",
                SshGuard.Action.DROP,
                List.of(allow),
                true,
                bans ? Duration.ofMinutes(10) : Duration.ZERO,
                Optional.empty());
        return GuardLists.of(GuardRules.wanted(settings, Family.V4, List.of("203.0.113.7")))
                .orElseThrow();
    }

    private static Optional<String> lockout(GuardLists goal, String peer, String list, int... secondsAgo) {
        return lockout(goal, Optional.empty(), peer, list, secondsAgo);
    }

    private static Optional<String> lockout(
            GuardLists goal, Optional<GuardLists> before, String peer, String list, int... secondsAgo) {
        List<Long> stamps = java.util.Arrays.stream(secondsAgo)
                .mapToObj(ago -> NOW.now() - (long) ago * NOW.perSecond())
                .toList();
        return Lockout.of(
                goal,
                before,
                List.of(Cidr.parse(peer)),
                Map.of(list, List.of(new RecentEntry(BanAddress.parse(peer), stamps))),
                Optional.of(NOW));
    }

    @Test
    void aStricterGuardHitsWhoWasCountedAsOftenAsItPermits() {
        GuardLists three = guard(3, SshGuard.Rule.FIELD_REPORT);
        assertThat(lockout(three, "198.51.100.5", "SSH", 10, 20))
                .hasValueSatisfying(why -> assertThat(why)
                        .contains("198.51.100.5, who is connected now", "counted 2 times within 60 s", "number 3"));
        assertThat(lockout(three, "198.51.100.5", "SSH", 10)).isEmpty();
        assertThat(lockout(three, "198.51.100.5", "SSH", 10, 61))
                .as("outside the window")
                .isEmpty();
        assertThat(lockout(three, "198.51.100.5", "OTHER", 1, 2, 3))
                .as("another list")
                .isEmpty();
        assertThat(lockout(guard(4, SshGuard.Rule.FIELD_REPORT), "198.51.100.5", "SSH", 10, 20))
                .isEmpty();
    }

    @Test
    void whoIsBannedIsHitAndWhoIsExemptNever() {
        GuardLists fixed = guard(3, SshGuard.Rule.FIXED_BAN);
        assertThat(lockout(fixed, "198.51.100.5", "SSH-BAN", 599)).isPresent();
        assertThat(lockout(fixed, "198.51.100.5", "SSH-BAN", 601)).isEmpty();
        assertThat(lockout(fixed, "198.51.100.5", "SSH-DENY", 100_000)).isPresent();
        assertThat(lockout(fixed, "203.0.113.7", "SSH-DENY", 1)).as("failsafe").isEmpty();
        GuardLists allowing = guard(3, SshGuard.Rule.FIXED_BAN, "198.51.100.0/24");
        assertThat(lockout(allowing, "198.51.100.5", "SSH", 1, 1, 1, 1)).isEmpty();
    }

    @Test
    void withoutAClockEveryStampCounts() {
        assertThat(Lockout.of(
                        guard(3, SshGuard.Rule.FIELD_REPORT),
                        Optional.empty(),
                        List.of(Cidr.parse("198.51.100.5")),
                        Map.of("SSH", List.of(new RecentEntry(BanAddress.parse("198.51.100.5"), List.of(1L, 2L)))),
                        Optional.empty()))
                .isPresent();
    }

    /** Else an attacker who is banned and holds a connection could keep every change of the guard away. */
    @Test
    void whomTheGuardDropsAlreadyIsNotShutOutByTheNextOne() {
        GuardLists stricter = guard(2, SshGuard.Rule.FIXED_BAN);
        GuardLists now = guard(3, SshGuard.Rule.FIXED_BAN);
        assertThat(lockout(stricter, Optional.of(now), "198.51.100.5", "SSH-BAN", 30))
                .isEmpty();
        assertThat(lockout(stricter, Optional.of(now), "198.51.100.5", "SSH", 1, 2, 3))
                .isEmpty();
        assertThat(lockout(stricter, Optional.of(now), "198.51.100.5", "SSH", 1))
                .isPresent();
        assertThat(lockout(stricter, Optional.of(GuardLists.PUBLISHED), "198.51.100.5", "SSH", 1, 2))
                .isEmpty();
        assertThat(lockout(stricter, Optional.of(GuardLists.PUBLISHED), "198.51.100.5", "SSH", 1))
                .isPresent();
        GuardLists exempting = guard(3, SshGuard.Rule.FIXED_BAN, "198.51.100.0/24");
        assertThat(lockout(now, Optional.of(exempting), "198.51.100.5", "SSH", 1, 2, 3))
                .as("it was exempt, and is no more")
                .isPresent();
    }
}
