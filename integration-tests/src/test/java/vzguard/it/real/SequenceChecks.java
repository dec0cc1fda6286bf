package vzguard.it.real;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import vzguard.it.sequences.GuardModel;
import vzguard.it.sequences.GuardSettings;
import vzguard.it.sequences.Site;

/** Looks at one host and its VEs with the system's own programs and with packets: all must be as the model has it. */
final class SequenceChecks implements AutoCloseable {
    static final String FAILSAFE = "203.0.113.250";

    private static final String HOST = "hn1";
    private static final int FRESH = 220;
    private static final Pattern LISTED = Pattern.compile("^src=(\\S+)", Pattern.MULTILINE);

    private final Fleet fleet;
    private final HostState hosts;
    private final GuardModel model;
    private final Map<String, String> starts = new TreeMap<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(8);
    private int fresh;

    SequenceChecks(Fleet fleet, GuardModel model) {
        this.fleet = fleet;
        this.hosts = new HostState(fleet);
        this.model = model;
        Site.PLACES.forEach(this::started);
    }

    static String name(String place) {
        return place.isEmpty() ? HOST : HOST + "/" + place;
    }

    /** The test itself has started it again. */
    void started(String place) {
        starts.put(place, hosts.start(name(place)));
    }

    void awaitSshd() {
        Site.PLACES.forEach(place -> await("sshd of " + name(place))
                .atMost(Fleet.PATIENCE)
                .until(() ->
                        fleet.connect(name(place), GuardSettings.ALLOWED, 1).get(0)));
    }

    /** Waits until agent and tables are at rest, then tries everybody who comes. */
    void allIsWell(Set<Guest> alsoAnswered) {
        await("the tables as asked")
                .atMost(Fleet.PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(this::assertTables);
        assertPackets(alsoAnswered);
        assertTables();
        Site.PLACES.forEach(place -> assertThat(hosts.start(name(place)))
                .as("nobody but the test starts " + name(place))
                .isEqualTo(starts.get(place)));
    }

    /** Somebody at a place who is let in once. */
    record Guest(String place, String address) {}

    private void assertTables() {
        for (String place : Site.PLACES) {
            String[] printed = fleet.shell(name(place), "iptables -w -S && echo == && ip6tables -w -S")
                    .split("==\n", 2);
            model.assertTable(place, 4, printed[0]);
            model.assertTable(place, 6, printed[1]);
            model.denyLists(place).forEach((list, addresses) -> {
                Set<String> listed = new TreeSet<>();
                LISTED.matcher(fleet.shell(name(place), "cat /proc/net/xt_recent/" + list))
                        .results()
                        .forEach(found -> listed.add(found.group(1)));
                assertThat(listed).as("%s in %s", list, name(place)).isEqualTo(addresses);
            });
        }
    }

    private void assertPackets(Set<Guest> alsoAnswered) {
        List<Callable<String>> tries = new ArrayList<>();
        String stranger = "198.51.100." + (1 + fresh++ % FRESH);
        for (String place : Site.PLACES) {
            GuardSettings settings = model.settings(place);
            int hits = settings.hits();
            List<Boolean> answers = new ArrayList<>(Collections.nCopies(hits, true));
            answers.set(hits - 1, !model.isGuarded(place));
            tries.add(() -> wrong(place, stranger, answers));
            List<Boolean> always = Collections.nCopies(hits + 1, true);
            tries.add(() -> wrong(place, GuardSettings.ALLOWED, always));
            tries.add(() -> wrong(place, FAILSAFE, always));
            if (settings.allows(GuardSettings.SOMETIMES_ALLOWED)) {
                tries.add(() -> wrong(place, GuardSettings.SOMETIMES_ALLOWED, always));
            }
            model.bans(place).forEach(banned -> tries.add(() -> wrong(place, banned, List.of(false))));
        }
        alsoAnswered.forEach(guest -> tries.add(() -> wrong(guest.place(), guest.address(), List.of(true))));
        assertThat(results(tries)).isEmpty();
    }

    /** What was not as expected; empty: nothing. */
    private String wrong(String place, String from, List<Boolean> expected) {
        List<Boolean> answers = fleet.connect(name(place), from, expected.size());
        return answers.equals(expected)
                ? ""
                : "from " + from + " to " + name(place) + ": " + answers + ", not " + expected + "\n"
                        + fleet.shell(
                                name(place),
                                "grep -H -F 'src=" + from + " ' /proc/net/xt_recent/* || true; cat /proc/uptime");
    }

    private List<String> results(List<Callable<String>> tries) {
        try {
            List<String> wrong = new ArrayList<>();
            for (Future<String> each : threads.invokeAll(tries)) {
                if (!each.get().isEmpty()) {
                    wrong.add(each.get());
                }
            }
            return wrong;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a connection could not be tried", e);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow().forEach(left -> System.err.println("not tried any more: " + left));
    }
}
