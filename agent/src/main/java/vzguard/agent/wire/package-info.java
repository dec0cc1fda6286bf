/** The agent's facts, plans and causes as the contract's messages. Pure. */
@NullMarked
package vzguard.agent.wire;

import org.jspecify.annotations.NullMarked;
