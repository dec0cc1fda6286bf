/** The host's identity: its key, made here and never sent, the certificate for it, and the exchange that gets it. */
@NullMarked
package vzguard.agent.enrol;

import org.jspecify.annotations.NullMarked;
