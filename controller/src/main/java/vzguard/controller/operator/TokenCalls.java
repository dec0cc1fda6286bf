package vzguard.controller.operator;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import vzguard.controller.audit.Audit;
import vzguard.controller.core.Transaction;
import vzguard.controller.core.WireTime;
import vzguard.controller.identity.Role;
import vzguard.controller.identity.Tokens;
import vzguard.controller.store.TokenRows;
import vzguard.enrolment.EnrolmentToken;
import vzguard.v1.CreateTokenReply;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.ListTokensReply;
import vzguard.v1.TokenRole;
import vzguard.v1.TokenView;

/** Calls about enrolment tokens. Steps of the event loop. */
final class TokenCalls {
    private static final Duration DEFAULT_LIFE = Duration.ofHours(1);

    private final Tokens tokens;
    private final Clock clock;

    TokenCalls(Tokens tokens, Clock clock) {
        this.tokens = tokens;
        this.clock = clock;
    }

    CreateTokenReply create(Transaction transaction, String actor, CreateTokenRequest request) {
        int uses = request.getUses() == 0 ? 1 : request.getUses();
        Duration life = request.getTtlSeconds() == 0
                ? DEFAULT_LIFE
                : Duration.ofSeconds(Integer.toUnsignedLong(request.getTtlSeconds()));
        List<String> problems = new ArrayList<>();
        if (request.getRole() != TokenRole.TOKEN_ROLE_AGENT && request.getRole() != TokenRole.TOKEN_ROLE_OPERATOR) {
            problems.add("role " + request.getRoleValue() + " (permitted: AGENT, OPERATOR)");
        }
        if (Integer.compareUnsigned(uses, Tokens.MAX_USES) > 0) {
            problems.add("uses " + Integer.toUnsignedString(uses) + " (permitted: 1-" + Tokens.MAX_USES + ")");
        }
        if (life.compareTo(Tokens.MIN_LIFE) < 0 || life.compareTo(Tokens.MAX_LIFE) > 0) {
            problems.add("ttl_seconds " + life.toSeconds() + " (permitted: " + Tokens.MIN_LIFE.toSeconds() + "-"
                    + Tokens.MAX_LIFE.toSeconds() + ")");
        }
        if (!problems.isEmpty()) {
            throw Fault.invalid(problems);
        }
        Role role = request.getRole() == TokenRole.TOKEN_ROLE_AGENT ? Role.AGENT : Role.OPERATOR;
        Instant now = clock.instant();
        EnrolmentToken token = tokens.create(transaction.sql(), role, uses, now, life);
        Audit.record(
                transaction.sql(),
                now,
                actor,
                "CreateToken",
                "token " + token.id() + ", role " + role.word() + ", " + uses + " uses, " + life.toSeconds() + " s");
        return CreateTokenReply.newBuilder()
                .setToken(token.text())
                .setExpiresAt(WireTime.of(now.plus(life)))
                .build();
    }

    ListTokensReply list(Transaction transaction) {
        return ListTokensReply.newBuilder()
                .addAllTokens(tokens.list(transaction.sql(), clock.instant()).stream()
                        .map(TokenCalls::view)
                        .toList())
                .build();
    }

    private static TokenView view(TokenRows.Row row) {
        return TokenView.newBuilder()
                .setTokenId(row.tokenId())
                .setRole(
                        row.role().equals(Role.AGENT.word())
                                ? TokenRole.TOKEN_ROLE_AGENT
                                : TokenRole.TOKEN_ROLE_OPERATOR)
                .setUsesLeft(row.usesLeft())
                .setExpiresAt(WireTime.of(Instant.ofEpochMilli(row.expiresAt())))
                .build();
    }
}
