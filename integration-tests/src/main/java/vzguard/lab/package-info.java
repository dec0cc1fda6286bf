@NullMarked
package vzguard.lab;

import org.jspecify.annotations.NullMarked;
