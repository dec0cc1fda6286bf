@NullMarked
package vzguard.controller.operator;

import org.jspecify.annotations.NullMarked;
