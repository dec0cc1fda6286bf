/** Looking at a host and its VEs: one pass into an immutable snapshot. */
@NullMarked
package vzguard.agent.observe;

import org.jspecify.annotations.NullMarked;
