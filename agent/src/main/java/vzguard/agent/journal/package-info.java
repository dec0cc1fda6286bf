/** What the agent was about to do, on the disk before it did it: so that it can look, and not guess, after a crash. */
@NullMarked
package vzguard.agent.journal;

import org.jspecify.annotations.NullMarked;
