/** Programs and files of the host: the only doors through which the agent reaches the machine. */
@NullMarked
package vzguard.agent.exec;

import org.jspecify.annotations.NullMarked;
