package dev.perennial.server.pkix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.perennial.server.problem.ProblemException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reliability T7: the hard cases of name constraints, one by one. What verifiers make of them is in {@link ConstrainedPathsTest}. */
class NameConstraintsTest {
    private static final DistinguishedName NOBODY = DistinguishedName.empty();

    @ParameterizedTest
    @CsvSource({
        // A name and all below it, label by label, in any spelling.
        "dns:example.com, dns:example.com, true",
        "dns:example.com, dns:www.example.com, true",
        "dns:example.com, dns:a.b.example.com, true",
        "dns:example.com, dns:WWW.EXAMPLE.COM, true",
        "dns:EXAMPLE.com, dns:www.example.com, true",
        "dns:example.com, dns:badexample.com, false",
        "dns:example.com, dns:example.com.evil.test, false",
        "dns:example.com, dns:com, false",
        "dns:xn--bcher-kva.test, dns:www.xn--bcher-kva.test, true",
        "dns:xn--bcher-kva.test, dns:bcher-kva.test, false",
        // A wildcard is as deep as its first label.
        "dns:example.com, dns:*.example.com, true",
        "dns:www.example.com, dns:*.example.com, false",
        "dns:www.example.com, dns:*.www.example.com, true",
        // Addresses by their bits, and of the one kind or the other.
        "ip:10.0.0.0/8, ip:10.255.0.1, true",
        "ip:10.0.0.0/8, ip:11.0.0.1, false",
        "ip:10.1.2.3, ip:10.1.2.3, true",
        "ip:10.1.2.3, ip:10.1.2.4, false",
        "ip:10.0.0.0/9, ip:10.127.255.255, true",
        "ip:10.0.0.0/9, ip:10.128.0.0, false",
        "ip:10.0.0.0/8, ip:2001:db8::1, false",
        "ip:2001:db8::/32, ip:2001:db8::1, true",
        "ip:2001:db8::/32, ip:2001:db9::1, false",
        "ip:2001:db8::/32, ip:10.0.0.1, false",
        // Mailboxes: of one host, of the hosts below, and one alone, whose local part is as it is written.
        "email:example.com, email:jane@example.com, true",
        "email:example.com, email:jane@EXAMPLE.com, true",
        "email:example.com, email:jane@mail.example.com, false",
        "email:.example.com, email:jane@mail.example.com, true",
        "email:.example.com, email:jane@example.com, false",
        "email:jane@example.com, email:jane@example.com, true",
        "email:jane@example.com, email:Jane@example.com, false",
        "email:jane@example.com, email:john@example.com, false",
        // URIs by their host.
        "uri:example.com, uri:https://example.com/a, true",
        "uri:example.com, uri:https://example.com:8443/a, true",
        "uri:example.com, uri:https://www.example.com/a, false",
        "uri:.example.com, uri:https://www.example.com/a, true",
        "uri:.example.com, uri:https://example.com/a, false",
        "uri:example.com, uri:https://evil.test/example.com, false",
        "uri:example.com, uri:https://10.0.0.1/a, false",
        "uri:example.com, uri:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, false",
        // Of another kind nothing is said.
        "dns:example.com, ip:10.0.0.1, true",
        "ip:10.0.0.0/8, dns:www.example.com, true",
        "email:example.com, uri:https://evil.test/, true",
    })
    void permitted(String constraint, String name, boolean may) {
        NameConstraints constraints = read(NameConstraints.of(List.of(constraint), List.of()));
        assertThat(constraints
                        .violations(NOBODY, List.of(Identifier.parse(name)))
                        .isEmpty())
                .isEqualTo(may);
    }

