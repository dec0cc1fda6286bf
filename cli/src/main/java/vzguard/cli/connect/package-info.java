/** Contexts, the channel to the controller, and what its answers mean to a person. */
@NullMarked
package vzguard.cli.connect;

import org.jspecify.annotations.NullMarked;
