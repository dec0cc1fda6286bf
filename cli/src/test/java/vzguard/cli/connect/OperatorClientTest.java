package vzguard.cli.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Waiting for a controller that went away. */
class OperatorClientTest {
    private final Pausing channel = new Pausing();

    @Test
    void theChannelIsToldNotToPauseUntilTheControllerAnswers() throws InterruptedException {
        try (OperatorClient client = new OperatorClient(channel)) {
            client.awaitBack(stub -> assertThat(channel.awaitTold()).isTrue());
        }
    }

    @Test
    void itIsAskedAgainWhileItIsAwayAndARefusalIsNotHidden() {
        AtomicInteger asked = new AtomicInteger();
        try (OperatorClient client = new OperatorClient(channel)) {
            assertThatThrownBy(() -> client.awaitBack(stub -> {
                        Status answer = asked.incrementAndGet() < 3 ? Status.UNAVAILABLE : Status.NOT_FOUND;
                        throw answer.asRuntimeException();
                    }))
                    .isInstanceOf(StatusRuntimeException.class)
                    .hasMessageContaining("NOT_FOUND");
        }
        assertThat(asked).hasValue(3);
    }

    /** A channel between two attempts to connect, which goes on with them when it is told to. */
    private static final class Pausing extends ManagedChannel {
        private final CountDownLatch told = new CountDownLatch(1);

        /** False: nobody told it for a minute. */
        boolean awaitTold() {
            try {
                return told.await(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }

        @Override
        public void resetConnectBackoff() {
            told.countDown();
        }

        @Override
        public <Q, A> ClientCall<Q, A> newCall(MethodDescriptor<Q, A> method, CallOptions options) {
            throw new UnsupportedOperationException("no calls are made in this test");
        }

        @Override
        public String authority() {
            return "controller";
        }

        @Override
        public ManagedChannel shutdown() {
            return this;
        }

        @Override
        public ManagedChannel shutdownNow() {
            return this;
        }

        @Override
        public boolean isShutdown() {
            return true;
        }

        @Override
        public boolean isTerminated() {
            return true;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
