@NullMarked
package vzguard.agent.plan;

import org.jspecify.annotations.NullMarked;
