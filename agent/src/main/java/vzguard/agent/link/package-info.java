/**
 * The stream to the controller: what is owed to it, when it is tried again, and the jobs that come over it. Nothing here
 * knows what a job does.
 */
@NullMarked
package vzguard.agent.link;

import org.jspecify.annotations.NullMarked;
