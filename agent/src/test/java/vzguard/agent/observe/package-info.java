@NullMarked
package vzguard.agent.observe;

import org.jspecify.annotations.NullMarked;
