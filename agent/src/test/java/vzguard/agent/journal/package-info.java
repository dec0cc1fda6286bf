@NullMarked
package vzguard.agent.journal;

import org.jspecify.annotations.NullMarked;
