/** Decides who may have which name. Pure: the same PKCS#10, caller and terms always give the same decision. */
@NullMarked
package dev.perennial.server.policy;

import org.jspecify.annotations.NullMarked;
