/** The words that server and agent both speak: records and enums only, no behaviour beyond their own fields. */
@NullMarked
package dev.perennial.model;

import org.jspecify.annotations.NullMarked;
