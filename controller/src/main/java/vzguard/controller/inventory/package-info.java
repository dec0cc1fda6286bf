/** The fleet's hosts and VEs as the controller knows them, and which of them a policy selects. */
@NullMarked
package vzguard.controller.inventory;

import org.jspecify.annotations.NullMarked;
