/** The guard's rules: what they should be, what they mean, and the texts that bring one to the other. Pure. */
@NullMarked
package vzguard.agent.guard;

import org.jspecify.annotations.NullMarked;
