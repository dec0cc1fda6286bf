package vzguard.controller.operator;

import java.time.Clock;
import vzguard.controller.core.EventLoop;
import vzguard.controller.dispatch.Questions;
import vzguard.controller.dispatch.Rollouts;
import vzguard.controller.enforcement.Enforcer;
import vzguard.controller.fleet.Hosts;
import vzguard.controller.fleet.Streams;
import vzguard.controller.identity.Tokens;
import vzguard.controller.policy.Policies;

/** What the operator's API works with. */
public record Parts(
        EventLoop loop,
        Hosts hosts,
        Streams streams,
        Policies policies,
        Rollouts rollouts,
        Enforcer enforcer,
        Questions questions,
        RolloutWatches watches,
        Tokens tokens,
        Clock clock) {}
