@NullMarked
package dev.perennial.server.fastly;

import org.jspecify.annotations.NullMarked;
