package vzguard.controller.dispatch;

import vzguard.controller.core.WireTime;
import vzguard.controller.rollout.RolloutEffect;
import vzguard.v1.ApplyJob;
import vzguard.v1.ControllerMessage;
import vzguard.v1.Job;
import vzguard.v1.JobCancel;
import vzguard.v1.JobOffer;
import vzguard.v1.RestartJob;
import vzguard.v1.RevertJob;

/** What a rollout's effects are on the wire. Pure. */
final class JobOffers {
    private JobOffers() {}

    static ControllerMessage offer(ActiveRollout rollout, RolloutEffect.SendJob effect, long nonce) {
        Job.Builder job =
                Job.newBuilder().setJobId(effect.job().toString()).setDeadline(WireTime.of(effect.deadline()));
        String ctid = effect.target().ctid();
        switch (rollout.machine().terms().kind()) {
            case APPLY ->
                job.setApply(ApplyJob.newBuilder()
                        .setPolicy(rollout.spec())
                        .setRevision(rollout.machine().terms().revision())
                        .setCtid(ctid)
                        .setRestartAllowed(effect.restartAllowed())
                        .setProve(rollout.spec().hasSshGuard()));
            case REMOVE ->
                job.setRevert(RevertJob.newBuilder()
                        .setCtid(ctid)
                        .setPolicy(rollout.machine().terms().policy())
                        .setConfigs(true));
            case RESTART -> job.setRestart(RestartJob.newBuilder().setCtid(ctid));
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
