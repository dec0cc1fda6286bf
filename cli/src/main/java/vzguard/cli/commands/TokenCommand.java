package vzguard.cli.commands;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.render.TokenText;
import vzguard.v1.CreateTokenReply;
import vzguard.v1.CreateTokenRequest;
import vzguard.v1.ListTokensReply;
import vzguard.v1.ListTokensRequest;
import vzguard.v1.TokenRole;

/** {@code vzguard token}. */
@Command(name = "token", description = "Enrolment tokens, with which agents and operators get their certificates.")
public final class TokenCommand {
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,7})([smhd])");

    private final Session session;

    public TokenCommand(Session session) {
        this.session = session;
    }

    /** For whom a token is. */
    enum Role {
        agent,
        operator
    }

    @Command(description = "Make a token and print it, once: vzguard token create > agent.token")
    int create(
            @Option(
                            names = "--role",
                            paramLabel = "ROLE",
                            defaultValue = "agent",
                            description = "agent or operator; default: agent")
                    Role role,
            @Option(names = "--uses", paramLabel = "N", defaultValue = "1", description = "1-10000; default: 1")
                    int uses,
            @Option(names = "--ttl", paramLabel = "TIME", defaultValue = "1h", description = "1m to 7d; default: 1h")
                    String ttl) {
        long seconds = seconds(ttl);
        if (uses < 1 || uses > 10_000) {
            throw CommandFailed.badInput("--uses " + uses + " is not permitted (permitted: 1-10000)");
        }
        return session.ask(client -> {
            CreateTokenReply reply = client.quick()
                    .createToken(CreateTokenRequest.newBuilder()
                            .setRole(role == Role.agent ? TokenRole.TOKEN_ROLE_AGENT : TokenRole.TOKEN_ROLE_OPERATOR)
                            .setUses(uses)
                            .setTtlSeconds(Math.toIntExact(seconds))
                            .build());
            if (reply.hasExpiresAt()) {
                session.console()
                        .say("expires "
                                + TokenText.until(
                                        reply.getExpiresAt(),
                                        session.console().clock().instant())
                                + "; keep it secret");
            }
            return session.show(reply, screen -> reply.getToken());
        });
    }

    @Command(description = "List tokens that are still good, without their secrets.")
    int list() {
        return session.ask(client -> {
            ListTokensReply reply = client.quick().listTokens(ListTokensRequest.getDefaultInstance());
            return session.show(reply, screen -> TokenText.table(reply.getTokensList(), screen));
        });
    }

    private static long seconds(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (matcher.matches()) {
            long number = Long.parseLong(matcher.group(1));
            Duration duration = switch (matcher.group(2)) {
                case "s" -> Duration.ofSeconds(number);
                case "m" -> Duration.ofMinutes(number);
                case "h" -> Duration.ofHours(number);
                default -> Duration.ofDays(number);
            };
            if (duration.getSeconds() >= 60 && duration.compareTo(Duration.ofDays(7)) <= 0) {
                return duration.getSeconds();
            }
        }
        throw CommandFailed.badInput(
                "--ttl " + text + " is not permitted (permitted: 1m to 7d, as 90s, 10m, 1h or 7d)");
    }
}
