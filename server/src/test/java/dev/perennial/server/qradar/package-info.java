/** QRadar's door, over real HTTPS with {@code openssl} as the judge of what it makes; its words without a server. */
@NullMarked
package dev.perennial.server.qradar;

import org.jspecify.annotations.NullMarked;