    @ParameterizedTest
    @CsvSource({
        "dns:example.com, dns:www.example.com, false",
        "dns:example.com, dns:www.example.org, true",
        "dns:example.com, dns:badexample.com, true",
        // A wildcard over an excluded name would be good for it.
        "dns:www.example.com, dns:*.example.com, false",
        "dns:a.b.example.com, dns:*.example.com, true",
        "dns:a.b.example.com, dns:*.b.example.com, false",
        "dns:www.example.com, dns:example.com, true",
        "ip:10.0.0.0/8, ip:10.1.1.1, false",
        "ip:10.0.0.0/8, ip:2001:db8::1, true",
        "email:jane@example.com, email:JANE@example.com, false",
        "email:jane@example.com, email:john@example.com, true",
        "email:example.com, email:jane@example.com, false",
        "uri:example.com, uri:https://example.com/, false",
        "uri:example.com, uri:https://example.org/, true",
        // What has no host cannot be asked about, and is refused (RFC 5280 §4.2.1.10).
        "uri:example.com, uri:urn:example:a, false",
    })
    void excluded(String constraint, String name, boolean may) {
        NameConstraints constraints = read(NameConstraints.of(List.of(), List.of(constraint)));
        assertThat(constraints
                        .violations(NOBODY, List.of(Identifier.parse(name)))
                        .isEmpty())
                .isEqualTo(may);
    }

    @Test
    void excluded_winsOverPermitted() {
        NameConstraints constraints = read(
                NameConstraints.of(List.of("dns:example.com", "dns:example.org"), List.of("dns:secret.example.com")));
        assertThat(constraints.violations(
                        NOBODY,
                        Stream.of("www.example.com", "a.secret.example.com", "www.example.org", "www.example.net")
                                .map(Identifier::dns)
                                .toList()))
                .containsExactly("dns:a.secret.example.com", "dns:www.example.net");
    }

