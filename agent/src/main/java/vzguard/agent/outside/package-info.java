/**
 * The controller's look at this host from outside: how it is asked for, what it saw, and what that says about a guard that was
 * just written.
 */
@NullMarked
package vzguard.agent.outside;

import org.jspecify.annotations.NullMarked;
