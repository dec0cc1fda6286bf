package vzguard.controller.dispatch;

import java.util.function.LongFunction;
import vzguard.controller.core.WireTime;
import vzguard.controller.rollout.RolloutEffect;
import vzguard.controller.rollout.RolloutKind;
import vzguard.v1.ApplyJob;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Job;
import vzguard.v1.JobCancel;
import vzguard.v1.JobOffer;
import vzguard.v1.PolicySpec;
import vzguard.v1.RestartJob;
import vzguard.v1.RevertJob;

/** What a rollout's effects are on the wire. Pure. */
final class JobOffers {
    private JobOffers() {}

    /**
     * @param revisions of the rollout's policy, by number, where the rollout brings targets to them
     * @param planHash what the job is held to; empty: nothing
     */
    static ControllerMessage offer(
            ActiveRollout rollout,
            RolloutEffect.SendJob effect,
            LongFunction<PolicySpec> revisions,
            String planHash,
            long nonce) {
        Job.Builder job =
                Job.newBuilder().setJobId(effect.job().toString()).setDeadline(WireTime.of(effect.deadline()));
        String ctid = effect.target().ctid();
        long to = effect.change().to();
        if (rollout.machine().terms().kind() == RolloutKind.RESTART) {
            job.setRestart(RestartJob.newBuilder().setCtid(ctid));
        } else if (to == 0) {
            job.setRevert(RevertJob.newBuilder()
                    .setCtid(ctid)
                    .setPolicy(rollout.machine().terms().policy())
                    .setConfigs(true));
        } else {
            PolicySpec spec = revisions.apply(to);
            job.setApply(ApplyJob.newBuilder()
                    .setPolicy(spec)
                    .setRevision(to)
                    .setCtid(ctid)
                    .setPlanHash(planHash)
                    .setRestartAllowed(effect.restartAllowed())
                    .setProve(spec.hasSshGuard()));
        }
        return ControllerMessage.newBuilder()
                .setJobOffer(JobOffer.newBuilder().setNonce(nonce).setJob(job))
                .build();
    }

    static ControllerMessage cancel(RolloutEffect.CancelJob effect) {
        return ControllerMessage.newBuilder()
                .setJobCancel(JobCancel.newBuilder().setJobId(effect.job().toString()))
                .build();
    }
}
