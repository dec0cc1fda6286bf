/** The single-writer event loop: take an event, decide, store in one transaction, then send. */
@NullMarked
package vzguard.controller.core;

import org.jspecify.annotations.NullMarked;
