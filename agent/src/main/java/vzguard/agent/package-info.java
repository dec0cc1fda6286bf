@NullMarked
package vzguard.agent;

import org.jspecify.annotations.NullMarked;
