@NullMarked
package vzguard.controller;

import org.jspecify.annotations.NullMarked;
