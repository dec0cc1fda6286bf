/** From what should be and what is to the steps between: pure functions over records. */
@NullMarked
package vzguard.agent.plan;

import org.jspecify.annotations.NullMarked;
