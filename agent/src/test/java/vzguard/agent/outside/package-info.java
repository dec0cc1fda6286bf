@NullMarked
package vzguard.agent.outside;

import org.jspecify.annotations.NullMarked;
