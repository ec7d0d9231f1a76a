package dev.perennial.server.pkix;

import dev.perennial.model.ProblemType;
import dev.perennial.server.problem.ProblemException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** IP addresses as text and octets, without the resolver that the platform's classes may ask. */
final class IpAddress {
    private IpAddress() {}

    static byte[] parse(String text) {
        byte[] octets = text.length() > 45 ? null : text.indexOf(':') < 0 ? parse4(text) : parse6(text);
        if (octets == null) {
            throw ProblemException.of(ProblemType.BAD_CSR, NameSyntax.quote(text) + " is not an IP address.");
        }
        return octets;
    }

    /** IPv4 dotted, IPv6 by RFC 5952: lower case, no leading zeros, the first longest run of zeros as {@code ::}. */
    static String text(byte[] octets) {
        if (octets.length == 4) {
            return (octets[0] & 0xff) + "." + (octets[1] & 0xff) + "." + (octets[2] & 0xff) + "." + (octets[3] & 0xff);
        }
        if (octets.length != 16) {
            throw ProblemException.of(ProblemType.BAD_CSR, "An IP address has neither 4 nor 16 octets.");
        }
        if (isMapped(octets)) {
            throw ProblemException.of(
                    ProblemType.BAD_CSR, "An IP address is an IPv4 address in IPv6 clothes; name the IPv4 address.");
        }
        int runStart = -1;
        int runLength = 1;
        for (int i = 0; i < 8; i++) {
            int length = 0;
            while (i + length < 8 && group(octets, i + length) == 0) {
                length++;
            }
            if (length > runLength) {
                runStart = i;
                runLength = length;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < 8; i++) {
            if (i == runStart) {
                text.append("::");
                i += runLength - 1;
                continue;
            }
            if (i > 0 && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(group(octets, i)));
        }
        return text.toString();
    }

    /** One address must not have two spellings: a rule about 10.0.0.0/8 has to see ::ffff:10.0.0.1 as well. */
    private static boolean isMapped(byte[] octets) {
        byte[] prefix = new byte[12];
        prefix[10] = -1;
        prefix[11] = -1;
        return Arrays.equals(prefix, Arrays.copyOf(octets, 12));
    }

    private static int group(byte[] octets, int index) {
        return (octets[2 * index] & 0xff) << 8 | (octets[2 * index + 1] & 0xff);
    }

    private static byte @Nullable [] parse4(String text) {
        String[] parts = text.split("\\.", -1);
        byte[] octets = new byte[4];
        for (int i = 0; i < 4; i++) {
            int value = parts.length == 4 ? number(parts[i], 10, 3) : -1;
            if (value < 0 || value > 255 || (parts[i].length() > 1 && parts[i].charAt(0) == '0')) {
                return null;
            }
            octets[i] = (byte) value;
        }
        return octets;
    }

    private static byte @Nullable [] parse6(String text) {
        int gap = text.indexOf("::");
        String[] head = groups(gap < 0 ? text : text.substring(0, gap));
        String[] tail = groups(gap < 0 ? "" : text.substring(gap + 2));
        int given = head.length + tail.length;
        if (gap < 0 ? given != 8 : given > 7) {
            return null;
        }
        byte[] octets = new byte[16];
        for (int i = 0; i < given; i++) {
            boolean inHead = i < head.length;
            int value = number(inHead ? head[i] : tail[i - head.length], 16, 4);
            if (value < 0) {
                return null;
            }
            int index = inHead ? i : 8 - given + i;
            octets[2 * index] = (byte) (value >> 8);
            octets[2 * index + 1] = (byte) value;
        }
        return octets;
    }

    private static String[] groups(String text) {
        return text.isEmpty() ? new String[0] : text.split(":", -1);
    }

    /** The value of 1 to {@code longest} ASCII digits, or -1. */
    private static int number(String digits, int radix, int longest) {
        if (digits.isEmpty() || digits.length() > longest) {
            return -1;
        }
        int value = 0;
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, radix) : -1;
            if (digit < 0) {
                return -1;
            }
            value = value * radix + digit;
        }
        return value;
    }
}
