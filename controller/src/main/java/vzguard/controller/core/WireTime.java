package vzguard.controller.core;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;

/** Times on the wire. */
public final class WireTime {
    private WireTime() {}

    public static Timestamp of(Instant at) {
        return Timestamp.newBuilder()
                .setSeconds(at.getEpochSecond())
                .setNanos(at.getNano())
                .build();
    }

    public static com.google.protobuf.Duration of(Duration duration) {
        return com.google.protobuf.Duration.newBuilder()
                .setSeconds(duration.getSeconds())
                .setNanos(duration.getNano())
                .build();
    }
}
