package vzguard.agent.prove;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import vzguard.agent.model.Family;

class SourcesTest {
    private static final int THREADS = 8;
    private static final int EACH = 500;

    @Test
    void jobsThatProveAtTheSameTimeNeverShareASource() throws InterruptedException {
        Sources sources = new Sources(new Random(7));
        Set<String> given = ConcurrentHashMap.newKeySet();
        Thread[] jobs = IntStream.range(0, THREADS)
                .mapToObj(number -> new Thread(() -> IntStream.range(0, EACH)
                        .forEach(each -> given.add(sources.fresh(number % 2 == 0 ? Family.V4 : Family.V6)))))
                .toArray(Thread[]::new);
        for (Thread job : jobs) {
            job.start();
        }
        for (Thread job : jobs) {
            job.join();
        }
        assertThat(given).hasSize(THREADS * EACH);
    }
}
