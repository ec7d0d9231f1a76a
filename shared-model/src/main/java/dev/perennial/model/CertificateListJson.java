package dev.perennial.model;

import java.util.List;

/** The envelope of a list of certificates. */
public record CertificateListJson(List<CertificateJson> certificates, int limit) {}
