package vzguard.it.contract;

import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import vzguard.it.real.BareLab;
import vzguard.it.real.Fleet;
import vzguard.lab.real.LabSpec;
import vzguard.lab.real.RealLab;

/** The real lab against the transcripts: the same test, on namespaces. */
class RealTranscriptsIT extends TranscriptContract {
    private static final String NAME = "it-transcripts";
    /** One section waits for most of its time, as its commands say; the others need not wait for it. */
    private static final int HOSTS = 2;

    private static final Queue<String> FREE = new ConcurrentLinkedQueue<>();
    private static Optional<BareLab> lab = Optional.empty();

    @BeforeAll
    static void up() {
        Fleet.assumeRoot();
        lab = Optional.of(BareLab.up(NAME, HOSTS, 0));
        FREE.addAll(new LabSpec(NAME, HOSTS, 0, false).hostNames());
    }

    @AfterAll
    static void down() {
        lab.ifPresent(BareLab::close);
    }

    @Override
    FloorKind kind() {
        return FloorKind.REAL;
    }

    @Override
    int floorsAtOnce() {
        return HOSTS;
    }

    @Override
    TranscriptFloor freshFloor() {
        String host = FREE.remove();
        return new RealTranscriptFloor(RealLab.attach(NAME).orElseThrow(), host, () -> FREE.add(host));
    }
}
