package vzguard.it.flood;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import vzguard.agent.exec.Command;
import vzguard.agent.exec.CommandResult;
import vzguard.agent.exec.CommandRunner;

/**
 * Another program, which knows nothing of the guard and adds rules to INPUT, one commit each, as fast as it gets them in: some
 * while each replacement runs. Not more: with thousands of rules and no pause between commits iptables-save of the nft backend
 * was seen not to end within the deadline of a command.
 */
final class ForeignRules implements AutoCloseable {
    private static final int DURING_EACH_REPLACEMENT = 10;

    private final CommandRunner inside;
    private final int most;
    private final CompletableFuture<Integer> end = new CompletableFuture<>();
    private final Semaphore turns = new Semaphore(DURING_EACH_REPLACEMENT);
    private final Thread thread = new Thread(this::work, "foreign rules");
    private volatile int added;
    private volatile boolean told;

    /** @param most it ends by itself when it has added so many */
    ForeignRules(CommandRunner inside, int most) {
        this.inside = inside;
        this.most = most;
        thread.start();
    }

    private void work() {
        try {
            turns.acquireUninterruptibly();
            for (int number = 1; !told && number <= most; number++) {
                CommandResult result = inside.run(command(number));
                if (!result.succeeded()) {
                    throw new IllegalStateException("foreign rule " + number + ": " + result.explain());
                }
                added = number;
                turns.acquireUninterruptibly();
            }
            end.complete(added);
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
        }
    }

    /** By each of the two programs in turn: they take different ways to the kernel. */
    private static Command command(int number) {
        if (number % 2 == 0) {
            return Command.of("iptables-restore", "--noflush")
                    .withStdin("*filter\n-A INPUT " + rule(number) + "\nCOMMIT\n");
        }
        List<String> argv = new ArrayList<>(List.of("iptables", "-A", "INPUT"));
        argv.addAll(List.of(rule(number).split(" ")));
        return Command.of(argv);
    }

    /** Each has a port of its own, by which their order shows. */
    static String rule(int number) {
        return "-s 203.0.113.9/32 -p tcp -m tcp --dport " + number + " -j DROP";
    }

    /** How many are there by now; throws what went wrong. */
    int added() {
        if (end.isCompletedExceptionally()) {
            end.join();
        }
        return added;
    }

    /** Another replacement begins: the turns that the last one left are not added to its own. */
    void replacementBegins() {
        turns.drainPermits();
        turns.release(DURING_EACH_REPLACEMENT);
    }

    /** Tells it to end after the rule that it is at; says how many it has added. */
    int end() {
        told = true;
        turns.release();
        return end.join();
    }

    @Override
    public void close() {
        told = true;
        turns.release();
        // The place that it works in is taken away next: a failure was thrown to whoever asked before.
        end.handle((all, failure) -> failure == null).join();
    }
}
