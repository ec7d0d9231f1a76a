package dev.perennial.server;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.perennial.server.ca.SignerTerms;
import dev.perennial.server.csr.IssuanceLimit;
import dev.perennial.server.egress.AddressRange;
import dev.perennial.server.policy.Approval;
import dev.perennial.server.policy.Profile;
import dev.perennial.server.renewal.Retention;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The configuration file as it is written: YAML in which an unknown key is an error with its line. */
record SettingsFile(
        @Nullable String publicUrl,
        @Nullable List<String> hostnames,
        @Nullable String database,
        @Nullable Map<String, SignerEntry> signers,
        @Nullable Limits limits,
        @Nullable Agents agents,
        @Nullable String approvalExpiry,
        @Nullable List<IssuerEntry> oidc,
        @Nullable EgressEntry egress,
        @Nullable Kept retention) {

    record SignerEntry(
            @Nullable String validity,
            @Nullable String profile,
            @Nullable String policy,
            @Nullable Boolean fourEyes,
            @Nullable Boolean enabled,
            @Nullable String revocation,
            @Nullable List<String> policies) {}

    record Limits(@Nullable Issuances issuances) {}

    record Issuances(@Nullable Integer count, @Nullable String per) {}

    record Agents(@Nullable String identityValidity) {}

    record EgressEntry(@Nullable List<String> allow) {}

    record Kept(
            @Nullable String events,
            @Nullable String audit,
            @Nullable String certificates) {}

    private static final JsonSetter.Value NO_EMPTY_PLACES = JsonSetter.Value.forContentNulls(Nulls.FAIL);

    private static final ObjectMapper MAPPER = YAMLMapper.builder(
                    YAMLFactory.builder().build())
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(YAMLParser.Feature.EMPTY_STRING_AS_NULL)
            .withConfigOverride(List.class, lists -> lists.setSetterInfo(NO_EMPTY_PLACES))
            .withConfigOverride(Map.class, maps -> maps.setSetterInfo(NO_EMPTY_PLACES))
            .build();

    /** @throws ConfigurationException with the file and the line, saying what is wrong */
    static Settings read(Path file) {
        try {
            String text = Files.readString(file);
            try {
                SettingsFile read = MAPPER.readValue(text, SettingsFile.class);
                return read == null ? Settings.standard() : read.settings();
            } catch (UnrecognizedPropertyException e) {
                throw new ConfigurationException(place(text, e) + "there is no key " + e.getPropertyName()
                        + "; there are " + e.getKnownPropertyIds());
            } catch (JsonMappingException e) {
                throw new ConfigurationException(place(text, e) + e.getOriginalMessage());
            }
        } catch (JsonProcessingException e) {
            throw new ConfigurationException(file + ": line " + e.getLocation().getLineNr() + ": not YAML");
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e);
        } catch (ConfigurationException e) {
            throw new ConfigurationException(file + ": " + e.getMessage());
        }
    }

    /**
     * Where the key stands that is wrong, found by its path: the parser itself may be lines further when it is told of,
     * since what a record does not know is looked at last.
     */
    private static String place(String text, JsonMappingException e) throws IOException {
        JsonPointer wanted = JsonPointer.empty();
        for (JsonMappingException.Reference step : e.getPath()) {
            wanted = step.getFieldName() == null
                    ? wanted.appendIndex(step.getIndex())
                    : wanted.appendProperty(step.getFieldName());
        }
        try (JsonParser parser = MAPPER.createParser(text)) {
            while (parser.nextToken() != null) {
                if (parser.getParsingContext().pathAsPointer().equals(wanted)) {
                    return "line " + parser.currentTokenLocation().getLineNr() + ": ";
                }
            }
        }
        return "";
    }

    private Settings settings() {
        Map<String, SignerTerms> terms = new TreeMap<>();
        if (signers != null) {
            signers.forEach((name, entry) -> terms.put(name, terms(name, entry)));
        }
        String validity = agents == null ? null : agents.identityValidity();
        return new Settings(
                publicUrl == null ? null : httpUrl(publicUrl),
                hostnames == null ? List.of() : hostnames,
                database,
                terms,
                limit(),
                validity == null ? Settings.IDENTITY_VALIDITY : duration("agents.identity_validity", validity),
                approvalExpiry == null ? Settings.APPROVAL_EXPIRY : duration("approval_expiry", approvalExpiry),
                IssuerEntry.all(oidc),
                allowed(),
                kept());
    }

    private List<AddressRange> allowed() {
        List<String> texts = egress == null ? null : egress.allow();
        try {
            return texts == null
                    ? List.of()
                    : texts.stream().map(AddressRange::parse).toList();
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("egress.allow: " + e.getMessage());
        }
    }

    private Retention kept() {
        Retention standard = Retention.standard();
        if (retention == null) {
            return standard;
        }
        Duration certificates = duration("retention.certificates", retention.certificates(), standard.certificates());
        if (certificates.compareTo(Retention.LEAST_FOR_CERTIFICATES) < 0) {
            throw new ConfigurationException(
                    "retention.certificates: must be at least P7D: a revoked certificate has to"
                            + " outlast a revocation list that was issued after it ended");
        }
        return new Retention(
                duration("retention.events", retention.events(), standard.events()),
                duration("retention.audit", retention.audit(), standard.audit()),
                certificates);
    }

    private static SignerTerms terms(String name, SignerEntry entry) {
        String key = "signers." + name;
        return new SignerTerms(
                entry.validity() == null ? null : duration(key + ".validity", entry.validity()),
                entry.profile() == null ? null : profile(key + ".profile", entry.profile()),
                entry.policy() == null ? null : approval(key + ".policy", entry.policy()),
                entry.fourEyes(),
                entry.enabled(),
                entry.revocation() == null ? null : isNone(key + ".revocation", entry.revocation()),
                entry.policies());
    }

    private static boolean isNone(String key, String word) {
        if (!word.equals("none") && !word.equals("crl-ocsp")) {
            throw new ConfigurationException(key + ": must be crl-ocsp or none");
        }
        return word.equals("none");
    }

    private static Profile profile(String key, String word) {
        try {
            return Profile.of(word);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException(key + ": must be one of " + Profile.words());
        }
    }

    private static Approval approval(String key, String word) {
        for (Approval approval : Approval.values()) {
            if (approval.word().equals(word)) {
                return approval;
            }
        }
        throw new ConfigurationException(key + ": must be grants, grants-or-person or person");
    }

    private IssuanceLimit limit() {
        Issuances issuances = limits == null ? null : limits.issuances();
        if (issuances == null) {
            return IssuanceLimit.standard();
        }
        int count = issuances.count() == null ? IssuanceLimit.standard().count() : issuances.count();
        if (count < 1) {
            throw new ConfigurationException("limits.issuances.count: must be at least 1");
        }
        return new IssuanceLimit(
                count,
                issuances.per() == null
                        ? IssuanceLimit.standard().per()
                        : duration("limits.issuances.per", issuances.per()));
    }

    private static Duration duration(String key, @Nullable String text, Duration otherwise) {
        return text == null ? otherwise : duration(key, text);
    }

    private static Duration duration(String key, String text) {
        try {
            Duration duration = Duration.parse(text);
            if (duration.compareTo(Duration.ofSeconds(1)) >= 0) {
                return duration;
            }
        } catch (DateTimeParseException e) {
            // Said below, as for one that is too short.
        }
        throw new ConfigurationException(key + ": must be an ISO 8601 duration of at least PT1S, like P90D or PT12H");
    }

    private static URI httpUrl(String text) {
        try {
            URI url = URI.create(text);
            if ("http".equals(url.getScheme()) && url.getHost() != null) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for another scheme.
        }
        throw new ConfigurationException("public_url: must be an http URL: what it points to is fetched without TLS");
    }
}
