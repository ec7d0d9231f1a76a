/** New keys and their PKCS#10. The only package that may see Bouncy Castle, and its types never leave it. */
@NullMarked
package dev.perennial.agent.key;

import org.jspecify.annotations.NullMarked;
