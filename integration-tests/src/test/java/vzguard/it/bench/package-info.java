/** {@code vzguard bench} works; what it measures is judged by people, in docs/benchmarks.md. */
@NullMarked
package vzguard.it.bench;

import org.jspecify.annotations.NullMarked;
