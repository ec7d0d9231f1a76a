package dev.perennial.server.identity;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * What a caller may do with single signers, beside its roles: {@code approve:NAME} or {@code sign:NAME}, where the name
 * is a signer's or {@code domain/*} for all of a domain, as Kubernetes grants them. Immutable.
 */
public record SignerGrants(List<String> texts) {
    private static final Pattern FORM =
            Pattern.compile("(?:approve|sign):[a-z0-9.-]{1,253}/(?:\\*|[A-Za-z0-9._-]{1,567})");
    private static final int MOST = 200;
    private static final SignerGrants NONE = new SignerGrants(List.of());

    public static SignerGrants none() {
        return NONE;
    }

    /** @throws ProblemException malformed, naming the grant that is none */
    public static SignerGrants parse(List<String> texts) {
        for (String text : texts) {
            if (!FORM.matcher(text).matches()) {
                throw ProblemException.of(
                        ProblemType.MALFORMED,
                        "a grant on signers is approve: or sign: and a signer's name or domain/*, like"
                                + " approve:perennial.dev/server");
            }
        }
        return new SignerGrants(List.copyOf(texts));
    }

    /**
     * As {@link #parse}, of a list that a call brings.
     *
     * @throws ProblemException malformed too where it is longer than {@value #MOST}
     */
    static SignerGrants asked(List<String> texts) {
        if (texts.size() > MOST) {
            throw ProblemException.of(ProblemType.MALFORMED, "spec.signers: at most " + MOST);
        }
        return parse(texts);
    }

    /** Whether requests for that signer may be approved and denied. */
    public boolean approves(String signer) {
        return allows("approve:", signer);
    }

    /** Whether there is any signer of which {@link #approves} holds. */
    boolean approvesSome() {
        return texts.stream().anyMatch(text -> text.startsWith("approve:"));
    }

    /** Whether there is any signer of which {@link #signs} holds. */
    boolean signsSome() {
        return texts.stream().anyMatch(text -> text.startsWith("sign:"));
    }

    /** Whether certificates may be put in for that signer. */
    public boolean signs(String signer) {
        return allows("sign:", signer);
    }

    /** Whether what is for that signer concerns the caller, whatever it may do with it. */
    boolean concern(String signer) {
        return approves(signer) || signs(signer);
    }

    /** The signers that are named whole. */
    List<String> names() {
        return named(text -> !text.endsWith("/*"), text -> text);
    }

    /** The domains of which every signer is meant. */
    List<String> domains() {
        return named(text -> text.endsWith("/*"), text -> text.substring(0, text.length() - 2));
    }

    private List<String> named(Predicate<String> wanted, UnaryOperator<String> form) {
        return texts.stream()
                .filter(wanted)
                .map(text -> form.apply(text.substring(text.indexOf(':') + 1)))
                .distinct()
                .toList();
    }

    private boolean allows(String verb, String signer) {
        String domain = signer.substring(0, signer.indexOf('/') + 1);
        return texts.contains(verb + signer) || texts.contains(verb + domain + "*");
    }
}
