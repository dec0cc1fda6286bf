package vzguard.controller;

import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import vzguard.controller.audit.Audit;
import vzguard.controller.identity.CertificateAuthority;
import vzguard.controller.identity.Role;
import vzguard.controller.identity.Tokens;
import vzguard.controller.store.Database;
import vzguard.controller.store.PostgresServer;
import vzguard.controller.store.StateFolder;
import vzguard.controller.store.StateUnusable;
import vzguard.enrolment.EnrolmentToken;

/** Makes an enrolment token, also beside a running controller. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description =
                "Make an enrolment token and print it, the only time it is shown. Works while the controller runs.")
final class TokenCommand implements Callable<Integer> {
    private static final Pattern LIFE = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

    @Spec
    private @Nullable CommandSpec spec;

    @Mixin
    private StateOption state = new StateOption();

    @Mixin
    private DatabaseOption database = new DatabaseOption();

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            defaultValue = "agent",
            description = "agent or operator. Default: agent")
    private String role = "agent";

    @Option(
            names = "--uses",
            paramLabel = "N",
            defaultValue = "1",
            description = "Enrolments it is good for, 1-10000. Default: 1")
    private String uses = "1";

    @Option(
            names = "--ttl",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "How long it is good, 60s to 7d. Default: 1h")
    private String ttl = "1h";

    @Override
    public Integer call() {
        CommandLine line = Objects.requireNonNull(spec).commandLine();
        List<String> problems = new ArrayList<>();
        Optional<Role> wanted = role(role);
        if (wanted.isEmpty()) {
            problems.add("--role: \"" + role + "\" (permitted: agent, operator)");
        }
        Optional<Integer> count = count(uses);
        if (count.isEmpty()) {
            problems.add("--uses: \"" + uses + "\" (permitted: 1-" + Tokens.MAX_USES + ")");
        }
        Optional<Duration> life = life(ttl);
        if (life.isEmpty()) {
            problems.add("--ttl: \"" + ttl + "\" (permitted: a number and s, m, h or d, from 60s to 7d)");
        }
        if (wanted.isEmpty() || count.isEmpty() || life.isEmpty()) {
            throw new ParameterException(line, String.join(System.lineSeparator(), problems));
        }
        line.getOut()
                .println(create(database.server(line), wanted.get(), count.get(), life.get())
                        .text());
        return 0;
    }

    private EnrolmentToken create(Optional<PostgresServer> server, Role wanted, int count, Duration life) {
        if (!Files.isDirectory(state.path())) {
            throw new StateUnusable("there is no state folder " + state.path()
                    + "; make it with `vzguard controller init`, or name another one with --state DIR");
        }
        Clock clock = Clock.systemUTC();
        StateFolder folder = StateFolder.open(state.path());
        if (server.isEmpty() && !Files.exists(folder.database())) {
            throw new StateUnusable("there is no database in " + state.path()
                    + "; make it with `vzguard controller init`, or name PostgreSQL with --database URL");
        }
        if (!folder.hasAuthority()) {
            throw new StateUnusable("there is no CA in " + folder.authority()
                    + "; name the state folder of a controller with --state DIR");
        }
        CertificateAuthority authority = CertificateAuthority.open(folder.authority(), clock);
        try (Database open = server.isPresent() ? Database.attach(server.get()) : Database.attach(folder.database())) {
            ControllerState.refuseOther(open, folder, authority);
            return open.handle().inTransaction(sql -> {
                open.writeAlone();
                Audit.record(
                        sql, clock.instant(), "local", "CreateToken", "role " + wanted.word() + ", " + count + " uses");
                return new Tokens(authority.pin()).create(sql, wanted, count, clock.instant(), life);
            });
        }
    }

    private static Optional<Role> role(String text) {
        return switch (text) {
            case "agent" -> Optional.of(Role.AGENT);
            case "operator" -> Optional.of(Role.OPERATOR);
            default -> Optional.empty();
        };
    }

    private static Optional<Integer> count(String text) {
        return text.matches("[0-9]{1,5}")
                ? Optional.of(Integer.parseInt(text)).filter(count -> count >= 1 && count <= Tokens.MAX_USES)
                : Optional.empty();
    }

    private static Optional<Duration> life(String text) {
        Matcher matcher = LIFE.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long number = Long.parseLong(matcher.group(1));
        Duration life = switch (matcher.group(2)) {
            case "s" -> Duration.ofSeconds(number);
            case "m" -> Duration.ofMinutes(number);
            case "h" -> Duration.ofHours(number);
            default -> Duration.ofDays(number);
        };
        return Optional.of(life)
                .filter(time -> time.compareTo(Tokens.MIN_LIFE) >= 0 && time.compareTo(Tokens.MAX_LIFE) <= 0);
    }
}
