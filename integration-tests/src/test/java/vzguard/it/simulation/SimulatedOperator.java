package vzguard.it.simulation;

import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import vzguard.controller.identity.SimulatedCaller;
import vzguard.controller.operator.OperatorService;
import vzguard.controller.rollout.Rollout;
import vzguard.controller.rollout.RolloutState;
import vzguard.v1.ApplyPolicyRequest;
import vzguard.v1.ControlRolloutRequest;
import vzguard.v1.DeletePolicyRequest;
import vzguard.v1.GetRolloutRequest;
import vzguard.v1.LabelHostRequest;
import vzguard.v1.RestartVesRequest;
import vzguard.v1.RolloutAction;
import vzguard.v1.RolloutView;
import vzguard.v1.SelectorSpec;
import vzguard.v1.StartRolloutRequest;
import vzguard.v1.WhyRequest;

/** Somebody who types at bad moments, and remembers what he was told: what was acknowledged must stay true. */
final class SimulatedOperator {
    private static final RolloutAction[] ACTIONS = {
        RolloutAction.ROLLOUT_ACTION_PAUSE,
        RolloutAction.ROLLOUT_ACTION_RESUME,
        RolloutAction.ROLLOUT_ACTION_RESUME,
        RolloutAction.ROLLOUT_ACTION_PROMOTE,
        RolloutAction.ROLLOUT_ACTION_RETRY,
        RolloutAction.ROLLOUT_ACTION_RETRY,
        RolloutAction.ROLLOUT_ACTION_ABORT,
        RolloutAction.ROLLOUT_ACTION_ROLLBACK
    };

    private final World world;
    private final Fleet fleet;
    private final Ledger ledger;
    private final PolicyTexts texts;
    private final int perHost;
    private final int total;
    /** Latest revision that was acknowledged, by policy. */
    private final Map<String, Long> revisions = new HashMap<>();

    private final List<String> rollouts = new ArrayList<>();
    private final Set<String> aborted = new HashSet<>();
    private int answered;
    private int refused;

    SimulatedOperator(World world, Fleet fleet, Ledger ledger, int perHost, int total) {
        this.world = world;
        this.fleet = fleet;
        this.ledger = ledger;
        this.perHost = perHost;
        this.total = total;
        this.texts = new PolicyTexts(world.random.split(), perHost, total);
    }

    void typeSomething() {
        String policy = world.random.nextInt(3) > 0 ? "alpha" : "beta";
        int dice = world.random.nextInt(100);
        if (dice < 22) {
            apply(policy);
        } else if (dice < 48) {
            start(policy);
        } else if (dice < 56) {
            restart();
        } else if (dice < 59) {
            delete(policy);
        } else if (dice < 62) {
            label();
        } else if (dice < 68) {
            look();
        } else if (!rollouts.isEmpty()) {
            int newest = rollouts.size() - 1;
            int which = world.chance(3) ? world.random.nextInt(rollouts.size()) : newest;
            control(rollouts.get(which), ACTIONS[world.random.nextInt(ACTIONS.length)]);
        }
    }

    void apply(String policy) {
        ApplyPolicyRequest request =
                ApplyPolicyRequest.newBuilder().setText(texts.next(policy)).build();
        call(
                "apply " + policy,
                OperatorService::applyPolicy,
                request,
                reply -> revisions.merge(policy, reply.getPolicy().getRevision(), Math::max));
    }

    void start(String policy) {
        StartRolloutRequest.Builder request = StartRolloutRequest.newBuilder().setPolicy(policy);
        if (world.chance(4)) {
            request.setWithin(SelectorSpec.newBuilder().setHosts("hn1,hn2").setVes("*"));
        }
        call("start " + policy, OperatorService::startRollout, request.build(), this::started);
    }

    private void restart() {
        RestartVesRequest request = RestartVesRequest.newBuilder()
                .setSelector(SelectorSpec.newBuilder()
                        .setHosts(world.chance(2) ? "*" : "hn1")
                        .setVes(world.chance(2) ? "*" : "101-104"))
                .setBatch(total)
                .setMaxPerHost(perHost)
                .setOnlyPending(world.chance(2))
                .build();
        call("restart", OperatorService::restartVes, request, this::started);
    }

