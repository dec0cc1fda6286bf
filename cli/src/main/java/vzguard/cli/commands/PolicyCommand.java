package vzguard.cli.commands;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import vzguard.cli.outcome.CommandFailed;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Documents;
import vzguard.cli.render.PolicyText;
import vzguard.cli.render.Text;
import vzguard.v1.ApplyPolicyReply;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.DeletePolicyReply;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.DiffPolicyReply;
import vzguard.v1.DiffPolicyRequest;
import vzguard.v1.GetPolicyRequest;
import vzguard.v1.ListPoliciesReply;
import vzguard.v1.ListPoliciesRequest;
import vzguard.v1.PolicyHistory;
import vzguard.v1.PolicyView;

/** {@code vzguard policy}. */
@Command(name = "policy", description = "Policies and their revisions.")
public final class PolicyCommand {
    private final Session session;

    public PolicyCommand(Session session) {
        this.session = session;
    }

    @Command(description = "Store a policy. Nothing changes on hosts before plan and rollout start.")
    int apply(
            @Option(
                            names = "-f",
                            required = true,
                            paramLabel = "FILE",
                            description = "Policy file; - is standard input")
                    String file,
            @Option(names = "--dry-run", description = "Check it, store nothing") boolean dryRun) {
        PolicyFile policy = PolicyFile.read(file, session.console()).checked();
        return session.ask(client -> {
            ApplyPolicyReply reply = policy.withPlaces(() -> client.quick()
                    .applyPolicy(ApplyPolicyRequest.newBuilder()
                            .setText(policy.text())
                            .setDryRun(dryRun)
                            .build()));
            session.warn(reply.getWarningsList());
            return session.show(reply, screen -> applied(reply, dryRun));
        });
    }

    private static String applied(ApplyPolicyReply reply, boolean dryRun) {
        PolicyView policy = reply.getPolicy();
        String selects = " (selects " + Text.count(policy.getHostsSelected(), "host") + ", "
                + Text.count(policy.getVesSelected(), "VE") + ")";
        String name = "policy " + Text.line(policy.getName());
        if (!reply.getChanged()) {
            return name + ": no change, revision " + policy.getRevision() + " stays" + selects;
        }
        return dryRun
                ? name + ": valid, nothing stored (dry run)" + selects
                : name + ": revision " + policy.getRevision() + " stored" + selects;
    }

    @Command(description = "List policies.")
    int list() {
        return session.ask(client -> {
            ListPoliciesReply reply = client.quick().listPolicies(ListPoliciesRequest.getDefaultInstance());
            return session.show(
                    () -> Documents.list("policies", PolicyText.sorted(reply.getPoliciesList())),
                    screen -> PolicyText.table(reply.getPoliciesList(), screen));
        });
    }

    @Command(description = "The text of a policy.")
    int show(
            @Parameters(paramLabel = "POLICY", description = "Its name") String name,
            @Option(names = "--revision", paramLabel = "N", defaultValue = "0", description = "Default: the latest")
                    long revision) {
        return session.ask(client -> {
            PolicyView policy = client.quick()
                    .getPolicy(GetPolicyRequest.newBuilder()
                            .setName(name)
                            .setRevision(revision)
                            .build());
            return session.show(policy, screen -> PolicyText.show(policy, screen));
        });
    }

    @Command(description = "All revisions of a policy, newest first.")
    int history(@Parameters(paramLabel = "POLICY", description = "Its name") String name) {
        return session.ask(client -> {
            PolicyHistory history = client.quick()
                    .getPolicyHistory(
                            GetPolicyRequest.newBuilder().setName(name).build());
            return session.show(history, screen -> PolicyText.history(history.getRevisionsList(), screen));
        });
    }

    @Command(description = "How a file differs from the stored policy.")
    int diff(
            @Option(
                            names = "-f",
                            required = true,
                            paramLabel = "FILE",
                            description = "Policy file; - is standard input")
                    String file) {
        PolicyFile policy = PolicyFile.read(file, session.console()).checked();
        return session.ask(client -> {
            DiffPolicyReply reply = policy.withPlaces(() -> client.quick()
                    .diffPolicy(DiffPolicyRequest.newBuilder()
                            .setText(policy.text())
                            .build()));
            if (reply.getDiff().isEmpty()) {
                session.console().say("no difference");
            }
            return session.show(reply, screen -> Text.block(reply.getDiff()));
        });
    }

    @Command(description = "Delete a policy, and take its guards away wherever it was applied.")
    int delete(
            @Parameters(paramLabel = "POLICY", description = "Its name") String name,
            @Option(names = "--yes", description = "Do not ask") boolean yes,
            @Option(
                            names = "--watch",
                            negatable = true,
                            defaultValue = "true",
                            fallbackValue = "true",
                            description = "Watch the removal until it has ended; default: watch")
                    boolean watch) {
        if (!yes) {
            confirm(name);
        }
        return session.ask(client -> {
            DeletePolicyReply reply = client.quick()
                    .deletePolicy(DeletePolicyRequest.newBuilder().setName(name).build());
            session.console()
                    .say("policy " + name + " is deleted"
                            + (reply.hasRollout() ? "; its guards are being taken away" : "; it was applied nowhere"));
            return reply.hasRollout() ? Started.follow(session, client, reply.getRollout(), watch) : ExitCode.DONE;
        });
    }

    private void confirm(String name) {
        if (!session.console().terminal()) {
            throw CommandFailed.badInput("policy delete takes guards away and asks first, but this is no terminal"
                    + "\n  next: vzguard policy delete " + name + " --yes");
        }
        session.console().say("Delete policy " + name + " and take its guards away on every target? Type yes:");
        // Never closed: standard input is not ours to close.
        BufferedReader answers =
                new BufferedReader(new InputStreamReader(session.console().in(), StandardCharsets.UTF_8));
        try {
            if (!"yes".equals(answers.readLine())) {
                throw new CommandFailed(ExitCode.REFUSED, "not confirmed; nothing was deleted");
            }
        } catch (IOException e) {
            throw CommandFailed.badInput("the answer cannot be read: " + e.getMessage() + "; nothing was deleted");
        }
    }
}
