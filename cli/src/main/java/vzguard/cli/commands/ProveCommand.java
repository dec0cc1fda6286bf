package vzguard.cli.commands;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.ProofText;
import vzguard.v1.Proof;
import vzguard.v1.ProveReply;
import vzguard.v1.ProveRequest;

/** {@code vzguard prove}: all targets at once, so that many take hardly longer than one. */
@Command(
        name = "prove",
        description = "Prove with real connections that guards act. Exits with 1 unless every proof holds.")
public final class ProveCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(paramLabel = "HOST[/CTID]", arity = "1..*", description = "A host's own guard, or that of a VE")
    private final List<String> targets = new ArrayList<>();

    public ProveCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        Map<String, TargetName> names = new LinkedHashMap<>();
        targets.forEach(text -> names.put(text, TargetName.parse(text)));
        return session.ask(client -> prove(client, names));
    }

    private int prove(OperatorClient client, Map<String, TargetName> names) {
        Map<String, ListenableFuture<ProveReply>> replies = new LinkedHashMap<>();
        names.forEach((text, name) -> replies.put(text, client.slowSideBySide().prove(request(name))));
        List<Proof> proofs = new ArrayList<>();
        Map<String, Status> refusals = new LinkedHashMap<>();
        replies.forEach((text, reply) -> {
            try {
                proofs.addAll(reply.get().getProofsList());
            } catch (ExecutionException e) {
                refusals.put(text, Status.fromThrowable(e));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                refusals.put(text, Status.CANCELLED);
            }
        });
        if (names.size() == 1 && !refusals.isEmpty()) {
            throw refusals.values().iterator().next().asRuntimeException();
        }
        session.show(ProveReply.newBuilder().addAllProofs(proofs).build(), screen -> ProofText.render(proofs, screen));
        int exitCode = ProofText.holds(proofs) ? ExitCode.DONE : ExitCode.FAILED;
        for (Map.Entry<String, Status> refusal : refusals.entrySet()) {
            exitCode = session.sayRefusal(refusal.getKey(), refusal.getValue());
        }
        return exitCode;
    }

    private static ProveRequest request(TargetName name) {
        return ProveRequest.newBuilder()
                .setHost(name.host())
                .setCtid(name.ctid())
                .build();
    }
}