    private void delete(String policy) {
        call(
                "delete " + policy,
                OperatorService::deletePolicy,
                DeletePolicyRequest.newBuilder().setName(policy).build(),
                reply -> {
                    if (reply.hasRollout()) {
                        started(reply.getRollout());
                    }
                });
    }

    private void label() {
        call(
                "label",
                OperatorService::labelHost,
                LabelHostRequest.newBuilder()
                        .setHost("hn1")
                        .putLabels("rack", "r" + world.random.nextInt(3))
                        .build(),
                reply -> {});
    }

    /** What is shown must add up, whoever shows it. */
    private void look() {
        if (rollouts.isEmpty()) {
            return;
        }
        String id = rollouts.get(world.random.nextInt(rollouts.size()));
        call(
                "show " + id,
                OperatorService::getRollout,
                GetRolloutRequest.newBuilder().setRolloutId(id).build(),
                view -> {
                    long sum = (long) view.getDone()
                            + view.getNoOp()
                            + view.getFailed()
                            + view.getRefused()
                            + view.getUnreachable()
                            + view.getSkipped()
                            + view.getPending()
                            + view.getRunning();
                    ledger.require(sum == view.getTargets(), () -> "it does not add up: " + view);
                });
        call(
                "why " + id,
                OperatorService::why,
                WhyRequest.newBuilder().setWhat(id).build(),
                reply -> {});
    }

    void control(String id, RolloutAction action) {
        call(
                action + " " + id,
                OperatorService::controlRollout,
                ControlRolloutRequest.newBuilder()
                        .setRolloutId(id)
                        .setAction(action)
                        .build(),
                view -> {
                    if (action == RolloutAction.ROLLOUT_ACTION_ROLLBACK) {
                        started(view);
                    } else if (action == RolloutAction.ROLLOUT_ACTION_ABORT) {
                        aborted.add(id);
                    }
                });
    }

    private void started(RolloutView view) {
        rollouts.add(view.getRolloutId());
    }

    private <Q, A> void call(String what, Method<Q, A> method, Q request, Consumer<A> onAnswer) {
        SimulatedController controller = fleet.acting();
        if (controller == null) {
            return;
        }
        world.say(() -> "operator: " + what);
        StreamObserver<A> answer = new StreamObserver<>() {
            @Override
            public void onNext(A value) {
                answered++;
                onAnswer.accept(value);
            }

            @Override
            public void onError(Throwable failure) {
                refused++;
                Status status = Status.fromThrowable(failure);
                world.say(() -> "operator: " + what + ": " + status);
                // The store failed: it ends the controller right after it was said.
                world.after(
                        1,
                        "a look at who failed",
                        () -> ledger.require(
                                status.getCode() != Status.Code.INTERNAL
                                        || !controller.machine().isAlive(),
                                () -> what + ": " + status));
            }

            @Override
            public void onCompleted() {
                // onNext said it all.
            }
        };
        Object unused = SimulatedCaller.operator("alice", () -> {
            method.call(controller.parts().operator(), request, answer);
            return what;
        });
    }

    /** A call of the operator's API. */
    @FunctionalInterface
    private interface Method<Q, A> {
        void call(OperatorService service, Q request, StreamObserver<A> answer);
    }

    /** What was acknowledged is there, in whoever acts. */
    void check(SimulatedController controller, FleetChecks checks) {
        for (String id : rollouts) {
            ledger.require(checks.rollout(id).isPresent(), () -> "an acknowledged rollout is gone: " + id);
        }
        for (String id : aborted) {
            RolloutState state = checks.rollout(id).map(Rollout::state).orElse(null);
            ledger.require(state == RolloutState.ABORTED, () -> "acknowledged as aborted: " + id + " " + state);
        }
        revisions.forEach((policy, revision) -> ledger.require(
                controller.parts().policies().revision(policy, revision).isPresent(),
                () -> "an acknowledged revision is gone: " + policy + " " + revision));
    }

    List<String> rollouts() {
        return rollouts;
    }

    int answered() {
        return answered;
    }

    int refused() {
        return refused;
    }
}
