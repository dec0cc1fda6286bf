/** Where each distribution's boot is hooked, and what the guard has there. Pure. */
@NullMarked
package vzguard.agent.boot;

import org.jspecify.annotations.NullMarked;
