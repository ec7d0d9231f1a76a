/** What anybody may fetch without a credential, by plain HTTP too: CA certificates, CRLs and answers to OCSP. */
@NullMarked
package dev.perennial.server.publication;

import org.jspecify.annotations.NullMarked;
