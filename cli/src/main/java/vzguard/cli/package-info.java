@NullMarked
package vzguard.cli;

import org.jspecify.annotations.NullMarked;
