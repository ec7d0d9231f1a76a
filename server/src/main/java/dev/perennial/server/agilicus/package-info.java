/**
 * The native door, which is Agilicus' API with our additions: its bytes become the domain's values here and its values
 * bytes; it decides nothing.
 */
@NullMarked
package dev.perennial.server.agilicus;

import org.jspecify.annotations.NullMarked;
