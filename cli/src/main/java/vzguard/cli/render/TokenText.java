package vzguard.cli.render;

import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import vzguard.v1.TokenView;

/** Enrolment tokens, without their secrets. */
public final class TokenText {
    private TokenText() {}

    public static String table(List<TokenView> tokens, Screen screen) {
        Table table = new Table("TOKEN", "ROLE", "USES LEFT", "EXPIRES");
        for (TokenView token : tokens) {
            table.add(
                    token.getTokenId(),
                    Words.lower(token.getRole(), "TOKEN_ROLE_"),
                    token.getUsesLeft(),
                    token.hasExpiresAt() ? until(token.getExpiresAt(), screen.now()) : "-");
        }
        return screen.render(table);
    }

    /** {@code in 59m}, or {@code expired}. */
    public static String until(Timestamp time, Instant now) {
        Duration left = Duration.between(now, Ages.instant(time));
        return left.isNegative() || left.isZero() ? "expired" : "in " + Ages.of(left);
    }
}
