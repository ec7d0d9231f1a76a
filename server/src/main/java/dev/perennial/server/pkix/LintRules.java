package dev.perennial.server.pkix;

import java.util.List;
import java.util.stream.Stream;

/** Every rule of the lint, each by its name once; docs/lint.md lists them. */
final class LintRules {
    /** Without these two there is nothing to ask the others about: they are found alone. */
    static final LintFinding NOT_DER =
            new LintFinding("der", "X.690 §10.1", "octets that are not DER, or beyond the limits of what we read");

    static final LintFinding NO_FRAME = new LintFinding("frame", "RFC 5280 §4.1", "DER that is no TBSCertificate");

    /** Rules of every certificate of ours, whenever it is looked at. */
    static final List<LintRule<LintedCertificate>> OF_CERTIFICATES = Stream.of(
                    FieldRules.ALL,
                    SubjectRules.ALL,
                    KeyRules.ALL,
                    ExtensionRules.ALL,
                    UsageRules.ALL,
                    AuthorityRules.ALL,
                    GeneralNameRules.ALL,
                    DnsRules.ALL,
                    PointerRules.ALL)
            .flatMap(List::stream)
            .toList();

    private LintRules() {}
}
