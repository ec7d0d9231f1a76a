/**
 * The door of QRadar's clients: {@code staged_config/certificates/certificate_signing_request}, below {@code /api} and
 * without it. Maps words, shapes and codes (docs/dialects/qradar.md); every rule is the core's.
 */
@NullMarked
package dev.perennial.server.qradar;

import org.jspecify.annotations.NullMarked;
