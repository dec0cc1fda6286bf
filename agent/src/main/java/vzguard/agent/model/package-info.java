/** What the agent knows and intends: immutable records, without I/O, clock or threads. */
@NullMarked
package vzguard.agent.model;

import org.jspecify.annotations.NullMarked;
