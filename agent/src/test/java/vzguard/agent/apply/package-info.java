@NullMarked
package vzguard.agent.apply;

import org.jspecify.annotations.NullMarked;
