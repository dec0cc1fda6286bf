/** What the controller's tests work with: a running controller, its clients, and agents that follow a script. */
@NullMarked
package vzguard.controller.testing;

import org.jspecify.annotations.NullMarked;
