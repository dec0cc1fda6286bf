@NullMarked
package vzguard.values;

import org.jspecify.annotations.NullMarked;
