package vzguard.controller.identity;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import vzguard.controller.store.TokenRows;
import vzguard.enrolment.EnrolmentToken;

/**
 * Enrolment tokens. Of a secret only its SHA-256 is stored (it has 256 random bits, so that guessing is hopeless
 * without a slow hash); it is compared in constant time; a use is taken in the transaction that records the enrolment.
 */
public final class Tokens {
    public static final int MAX_USES = 10_000;
    public static final Duration MIN_LIFE = Duration.ofMinutes(1);
    public static final Duration MAX_LIFE = Duration.ofDays(7);

    private static final int ID_BYTES = 6;
    private static final int SECRET_BYTES = 32;

    private final String caPin;
    private final SecureRandom random = new SecureRandom();

    public Tokens(String caPin) {
        this.caPin = caPin;
    }

    /** Makes and stores a token; the secret is in the answer only. */
    public EnrolmentToken create(Handle sql, Role role, int uses, Instant now, Duration life) {
        byte[] id = new byte[ID_BYTES];
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(id);
        random.nextBytes(secret);
        EnrolmentToken token = new EnrolmentToken(
                HexFormat.of().formatHex(id),
                Base64.getUrlEncoder().withoutPadding().encodeToString(secret),
                caPin);
        TokenRows.insert(
                sql,
                new TokenRows.Row(
                        token.id(),
                        hash(token.secret()),
                        role.word(),
                        uses,
                        now.toEpochMilli(),
                        now.plus(life).toEpochMilli()));
        return token;
    }

    /** Role of whoever brings the token; nothing when it is unknown, wrong, used up or expired. */
    public Optional<Role> roleOf(Handle sql, EnrolmentToken token, Instant now) {
        Optional<TokenRows.Row> row = TokenRows.find(sql, token.id());
        // Compared also when there is no such token, so that the time taken tells nothing about ids.
        String stored = row.map(TokenRows.Row::secretHash).orElse(hash(""));
        boolean same = MessageDigest.isEqual(
                stored.getBytes(StandardCharsets.US_ASCII), hash(token.secret()).getBytes(StandardCharsets.US_ASCII));
        return row.filter(good -> same && good.usesLeft() > 0 && good.expiresAt() > now.toEpochMilli())
                .map(good -> good.role().equals(Role.AGENT.word()) ? Role.AGENT : Role.OPERATOR);
    }

    /** Takes one use, in the transaction in which {@link #roleOf} found the token good. */
    public void take(Handle sql, EnrolmentToken token, Instant now) {
        if (!TokenRows.takeUse(sql, token.id(), now.toEpochMilli())) {
            throw new IllegalStateException("token " + token.id() + " was found good, but has no use left");
        }
    }

    /** Tokens that are still good, oldest first. */
    public List<TokenRows.Row> list(Handle sql, Instant now) {
        return TokenRows.good(sql, now.toEpochMilli());
    }

    private static String hash(String secret) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(secret.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
