package vzguard.cli.commands;

import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.cli.connect.Address;
import vzguard.cli.connect.Answers;
import vzguard.cli.connect.Contexts;
import vzguard.cli.connect.PinnedChannels;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.enrolment.CsrEncoder;
import vzguard.enrolment.EnrolmentExchange;
import vzguard.enrolment.EnrolmentToken;
import vzguard.enrolment.Pem;
import vzguard.v1.EnrolReply;

/** {@code vzguard login}. The token comes from a file or standard input, never from the command line. */
@Command(
        name = "login",
        description = "Exchange an operator's token for a certificate, and make this controller the current context.")
public final class LoginCommand implements Callable<Integer> {
    private static final int LARGEST_TOKEN = 4096;

    private final Session session;

    @Parameters(paramLabel = "ADDRESS", description = "HOST or HOST:PORT of the controller; default port: 7443")
    private String address = "";

    @Option(
            names = "--token-file",
            required = true,
            paramLabel = "FILE",
            description = "File with the token; - is standard input")
    private String tokenFile = "";

    @Option(names = "--name", paramLabel = "NAME", description = "Your name as an operator; default: that of the user")
    private String name = System.getProperty("user.name", "operator");

    public LoginCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Address controller = Address.parse(address);
        String context = contextName(controller);
        EnrolmentToken token = token();
        KeyPair key = CsrEncoder.newKey(new SecureRandom());
        EnrolReply reply = enrol(controller, token, key);
        session.contexts()
                .save(
                        context,
                        controller.toString(),
                        reply.getTrustBundle(),
                        reply.getCertificateChain(),
                        Pem.privateKey(key.getPrivate()));
        session.console()
                .say("logged in to " + controller + " as " + reply.getIdentity() + "; context " + context
                        + " is now the current one");
        return ExitCode.DONE;
    }

    private EnrolReply enrol(Address controller, EnrolmentToken token, KeyPair key) {
        ManagedChannel channel = PinnedChannels.open(controller, token);
        try {
            return EnrolmentExchange.enrol(channel, token, key, name, Map.of());
        } catch (StatusRuntimeException e) {
            throw Answers.explainEnrolment(e.getStatus(), controller.toString());
        } catch (IllegalArgumentException e) {
            throw new CommandFailed(
                    ExitCode.FAILED,
                    "the answer of the controller at " + controller + " cannot be trusted: " + e.getMessage()
                            + "\n  nothing was saved; the token may be used up");
        } finally {
            channel.shutdownNow();
        }
    }

    /** The one asked for, else "default"; another controller's context is not overwritten unasked. */
    private String contextName(Address controller) {
        String asked = session.options().context;
        if (!asked.isEmpty()) {
            return Contexts.checked(asked);
        }
        String name = "default";
        if (session.contexts().names().contains(name)) {
            String there = session.contexts().load(name).address();
            if (!there.equals(controller.toString())) {
                throw CommandFailed.badInput("context \"default\" is that of " + there
                        + "\n  next: name this one: vzguard login " + controller + " --token-file FILE --context NAME");
            }
        }
        return name;
    }

    private EnrolmentToken token() {
        String place = tokenFile.equals("-") ? "(standard input)" : tokenFile;
        try (InputStream in =
                tokenFile.equals("-") ? session.console().in() : Files.newInputStream(Path.of(tokenFile))) {
            return EnrolmentToken.parse(new String(in.readNBytes(LARGEST_TOKEN), StandardCharsets.US_ASCII));
        } catch (IOException | InvalidPathException e) {
            throw CommandFailed.badInput("token file " + place + " cannot be read: " + e);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.badInput(place + ": " + e.getMessage());
        }
    }
}
