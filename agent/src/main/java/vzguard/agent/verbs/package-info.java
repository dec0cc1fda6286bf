/** The agent's commands as an operator of one host types them. */
@NullMarked
package vzguard.agent.verbs;

import org.jspecify.annotations.NullMarked;
