@NullMarked
package vzguard.agent.tools;

import org.jspecify.annotations.NullMarked;
