@NullMarked
package dev.perennial.server.keys;

import org.jspecify.annotations.NullMarked;
