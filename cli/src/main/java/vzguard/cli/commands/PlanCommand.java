package vzguard.cli.commands;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import vzguard.cli.connect.OperatorClient;
import vzguard.cli.outcome.ExitCode;
import vzguard.cli.render.Documents;
import vzguard.cli.render.PlanText;
import vzguard.v1.Plan;
import vzguard.v1.PlanPolicyRequest;
import vzguard.v1.PlanView;

/** {@code vzguard plan}. */
@Command(
        name = "plan",
        description = "What a policy would change on each target, why, and which VEs would restart. Changes nothing.")
public final class PlanCommand implements Callable<Integer> {
    private final Session session;

    @ArgGroup(multiplicity = "1")
    private Source source = new Source();

    @Option(names = "--detailed-exitcode", description = "Exit with 6 when there are changes")
    private boolean detailedExitCode;

    public PlanCommand(Session session) {
        this.session = session;
    }

    /** Which policy: exactly one of the two. */
    static final class Source {
        @Option(
                names = "-f",
                paramLabel = "FILE",
                description = "A policy file that is not stored; - is standard input")
        String file = "";

        @Option(names = "--policy", paramLabel = "NAME", description = "A stored policy")
        String policy = "";
    }

    @Override
    public Integer call() {
        if (!source.policy.isEmpty()) {
            PlanPolicyRequest request =
                    PlanPolicyRequest.newBuilder().setName(source.policy).build();
            return session.ask(client -> plan(collect(client, request)));
        }
        PolicyFile file = PolicyFile.read(source.file, session.console()).checked();
        PlanPolicyRequest request =
                PlanPolicyRequest.newBuilder().setText(file.text()).build();
        return session.ask(client -> plan(file.withPlaces(() -> collect(client, request))));
    }

    /** @param name of the whole, for {@code rollout start --plan}; empty when the controller keeps none */
    private record Planned(List<Plan> plans, int targets, List<String> warnings, String name) {
        JsonObject document() {
            JsonObject document = Documents.list("plans", PlanText.sorted(plans));
            document.addProperty("targets", targets);
            JsonArray texts = new JsonArray();
            warnings.forEach(texts::add);
            document.add("warnings", texts);
            document.addProperty("name", name);
            document.addProperty("summary", PlanText.summary(plans, targets));
            return document;
        }
    }

    private static Planned collect(OperatorClient client, PlanPolicyRequest request) {
        List<Plan> plans = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        int targets = 0;
        String name = "";
        Iterator<PlanView> answers = client.slow().planPolicy(request);
        while (answers.hasNext()) {
            PlanView answer = answers.next();
            targets = Math.max(targets, answer.getTargets());
            warnings.addAll(answer.getWarningsList());
            name = answer.getName().isEmpty() ? name : answer.getName();
            if (answer.hasPlan()) {
                plans.add(answer.getPlan());
            }
        }
        return new Planned(plans, targets, warnings, name);
    }

    private int plan(Planned planned) {
        session.show(
                planned::document,
                screen -> PlanText.render(planned.plans(), planned.targets(), planned.warnings(), screen));
        if (!planned.name().isEmpty() && !session.format().isForPrograms() && PlanText.hasChanges(planned.plans())) {
            session.console()
                    .say("to roll out this and nothing else, within 24 hours: vzguard rollout start "
                            + (source.policy.isEmpty() ? "POLICY (once it is stored)" : source.policy) + " --plan "
                            + planned.name());
        }
        if (!PlanText.isComplete(planned.plans(), planned.targets())) {
            return ExitCode.PARTLY;
        }
        return detailedExitCode && PlanText.hasChanges(planned.plans()) ? ExitCode.CHANGES : ExitCode.DONE;
    }
}
