@NullMarked
package vzguard.controller.inventory;

import org.jspecify.annotations.NullMarked;
