/**
 * Rollouts as a pure state machine: {@link vzguard.controller.rollout.Rollout#apply} takes an event and returns the next
 * state, the rows that changed and what to send. No clock, no I/O, no threads: time comes with every event.
 */
@NullMarked
package vzguard.controller.rollout;

import org.jspecify.annotations.NullMarked;
