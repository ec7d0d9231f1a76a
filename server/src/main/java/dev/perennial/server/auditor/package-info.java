/**
 * Looks through everything that was signed and says what should not be. It only reads, and believes no column that it can
 * derive from bytes. The entry is {@link dev.perennial.server.auditor.CertificateAuditor}.
 */
@NullMarked
package dev.perennial.server.auditor;

import org.jspecify.annotations.NullMarked;
