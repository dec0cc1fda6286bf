/** Durable state in one SQL database. Rows in, rows out; nothing is decided here. */
@NullMarked
package vzguard.controller.store;

import org.jspecify.annotations.NullMarked;
