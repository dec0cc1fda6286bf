@NullMarked
package vzguard.agent.guard;

import org.jspecify.annotations.NullMarked;
