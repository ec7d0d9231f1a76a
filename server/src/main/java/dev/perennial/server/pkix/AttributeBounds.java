package dev.perennial.server.pkix;

/** What RFC 5280, appendix A.1, and the syntaxes that it names say of the values of subject attributes, by dotted type. */
final class AttributeBounds {
    private static final String SERIAL_NUMBER = "2.5.4.5";
    private static final String COUNTRY = "2.5.4.6";
    private static final String QUALIFIER = "2.5.4.46";
    private static final String DOMAIN_COMPONENT = "0.9.2342.19200300.100.1.25";
    private static final String EMAIL_ADDRESS = "1.2.840.113549.1.9.1";

    private AttributeBounds() {}

    /** In characters. */
    static int longest(String type) {
        return switch (type) {
            case COUNTRY -> 2;
            case DOMAIN_COMPONENT -> 63;
            // commonName, serialNumber, organizationName, organizationalUnitName, title
            case "2.5.4.3", SERIAL_NUMBER, "2.5.4.10", "2.5.4.11", "2.5.4.12", QUALIFIER -> 64;
            // localityName, stateOrProvinceName, streetAddress, pseudonym
            case "2.5.4.7", "2.5.4.8", "2.5.4.9", "2.5.4.65" -> 128;
            // postalCode (X.520, annex C)
            case "2.5.4.17" -> 40;
            default -> 255;
        };
    }

    static boolean isPrintable(String type) {
        return type.equals(COUNTRY) || type.equals(SERIAL_NUMBER) || type.equals(QUALIFIER);
    }

    static boolean isIa5(String type) {
        return type.equals(DOMAIN_COMPONENT) || type.equals(EMAIL_ADDRESS);
    }

    /** Whether it is one or the other, and so no DirectoryString. */
    static boolean isAscii(String type) {
        return isPrintable(type) || isIa5(type);
    }

    static boolean hasPrintableCharacters(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isLetter(c) && !(c >= '0' && c <= '9') && " '()+,-./:=?".indexOf(c) < 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isCountryCode(String text) {
        return text.length() == 2 && isLetter(text.charAt(0)) && isLetter(text.charAt(1));
    }

    private static boolean isLetter(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    }
}
