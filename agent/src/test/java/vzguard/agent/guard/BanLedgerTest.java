package vzguard.agent.guard;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.TimedBan;
import vzguard.values.BanAddress;

/**
 * Bans that the kernel forgets are put back for the time that remains, and no longer: on a kernel that bans, forgets its lists,
 * and evicts, with looks at any moment.
 */
class BanLedgerTest {
    private static final int SEEDS = 2_000;
    private static final int STEPS = 60;
    private static final int CAPACITY = 4;
    private static final String LIST = "SSH-BAN";
    private static final Duration LENGTH = Duration.ofSeconds(100);
    private static final Instant START = Instant.ofEpochSecond(1_000_000);

    /** A list of the kernel: when each address was written last. */
    private final Map<BanAddress, Instant> list = new TreeMap<>();
    /** When each ban that the guard made must end. */
    private final Map<BanAddress, Instant> due = new TreeMap<>();

    private static BanAddress address(int last) {
        return BanAddress.parse("203.0.113." + last);
    }

    private BanLedger.Look look(String life, Instant now) {
        List<TimedBan> bans = new ArrayList<>();
        list.forEach((address, written) -> {
            Instant until = written.plus(LENGTH);
            if (until.isAfter(now)) {
                bans.add(new TimedBan(LIST, address, until));
            }
        });
        return new BanLedger.Look(life, Map.of(LIST, LENGTH), bans, now, CAPACITY);
    }

    private void carryOut(BanLedger.Next next, Instant now) {
        for (BanLedger.Change change : next.changes()) {
            if (change.add()) {
                assertThat(list).hasSizeLessThan(CAPACITY);
                list.put(change.entry().address(), now);
            } else {
                list.remove(change.entry().address());
            }
        }
    }

    private boolean banned(BanAddress address, Instant now) {
        Instant written = list.get(address);
        return written != null && written.plus(LENGTH).isAfter(now);
    }

    @Test
    void nobodyIsLetInEarlyOrKeptOutLonger() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Random random = new Random(seed);
            list.clear();
            due.clear();
            Instant now = START;
            BanLedger ledger = BanLedger.EMPTY;
            int life = 1;
            for (int step = 0; step < STEPS; step++) {
                now = now.plusSeconds(1 + random.nextInt(40));
                Instant at = now;
                due.values().removeIf(end -> !end.isAfter(at));
                list.values().removeIf(written -> !written.plus(LENGTH).isAfter(at));
                Set<String> lost = Set.of();
                switch (random.nextInt(4)) {
                    case 0 -> {
                        BanAddress who = address(1 + random.nextInt(6));
                        if (!banned(who, now) && list.size() < CAPACITY) {
                            list.put(who, now);
                            due.put(who, now.plus(LENGTH));
                        }
                    }
                    case 1 -> {
                        list.clear();
                        life++;
                    }
                    case 2 -> {
                        list.clear();
                        lost = Set.of(LIST);
                    }
                    default -> {}
                }
                BanLedger.Next next = ledger.next(look("boot/" + life, now), lost);
                carryOut(next, now);
                ledger = BanLedger.parse(next.ledger().text());
                assertThat(ledger).isEqualTo(next.ledger());
                for (int i = 1; i <= 6; i++) {
                    boolean must = due.containsKey(address(i));
                    assertThat(banned(address(i), now))
                            .as("seed %d, step %d, %s, %s", seed, step, address(i), ledger)
                            .isEqualTo(must);
                }
            }
        }
    }

    @Test
    void whatSomebodyTookOutOfAListThatLivesOnStaysOut() {
        list.put(address(1), START);
        BanLedger ledger = BanLedger.EMPTY.next(look("a", START), Set.of()).ledger();
        list.clear();
        BanLedger.Next next = ledger.next(look("a", START.plusSeconds(5)), Set.of());
        assertThat(next.changes()).isEmpty();
        assertThat(next.ledger().entries()).isEmpty();
    }

    @Test
    void whoeverComesBackForMoreIsBannedAnew() {
        list.put(address(1), START);
        BanLedger ledger = BanLedger.EMPTY.next(look("a", START), Set.of()).ledger();
        list.clear();
        BanLedger.Next back = ledger.next(look("b", START.plusSeconds(50)), Set.of());
        carryOut(back, START.plusSeconds(50));
        list.put(address(1), START.plusSeconds(60));
        BanLedger.Next later = back.ledger().next(look("b", START.plusSeconds(110)), Set.of());
        assertThat(later.changes()).as("the first ban would be over").isEmpty();
        assertThat(later.ledger().entries()).extracting(BanLedger.Entry::until).containsExactly(START.plusSeconds(160));
    }

    @Test
    void aListThatIsFullTakesThoseWithTheLongestTimeLeft() {
        for (int i = 1; i <= CAPACITY; i++) {
            list.put(address(i), START.plusSeconds(i));
        }
        BanLedger ledger =
                BanLedger.EMPTY.next(look("a", START.plusSeconds(10)), Set.of()).ledger();
        list.clear();
        list.put(address(9), START.plusSeconds(11));
        BanLedger.Next next = ledger.next(look("b", START.plusSeconds(12)), Set.of());
        assertThat(next.changes())
                .extracting(change -> change.entry().address())
                .containsExactly(address(4), address(3), address(2));
    }

    @Test
    void anythingMayStandInTheFile() {
        assertThat(BanLedger.parse("life a b\nban SSH-BAN 127.0.0.1 1 -\nban\nban SSH-BAN 203.0.113.1 99 -\n\u0000"))
                .isEqualTo(new BanLedger(
                        "a b",
                        List.of(new BanLedger.Entry(
                                LIST, address(1), Instant.ofEpochMilli(99), java.util.Optional.empty()))));
    }
}
