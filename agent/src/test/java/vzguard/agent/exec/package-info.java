@NullMarked
package vzguard.agent.exec;

import org.jspecify.annotations.NullMarked;
