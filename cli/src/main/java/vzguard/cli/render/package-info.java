/** Text from messages: tables, details, JSON and YAML. Pure: no I/O, and the time is an argument. */
@NullMarked
package vzguard.cli.render;

import org.jspecify.annotations.NullMarked;
