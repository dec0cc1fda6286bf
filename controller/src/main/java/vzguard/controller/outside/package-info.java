/** Looks at hosts from outside, for their agents: connections to a port, a greeting read. Knows nothing of guards. */
@NullMarked
package vzguard.controller.outside;

import org.jspecify.annotations.NullMarked;
