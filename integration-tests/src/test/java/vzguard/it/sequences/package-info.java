/** What must stand in the tables after any sequence of operations: written from docs/guard.md, for the sequences on both labs. */
@NullMarked
package vzguard.it.sequences;

import org.jspecify.annotations.NullMarked;
