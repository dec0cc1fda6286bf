package vzguard.cli.commands;

import com.google.gson.JsonObject;
import com.google.protobuf.Message;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import vzguard.cli.connect.Answers;
import vzguard.cli.connect.ChannelOpener;
import vzguard.cli.connect.Context;
import vzguard.cli.connect.Contexts;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.console.Console;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Documents;
import vzguard.cli.render.Format;
import vzguard.cli.render.Screen;

/** What all commands of one call share: the console, the chosen controller, the chosen format. */
public record Session(Console console, GlobalOptions options, Contexts contexts, ChannelOpener opener) {

    /** Connects to the chosen controller for the time of the work, and turns its refusals into failures for people. */
    int ask(ToIntFunction<OperatorClient> work) {
        Context context = contexts.choose(options.context, console.environment());
        try (OperatorClient client = new OperatorClient(opener.open(context))) {
            return work.applyAsInt(client);
        } catch (StatusRuntimeException e) {
            throw Answers.explain(e.getStatus(), context.address());
        }
    }

    /**
     * Says why one of several targets was refused; the others go on.
     *
     * @return the exit code that the refusal alone would have
     */
    int sayRefusal(String target, Status refusal) {
        CommandFailed failure = Answers.explain(
                refusal, contexts.choose(options.context, console.environment()).address());
        console.say("vzguard: " + target + ": " + failure.text());
        return failure.exitCode();
    }

    /** Prints data in the chosen format. */
    int show(Supplier<JsonObject> document, Function<Screen, String> text) {
        console.print(format().isForPrograms() ? Documents.render(document.get(), format()) : text.apply(screen()));
        return ExitCode.DONE;
    }

    /** As the other, for one message. */
    int show(Message message, Function<Screen, String> text) {
        return show(() -> Documents.of(message), text);
    }

    Format format() {
        return options.output;
    }

    Screen screen() {
        return new Screen(format(), console.colour(), console.clock().instant());
    }

    void warn(Iterable<String> warnings) {
        warnings.forEach(warning -> console.say("warning: " + warning));
    }
}
