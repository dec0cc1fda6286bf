/** The figures of a bench as they are worded. */
@NullMarked
package vzguard.bench;

import org.jspecify.annotations.NullMarked;
