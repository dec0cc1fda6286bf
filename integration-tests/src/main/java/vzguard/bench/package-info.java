/**
 * {@code vzguard bench}: thousands of agents in this process against one controller in another, and a bare gRPC loop under the
 * same load for comparison.
 */
@NullMarked
package vzguard.bench;

import org.jspecify.annotations.NullMarked;
