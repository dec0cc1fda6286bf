/** What the verbs of jobs do on this host, and what is remembered of them between jobs. */
@NullMarked
package vzguard.agent.jobs;

import org.jspecify.annotations.NullMarked;
