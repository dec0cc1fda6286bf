package vzguard.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import vzguard.agent.enrol.Enrolment;
import vzguard.agent.enrol.Identity;
import vzguard.agent.enrol.IdentityFolder;
import vzguard.agent.link.ControllerLink;
import vzguard.agent.link.LinkSettings;
import vzguard.agent.link.LinkThreads;
import vzguard.enrolment.EnrolmentToken;
import vzguard.lab.real.LabException;

/** Agents over {@link HollowHost}s, all in this process, on shared threads and event loops. */
final class HollowFleet implements AutoCloseable {
    /** So many connect at once at the first start; afterwards the controller paces them. */
    static final int CONNECTING = 100;

    private static final int ENROLLING = 8;
    private static final Duration SWEEP = Duration.ofSeconds(60);

    private final Path folder;
    private final String controller;
    private final int agents;
    private final int ves;
    private final LinkThreads threads = LinkThreads.shared(2, 4);
    private final List<ControllerLink> links = new ArrayList<>();

    /**
     * @param folder for identities, job books and epochs
     * @param controller HOST:PORT
     */
    HollowFleet(Path folder, String controller, int agents, int ves) {
        this.folder = folder;
        this.controller = controller;
        this.agents = agents;
        this.ves = ves;
    }

    /** Gets every host its certificate, as {@code vzguard-agent enrol} does. */
    void enrol(String token) {
        EnrolmentToken parsed = EnrolmentToken.parse(token);
        AtomicInteger failed = new AtomicInteger();
        ExecutorService enrolling = Executors.newFixedThreadPool(ENROLLING);
        for (int number = 0; number < agents; number++) {
            int host = number;
            enrolling.execute(() -> {
                Enrolment.Outcome outcome =
                        Enrolment.enrol(List.of(controller), parsed, HollowHost.name(host), labels(host), state(host));
                if (outcome instanceof Enrolment.NotEnrolled not) {
                    failed.incrementAndGet();
                    System.err.println(HollowHost.name(host) + ": " + not.reason());
                }
            });
        }
        enrolling.shutdown();
        try {
            if (!enrolling.awaitTermination(1, TimeUnit.HOURS) || failed.get() > 0) {
                throw new LabException(failed.get() + " of " + agents + " hosts could not be enrolled");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /** One host of its time after the other: hosts start one by one, not all within a second. */
    void start() {
        Semaphore connecting = new Semaphore(CONNECTING);
        for (int number = 0; number < agents; number++) {
            try {
                if (!connecting.tryAcquire(1, TimeUnit.MINUTES)) {
                    throw new LabException(
                            "for a minute no agent connected; " + number + " of " + agents + " had begun");
                }
                start(number, connecting);
            } catch (IOException e) {
                throw new LabException("the agent of " + HollowHost.name(number) + " did not start: " + e, e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new LabException("interrupted", e);
            }
        }
    }

    private void start(int number, Semaphore connecting) throws IOException {
        List<ControllerLink> own = new ArrayList<>();
        HollowHost host = new HollowHost(number, ves, () -> own.get(0).sweepSoon());
        LinkSettings settings = new LinkSettings(
                List.of(controller),
                HollowHost.name(number),
                labels(number),
                state(number),
                "hollow",
                "7f0f6f34-5f0e-4dd8-9d52-30c7f4c1b4f1");
        boolean[] swept = {false};
        ControllerLink link = new ControllerLink(
                settings,
                SWEEP,
                Optional.empty(),
                () -> {
                    // Its first sweep ends about when it is connected: the next host may begin.
                    if (!swept[0]) {
                        swept[0] = true;
                        connecting.release();
                    }
                    return host.sections();
                },
                Optional::empty,
                Clock.systemUTC(),
                new Random(number),
                threads);
        own.add(link);
        links.add(link);
        link.start(host);
    }

    int connected() {
        return (int) links.stream().filter(ControllerLink::isConnected).count();
    }

    /** Of every host, by number. */
    List<Identity> identities() {
        List<Identity> identities = new ArrayList<>();
        for (int number = 0; number < agents; number++) {
            int host = number;
            try {
                identities.add(new IdentityFolder(state(number))
                        .load()
                        .orElseThrow(() -> new LabException(HollowHost.name(host) + " has no identity")));
            } catch (IOException e) {
                throw new LabException("the identity of " + HollowHost.name(number) + " cannot be read: " + e, e);
            }
        }
        return identities;
    }

    private Path state(int number) {
        return folder.resolve(HollowHost.name(number));
    }

    private static Map<String, String> labels(int number) {
        return Map.of("dc", number % 2 == 0 ? "tokyo" : "osaka", "rack", "r" + number % 40);
    }

    @Override
    public void close() {
        links.forEach(ControllerLink::close);
        threads.end();
    }
}