    /** Verifiers take the subject for names too. */
    @Test
    void subject_isLookedAt() {
        NameConstraints constraints =
                read(NameConstraints.of(List.of("dns:example.com", "email:example.com"), List.of()));
        assertThat(constraints.violations(DistinguishedName.ofCommonName("www.example.org"), List.of()))
                .containsExactly("dns:www.example.org");
        assertThat(constraints.violations(DistinguishedName.ofCommonName("jane"), List.of()))
                .isEmpty();
        assertThat(constraints.violations(
                        DistinguishedName.ofCommonName("www.example.org"), List.of(Identifier.dns("a.example.com"))))
                .isEmpty();
        DistinguishedName mailbox =
                DistinguishedName.of(List.of(new DistinguishedName.Attribute("emailAddress", "jane@example.org")));
        assertThat(constraints.violations(mailbox, List.of())).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
        "O=Example, true",
        "O=EXAMPLE;CN=jane, true",
        "'O=Example  ;CN=jane', true",
        "O=Example Ltd;CN=jane, false",
        "CN=jane;O=Example, false",
        "CN=jane, false",
    })
    void directoryNames_areBeginnings(String subject, boolean may) {
        NameConstraints constraints = directory("O=Example", true);
        assertThat(constraints.violations(name(subject), List.of()).isEmpty()).isEqualTo(may);
        assertThat(directory("O=Example", false)
                        .violations(name(subject), List.of())
                        .isEmpty())
                .isNotEqualTo(may);
        assertThat(constraints.violations(NOBODY, List.of(Identifier.dns("a.test"))))
                .isEmpty();
    }

    private static DistinguishedName name(String text) {
        return DistinguishedName.of(Arrays.stream(text.split(";"))
                .map(part -> new DistinguishedName.Attribute(
                        part.substring(0, part.indexOf('=')), part.substring(part.indexOf('=') + 1)))
                .toList());
    }

    private static NameConstraints directory(String base, boolean permitted) {
        byte[] subtree = DerWriter.sequence(DerWriter.element(0xa4, name(base).der()));
        return NameConstraints.read(
                DerReader.over(DerWriter.sequence(DerWriter.element(permitted ? 0xa0 : 0xa1, subtree))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "example.com",
                "dns:.example.com",
                "dns:example.com.",
                "dns:*.example.com",
                "dns:10.0.0.1",
                "dns:bücher.test",
                "dns:",
                "ip:10.0.0.1/8",
                "ip:10.0.0.0/33",
                "ip:10.0.0.0/-1",
                "ip:10.0.0.0/8x",
                "ip:example.com",
                "ip:::ffff:10.0.0.1",
                "email:@example.com",
                "email:a@b@c",
                "uri:https://example.com/",
                "uri:*.example.com",
                "directory:O=Example",
                "other:a0",
                ":",
                "",
            })
    void what_isNoConstraint_isRefused(String text) {
        assertThatThrownBy(() -> NameConstraints.of(List.of(text), List.of()))
                .isInstanceOfSatisfying(ProblemException.class, problem -> assertThat(problem.type())
                        .isEqualTo(dev.perennial.model.ProblemType.MALFORMED));
    }

    /** A CA that comes with what cannot be enforced does not come in. */
    @Test
    void read_ofWhatCannotBeEnforced_fails() {
        for (byte[] base : List.of(
                DerWriter.text(0x82, "example.com."),
                DerWriter.text(0x82, "*.example.com"),
                DerWriter.text(0x82, "b\u00fccher.test"),
                DerWriter.element(0x87, new byte[] {10, 0, 0, 0}),
                DerWriter.element(0x87, new byte[] {10, 0, 0, 0, -1, 0, -1, 0}),
                DerWriter.element(0x87, new byte[] {10, 1, 0, 0, -1, 0, 0, 0}),
                DerWriter.text(0x86, "https://example.com"))) {
            assertThatThrownBy(() -> readSubtree(base)).isInstanceOf(DerException.class);
        }
        assertThatThrownBy(() -> NameConstraints.read(DerReader.over(DerWriter.sequence(DerWriter.element(
                        0xa0,
                        DerWriter.sequence(
                                DerWriter.text(0x82, "example.com"), DerWriter.element(0x80, new byte[] {1})))))))
                .isInstanceOf(DerException.class);
        assertThatThrownBy(() -> NameConstraints.read(DerReader.over(DerWriter.sequence())))
                .isInstanceOf(DerException.class);
    }

    /** Not RFC 5280's for DNS names, and read in two ways: the narrower permits, the wider excludes. */
    @Test
    void leadingDot_isReadCautiously() {
        NameConstraints dotted = readSubtree(DerWriter.text(0x82, ".Example.com"));
        assertThat(dotted.violations(NOBODY, List.of(Identifier.dns("www.example.com"))))
                .isEmpty();
        assertThat(dotted.violations(NOBODY, List.of(Identifier.dns("example.com"))))
                .hasSize(1);
        NameConstraints excluded = NameConstraints.read(DerReader.over(
                DerWriter.sequence(DerWriter.element(0xa1, DerWriter.sequence(DerWriter.text(0x82, ".example.com"))))));
        assertThat(excluded.violations(NOBODY, List.of(Identifier.dns("www.example.com"))))
                .hasSize(1);
        assertThat(excluded.violations(NOBODY, List.of(Identifier.dns("example.com"))))
                .hasSize(1);
        NameConstraints nothing = readSubtree(DerWriter.text(0x82, ""));
        assertThat(nothing.violations(NOBODY, List.of(Identifier.dns("example.com"))))
                .isEmpty();
    }

    @Test
    void otherKinds_areKeptAndNotMet() {
        NameConstraints other = readSubtree(DerWriter.element(0x88, new byte[] {0x2a, 3}));
        assertThat(other.permitted()).containsExactly("other:88");
        assertThat(other.violations(NOBODY, List.of(Identifier.dns("example.com"))))
                .isEmpty();
    }

    private static NameConstraints readSubtree(byte[] base) {
        return NameConstraints.read(
                DerReader.over(DerWriter.sequence(DerWriter.element(0xa0, DerWriter.sequence(base)))));
    }

    /** As it stands in a certificate: nothing is lost on the way. */
    private static NameConstraints read(NameConstraints constraints) {
        NameConstraints read = NameConstraints.read(DerReader.over(constraints.der()));
        assertThat(read).isEqualTo(constraints);
        assertThat(NameConstraints.of(read.permitted(), read.excluded())).isEqualTo(constraints);
        return read;
    }
}
