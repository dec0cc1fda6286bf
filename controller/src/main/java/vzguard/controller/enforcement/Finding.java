package vzguard.controller.enforcement;

import vzguard.controller.rollout.TargetRef;

/** A target that is not brought to a policy, and why. */
public record Finding(TargetRef target, String policy, long revision, Verdict verdict) {}
