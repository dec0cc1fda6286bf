package vzguard.agent.prove;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What waits for what before proofs are made together. */
class ProofQueueTest {
    private final ProofQueue queue = new ProofQueue();

    @Test
    void nothingIsWaitedForWhenNothingIsAnnounced() {
        assertThat(queue.awaitAnnounced()).isTrue();
    }

    @Test
    void aProofThatDoesNotComeHoldsUpTheOthersForAMomentOnly() {
        try (AnnouncedProof came = new AnnouncedProof(queue);
                AnnouncedProof missing = new AnnouncedProof(queue)) {
            came.close();
            // Closed twice it still counts once.
            came.close();
            assertThat(queue.awaitAnnounced())
                    .as("%s is still on its way", missing)
                    .isFalse();
        }
        assertThat(queue.awaitAnnounced()).isTrue();
    }

    @Test
    void whoWaitsGoesOnWhenTheLastAnnouncementIsClosed() throws InterruptedException {
        AnnouncedProof coming = new AnnouncedProof(queue);
        Thread other = new Thread(coming::close);
        other.start();
        assertThat(queue.awaitAnnounced()).isTrue();
        other.join();
    }
}
