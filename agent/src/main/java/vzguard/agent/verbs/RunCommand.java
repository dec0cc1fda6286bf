package vzguard.agent.verbs;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import vzguard.agent.Agent;
import vzguard.agent.AgentSettings;

/** The service: observes, and carries out what the controller asks for, until it is told to end. */
@Command(name = "run", description = "Runs the agent: the service that talks to the controller.")
public final class RunCommand implements Callable<Integer> {
    @Mixin
    private VerbOptions options = new VerbOptions();

    private final Surroundings surroundings;

    public RunCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        AgentSettings settings = options.settings();
        if (settings.controller().isEmpty()) {
            throw new CommandFailed(
                    ExitCode.BAD_INPUT,
                    "no controller is configured: write controller=HOST:PORT into " + options.config
                            + ", or use observe, plan and apply, which need none");
        }
        CountDownLatch ended = new CountDownLatch(1);
        try (Agent agent = Agent.start(settings, surroundings.runner(), options.files(), Clock.systemUTC())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                agent.close();
                ended.countDown();
            }));
            surroundings.err().println("vzguard-agent " + Agent.version() + " runs on " + settings.hostName());
            ended.await();
            return ExitCode.DONE;
        } catch (IOException e) {
            throw new CommandFailed(ExitCode.FAILED, String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return ExitCode.FAILED;
        }
    }
}
